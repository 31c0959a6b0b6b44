"""Plain functions that make one valid row each; whatever is not given is ordinary.

Posts are given as a role and the unit it is held at: `make_user("li", post=Role.GRID_LEADER, at=grid)`.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from grids.models import (
    Building,
    Community,
    Department,
    DutyShift,
    Estate,
    Grid,
    GridKind,
    Leave,
    Post,
    QRToken,
    Role,
    Street,
    User,
    today,
)
from wangguan import clock

Unit = Grid | Community | Street | Department
_numbers = count(1)


def square(longitude: float, latitude: float, side: float = 0.002) -> dict[str, Any]:
    """A GeoJSON square whose south-west corner is given (degrees, WGS-84)."""
    east, north = longitude + side, latitude + side
    ring = [[longitude, latitude], [east, latitude], [east, north], [longitude, north], [longitude, latitude]]
    return {"type": "Polygon", "coordinates": [ring]}


def make_street(*, code: str = "370103015", name: str = "王官庄街道") -> Street:
    """The street with this code, made once."""
    return Street.objects.get_or_create(code=code, defaults={"name": name})[0]


def make_community(*, street: Street | None = None, **fields: Any) -> Community:
    street = street or make_street()
    number = next(_numbers)
    fields = {"code": f"{street.code}{100 + number % 900}", "name": f"社区{number}", **fields}
    return Community.objects.create(street=street, **fields)


def make_grid(*, community: Community | None = None, kind: str = GridKind.RESIDENTIAL, **fields: Any) -> Grid:
    community = community or make_community()
    first = 901 if kind == GridKind.DEDICATED else 1
    number = first + community.grids.filter(kind=kind).count()
    fields = {"code": f"{community.code}{number:03}", "name": f"{community.name}网格{number}", **fields}
    return Grid.objects.create(community=community, kind=kind, **fields)


def make_estate(*, community: Community | None = None, **fields: Any) -> Estate:
    community = community or make_community()
    return Estate.objects.create(community=community, **{"name": f"小区{next(_numbers)}", **fields})


def make_building(*, grid: Grid | None = None, **fields: Any) -> Building:
    number = next(_numbers)
    fields = {"name": f"{number}号楼", "address": f"小区{number}号楼", "entrances": 3, **fields}
    return Building.objects.create(grid=grid or make_grid(), **fields)


def make_department(**fields: Any) -> Department:
    number = next(_numbers)
    return Department.objects.create(**{"code": f"department-{number}", "name": f"部门{number}", **fields})


def make_qr_token(*, grid: Grid | None = None, building: Building | None = None, **fields: Any) -> QRToken:
    grid = grid or (building.grid if building else make_grid())
    return QRToken.objects.create(grid=grid, building=building, **fields)


def make_user(username: str = "", *, post: Role | None = None, at: Unit | None = None, **fields: Any) -> User:
    """A user who can sign in only when a password is given; with a post, one in force."""
    number = next(_numbers)
    fields = {"real_name": f"用户{number}", "phone": f"138{number:08}", **fields}
    user = User.objects.create_user(username or f"user{number}", **fields)
    if post:
        make_post(user, post, at=at)
    return user


def make_post(user: User, role: Role, *, at: Unit | None = None, **fields: Any) -> Post:
    """A post in force for the last year unless dates are given; its unit is made when it needs one."""
    fields = {"starts_on": today() - timedelta(days=365), **fields}
    if role.unit:
        fields[role.unit] = at or _make_unit(role.unit)
    return Post.objects.create(user=user, role=role, **fields)


def _make_unit(kind: str) -> Unit:
    makers: dict[str, Callable[[], Unit]] = {
        "grid": make_grid,
        "community": make_community,
        "street": make_street,
        "department": make_department,
    }
    return makers[kind]()


def make_leave(
    post: Post, deputy: User, *, starts_on: date | None = None, ends_on: date | None = None
) -> Leave:
    """Leave for today only, unless dates are given."""
    starts_on = starts_on or today()
    return Leave.objects.create(post=post, deputy=deputy, starts_on=starts_on, ends_on=ends_on or starts_on)


def make_shift(
    user: User, *, community: Community | None = None, starts_at: datetime | None = None, hours: float = 12
) -> DutyShift:
    """A shift that began an hour ago, unless a start is given."""
    starts_at = starts_at or clock.now() - timedelta(hours=1)
    ends_at = starts_at + timedelta(hours=hours)
    return DutyShift.objects.create(user=user, community=community, starts_at=starts_at, ends_at=ends_at)
