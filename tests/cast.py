"""The named cast: one street, two communities, three grids, and everybody who serves them.

`grid` is where `leader` and `worker` serve; `grid_beside` lies in the same community;
`grid_far` with `worker2` lies in the other one.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from grids.models import Building, Community, Department, Estate, Grid, Line, Post, Role, Street, User
from tests.factories import square


@dataclass(frozen=True)
class Cast:
    street: Street
    community_unit: Community
    community_unit2: Community
    grid: Grid
    grid_beside: Grid
    grid_far: Grid
    building: Building
    department_unit: Department

    leader: User
    worker: User
    parttime: User
    specialist: User
    instructor: User
    leader_beside: User
    worker2: User
    leader2: User
    community: User
    community_leader: User
    community2: User
    dispatcher: User
    section: User
    director: User
    department: User
    auditor: User


ROLES: dict[str, tuple[Role, str]] = {
    "leader": (Role.GRID_LEADER, "grid"),
    "worker": (Role.FULL_TIME_WORKER, "grid"),
    "parttime": (Role.PART_TIME_WORKER, "grid"),
    "specialist": (Role.SERVICE_SPECIALIST, "grid"),
    "instructor": (Role.GRID_INSTRUCTOR, "grid"),
    "leader_beside": (Role.GRID_LEADER, "grid_beside"),
    "worker2": (Role.FULL_TIME_WORKER, "grid_far"),
    "leader2": (Role.GRID_LEADER, "grid_far"),
    "community": (Role.COMMUNITY_STAFF, "community_unit"),
    "community_leader": (Role.COMMUNITY_LEADER, "community_unit"),
    "community2": (Role.COMMUNITY_STAFF, "community_unit2"),
    "dispatcher": (Role.DISPATCHER, "street"),
    "section": (Role.SECTION_STAFF, "street"),
    "director": (Role.STREET_LEADER, "street"),
    "department": (Role.DEPARTMENT_STAFF, "department_unit"),
    "auditor": (Role.AUDITOR, ""),
}
Unit = Street | Community | Grid | Department


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, in eight inserts; `section` answers for livelihood."""
    units, building = _make_territory()
    users = _make_users()
    Post.objects.bulk_create(
        Post(
            user=users[name],
            role=role,
            starts_on=date(2020, 1, 1),
            **({role.unit: units[place]} if role.unit else {}),
        )
        for name, (role, place) in ROLES.items()
    )
    return Cast(building=building, **units, **users)  # type: ignore[arg-type]


def _make_users() -> dict[str, User]:
    rows = [
        User(
            username=name,
            real_name=f"演员{number}",
            phone=f"1380000{number:04}",
            password="!",
            sections=[Line.LIVELIHOOD] if name == "section" else [],
        )
        for number, name in enumerate(ROLES, start=1)
    ]
    return {user.username: user for user in User.objects.bulk_create(rows)}


def _make_territory() -> tuple[dict[str, Unit], Building]:
    street = Street.objects.create(code="370103015", name="王官庄街道")
    nine, dragon = Community.objects.bulk_create(
        [
            Community(
                street=street, code="370103015005", name="九区社区", boundary=square(116.930, 36.630, 0.004)
            ),
            Community(
                street=street, code="370103015003", name="青龙山社区", boundary=square(116.940, 36.630, 0.004)
            ),
        ]
    )
    third, second, far = Grid.objects.bulk_create(
        [
            Grid(
                community=nine,
                code="370103015005003",
                name="九区社区第三网格",
                boundary=square(116.930, 36.630),
            ),
            Grid(
                community=nine,
                code="370103015005002",
                name="九区社区第二网格",
                boundary=square(116.932, 36.630),
            ),
            Grid(
                community=dragon,
                code="370103015003001",
                name="青龙山社区第一网格",
                boundary=square(116.940, 36.630),
            ),
        ]
    )
    estate = Estate.objects.create(community=nine, name="王官庄九区")
    building = Building.objects.create(
        grid=third,
        estate=estate,
        name="3号楼",
        address="九区3号楼",
        entrances=4,
        latitude=36.631,
        longitude=116.931,
    )
    units: dict[str, Unit] = {
        "street": street,
        "community_unit": nine,
        "community_unit2": dragon,
        "grid": third,
        "grid_beside": second,
        "grid_far": far,
        "department_unit": Department.objects.create(code="chengguan", name="市中区综合行政执法局"),
    }
    return units, building
