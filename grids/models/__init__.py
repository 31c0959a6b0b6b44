"""Territory and the people who serve it."""

from grids.models.people import DutyShift, Leave, Post, User, today
from grids.models.reshaping import GridAlias, LineCode, Reshaping, ReshapingKind
from grids.models.territory import (
    Building,
    Community,
    Department,
    Estate,
    Grid,
    GridKind,
    QRToken,
    Road,
    ScanDay,
    Street,
    TerritoryStamp,
)
from grids.roles import Line, Role

__all__ = [
    "Building",
    "Community",
    "Department",
    "DutyShift",
    "Estate",
    "Grid",
    "GridAlias",
    "GridKind",
    "Leave",
    "Line",
    "LineCode",
    "Post",
    "QRToken",
    "Reshaping",
    "ReshapingKind",
    "Road",
    "Role",
    "ScanDay",
    "Street",
    "TerritoryStamp",
    "User",
    "today",
]
