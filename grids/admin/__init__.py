from grids.admin import people, territory

__all__ = ["people", "territory"]
