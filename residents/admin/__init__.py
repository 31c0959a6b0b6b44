from residents.admin import base, care, errands, guard, homes, venues, visits

__all__ = ["base", "care", "errands", "guard", "homes", "venues", "visits"]
