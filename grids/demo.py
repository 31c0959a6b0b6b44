"""People of the demo: invented, the same at every run, all with one password.

Names are drawn from lists, telephone numbers count up from 13900000001.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from grids import codes
from grids.models import (
    Community,
    Department,
    DutyShift,
    Grid,
    Line,
    Post,
    Role,
    Street,
    User,
    today,
)

PASSWORD = "wangguan-demo"
STREET = "370103015"
NINE = f"{STREET}005"
THIRD_GRID = f"{NINE}003"
DRAGON_GRID = f"{STREET}003001"
# Nobody serves these, so that the page of unfilled posts has something to show.
VACANT = {
    Role.GRID_LEADER: {f"{STREET}010902"},
    Role.FULL_TIME_WORKER: {f"{STREET}010902", f"{STREET}012003"},
}
SINCE = date(2025, 1, 1)
ROSTER_DAYS = 60

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
# Two characters each.
GIVEN = "志强桂英秀兰建华玉梅春燕国庆晓东海燕文博雪梅振华美玲永刚丽娟明杰红霞立军思敏家栋"


class OnlyInDemo(Exception):
    """Demo accounts have a public password; they are made nowhere else."""


@dataclass(frozen=True)
class Person:
    username: str
    role: Role
    # The code of the grid, community, street or department; auditors have none.
    unit: str = ""
    real_name: str = ""
    sections: tuple[Line, ...] = ()


NAMED = (
    Person("director", Role.STREET_LEADER, STREET, "刘建国"),
    Person("street", Role.DISPATCHER, STREET, "陈晓梅"),
    Person("community", Role.COMMUNITY_STAFF, NINE, "王秀英"),
    Person("leader", Role.GRID_LEADER, THIRD_GRID, "张志强"),
    Person("worker", Role.FULL_TIME_WORKER, THIRD_GRID, "李娜"),
    Person("parttime", Role.PART_TIME_WORKER, THIRD_GRID, "赵桂兰"),
    Person("instructor", Role.GRID_INSTRUCTOR, THIRD_GRID, "孙鹏", (Line.CITY,)),
    Person("specialist", Role.SERVICE_SPECIALIST, THIRD_GRID, "周伟"),
    Person("worker2", Role.FULL_TIME_WORKER, DRAGON_GRID, "吴敏"),
    Person("department", Role.DEPARTMENT_STAFF, "law-enforcement", "郑凯"),
    Person("auditor", Role.AUDITOR, "", "何静"),
)


@transaction.atomic
def create_people() -> list[User]:
    """The demo's accounts and everybody else who serves the loaded street; those there already stay.

    Returns the new ones.

    Raises:
        OnlyInDemo: `settings.DEMO` is off.
    """
    _refuse_outside_demo()
    people = list(_everybody())
    known = set(User.objects.values_list("username", flat=True))
    random = Random(STREET)
    password = make_password(PASSWORD)
    users = [
        User(
            username=person.username,
            real_name=person.real_name or _invent_name(random),
            phone=f"139{number:08}",
            sections=list(person.sections),
            password=password,
        )
        for number, person in enumerate(people, start=1)
    ]
    new = User.objects.bulk_create(user for user in users if user.username not in known)
    _give_posts({user.username: user for user in new}, people)
    return new


@transaction.atomic
def create_roster() -> list[DutyShift]:
    """Who is on duty at night and at weekends, for the last and the next 60 days, where nobody is yet.

    Raises:
        OnlyInDemo: `settings.DEMO` is off.
    """
    _refuse_outside_demo()
    first = today() - timedelta(days=ROSTER_DAYS)
    last = DutyShift.objects.order_by("ends_at").values_list("ends_at", flat=True).last()
    if last:
        first = max(first, timezone.localdate(last))
    days = (today() + timedelta(days=ROSTER_DAYS) - first).days
    desks = list(_desks())
    opens, closes = settings.WORKING_HOURS
    return DutyShift.objects.bulk_create(
        DutyShift(
            user=people[number % len(people)],
            community=community,
            starts_at=_at(first + timedelta(days=number), closes),
            ends_at=_at(first + timedelta(days=number + 1), opens),
        )
        for number in range(days)
        for community, people in desks
        if people
    )


@transaction.atomic
def create_qr_codes() -> int:
    """A code for every community, grid and building that has none in force; how many were made.

    Raises:
        OnlyInDemo: `settings.DEMO` is off.
    """
    _refuse_outside_demo()
    return codes.make_missing(Community.objects.all(), Grid.objects.all())


def _invent_name(random: Random) -> str:
    given = 2 * random.randrange(len(GIVEN) // 2)
    return random.choice(SURNAMES) + GIVEN[given : given + 2]


def _refuse_outside_demo() -> None:
    if not settings.DEMO:
        raise OnlyInDemo("demo accounts are made only where DEMO=1")


def _everybody() -> Iterator[Person]:
    """The named accounts, then all other posts of the street in the order of their codes."""
    yield from NAMED
    taken = {(person.role, person.unit) for person in NAMED}
    for line in Line:
        yield Person(f"section-{line}", Role.SECTION_STAFF, STREET, sections=(line,))
    for code in Department.objects.values_list("code", flat=True):
        if (Role.DEPARTMENT_STAFF, code) not in taken:
            yield Person(f"department-{code}", Role.DEPARTMENT_STAFF, code)
    for code in Community.objects.values_list("code", flat=True):
        yield Person(f"c{code[9:]}-leader", Role.COMMUNITY_LEADER, code)
        yield Person(f"c{code[9:]}-staff", Role.COMMUNITY_STAFF, code)
    for code in Grid.objects.values_list("code", flat=True):
        for role, name in ((Role.GRID_LEADER, "leader"), (Role.FULL_TIME_WORKER, "worker")):
            if (role, code) not in taken and code not in VACANT[role]:
                yield Person(f"g{code[9:]}-{name}", role, code)


def _give_posts(users: dict[str, User], people: list[Person]) -> None:
    units: dict[str, dict[str, Any]] = {
        "grid": {grid.code: grid for grid in Grid.objects.all()},
        "community": {community.code: community for community in Community.objects.all()},
        "street": {street.code: street for street in Street.objects.all()},
        "department": {department.code: department for department in Department.objects.all()},
    }
    Post.objects.bulk_create(
        Post(
            user=users[person.username],
            role=person.role,
            starts_on=SINCE,
            **({person.role.unit: units[person.role.unit][person.unit]} if person.role.unit else {}),
        )
        for person in people
        if person.username in users
    )


def _desks() -> Iterator[tuple[Community | None, list[User]]]:
    """The street's duty desk and each community's, with those who take turns there."""
    posts = Post.objects.current().select_related("user", "community").order_by("pk")
    yield None, [post.user for post in posts.filter(role=Role.DISPATCHER)]
    takers: dict[Community, list[User]] = {}
    for post in posts.filter(role__in=(Role.COMMUNITY_STAFF, Role.COMMUNITY_LEADER)):
        if post.community:
            takers.setdefault(post.community, []).append(post.user)
    yield from takers.items()


def _at(day: date, hours: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(hours)))
