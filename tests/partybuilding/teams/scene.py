"""Volunteers, a team, a shift and a call-out, for tests."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from grids.models import Grid, User
from partybuilding.access import By
from partybuilding.teams.models import Activity, Called, CallOut, Membership, Shift, Team, Volunteer
from partybuilding.teams.queries import Area
from partybuilding.teams.services import calling, shifts
from partybuilding.teams.services.calling import Task
from partybuilding.teams.workflow import State
from tests.cast import Cast
from tests.partybuilding import clients
from tests.partybuilding.clients import as_ as as_
from wangguan import clock
from wangguan.privacy import keyed_hash

NAME, PHONE, OTHER_PHONE, STRANGER = "赵春燕", "19953760001", "19953760002", "19953769999"
TASK = Task("snow", "清扫小区主路积雪", "九区北门", clock.now() + timedelta(hours=1), 2)


def of_phone(phone: str = PHONE) -> By:
    return By(phone_hash=keyed_hash(phone))


def volunteer(cast: Cast, phone: str = PHONE, **fields: Any) -> Volunteer:
    """A confirmed one of the first community, who tidies at weekends."""
    given: dict[str, Any] = {
        "community": cast.community_unit,
        "skills": ["tidy"],
        "slots": ["weekend"],
        "state": State.CONFIRMED,
    }
    return Volunteer.objects.create(name=NAME, phone=phone, **{**given, **fields})


def many(cast: Cast, count: int, **fields: Any) -> list[Volunteer]:
    return [volunteer(cast, f"1995376{number:04}", **fields) for number in range(1000, 1000 + count)]


def team(cast: Cast, *people: Volunteer, grids: tuple[Grid, ...] = (), **fields: Any) -> Team:
    """Of the first community; the first of its people leads it."""
    given = {
        "name": "九区红色先锋队",
        "community": cast.community_unit,
        "leader": people[0] if people else None,
    }
    row = Team.objects.create(**{**given, **fields})
    Membership.objects.bulk_create(Membership(team=row, volunteer=person) for person in people)
    row.grids.add(*grids)
    return row


def activity(of: Team, **fields: Any) -> Activity:
    return Activity.objects.create(team=of, title="周末清洁家园", form_id=uuid4(), **fields)


def shift(of: Activity, *, by: By, places: int = 1, hours: int = 24, **fields: Any) -> Shift:
    """In so many hours, for two hours; negative: it is over."""
    starts_at = clock.now() + timedelta(hours=hours)
    given: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    return shifts.open_shift(
        of, place="3号楼下", places=places, form_id=uuid4(), by=by, **{**given, **fields}
    )


def area(cast: Cast, **fields: Any) -> Area:
    return Area(**{"communities": {cast.community_unit.pk}, **fields})


def call(cast: Cast, *, of: Area | None = None, by: User | None = None, **fields: Any) -> CallOut:
    """Everybody of the first community is called by its office."""
    given = of or area(cast)
    return calling.call_out(
        fields.pop("task", TASK),
        given,
        community=fields.pop("community", cast.community_unit),
        seen=fields.pop("seen", calling.reach(given)),
        form_id=fields.pop("form_id", uuid4()),
        by=By(by or cast.community),
    )


def called(row: CallOut, phone: str = PHONE) -> Called:
    return Called.objects.select_related("call", "volunteer").get(
        call=row, volunteer__phone_hash=keyed_hash(phone)
    )


def knowing(phone: str = PHONE) -> Client:
    return clients.knowing(phone)
