"""Territory and the people who serve it."""

from grids.models.people import DutyShift, Leave, Line, Post, Role, User, today
from grids.models.territory import (
    Building,
    Community,
    Department,
    Estate,
    Grid,
    GridKind,
    QRToken,
    Street,
    TerritoryStamp,
)

__all__ = [
    "Building",
    "Community",
    "Department",
    "DutyShift",
    "Estate",
    "Grid",
    "GridKind",
    "Leave",
    "Line",
    "Post",
    "QRToken",
    "Role",
    "Street",
    "TerritoryStamp",
    "User",
    "today",
]
