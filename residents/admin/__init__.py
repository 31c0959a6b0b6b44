from residents.admin import base, care, errands, exports, guard, homes, imports, rules, venues, visits, watch

__all__ = [
    "base",
    "care",
    "errands",
    "exports",
    "guard",
    "homes",
    "imports",
    "rules",
    "venues",
    "visits",
    "watch",
]
