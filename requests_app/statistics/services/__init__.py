"""What keeps the figures."""

from requests_app.statistics.services.roll import rebuild, roll

__all__ = ["rebuild", "roll"]
