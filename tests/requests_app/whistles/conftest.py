from tests.requests_app.whistles.scene import scene

__all__ = ["scene"]
