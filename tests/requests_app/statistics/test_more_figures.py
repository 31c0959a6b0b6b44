"""Figures beside the sums, each counted once more in plain Python: own, open now, per head, units called."""

import random
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from grids.models import Department, Role, User
from requests_app.models import Ticket
from requests_app.services import staff
from requests_app.statistics import queries, read
from requests_app.statistics.services import roll
from requests_app.statistics.spans import Span
from requests_app.statistics.views.page import per_head
from requests_app.supervision import figures as supervision
from requests_app.supervision.models import Case
from requests_app.supervision.services import cases
from requests_app.supervision.services.people import unit_at
from requests_app.whistles import figures as whistles
from requests_app.whistles.models import Call
from requests_app.whistles.services import due as whistles_due
from requests_app.whistles.services.steps import take as whistle_step
from requests_app.workflow import LADDER, OPEN, Level
from residents.models import Resident
from tests.cast import Cast
from tests.factories import make_department, make_user
from tests.requests_app.matters import accepted
from tests.requests_app.statistics import slow
from tests.requests_app.statistics.month import LAST, SHANGHAI, make_categories, make_month
from tests.requests_app.whistles.scene import Scene, climbed
from tests.residents.factories import make_resident
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db

WHOLE = Span(date(2023, 12, 1), date(2024, 3, 31))
FEBRUARY = Span.month(date(2024, 2, 5))


@pytest.fixture
def month(cast: Cast) -> datetime:
    make_categories()
    make_month(cast, random.Random(11))
    with clock.at(LAST):
        roll()
    return LAST


def test_own_figures_are_what_a_slow_count_finds(month: datetime) -> None:
    spans = (WHOLE, FEBRUARY, Span.day(date(2024, 2, 29)))
    charged = [user for user in User.objects.order_by("pk") if Ticket.objects.filter(assignee=user).exists()]
    assert len(charged) > 1
    for user in charged:
        of_day = queries.own(user, spans)
        for span in spans:
            theirs = slow.figures(span, month, wanted=partial(_in_charge, user))
            assert (user.username, span, read.total(of_day, span)) == (user.username, span, theirs)


def _in_charge(person: User, ticket: Ticket) -> bool:
    return ticket.assignee_id == person.pk


def test_what_is_open_now_is_what_a_slow_count_finds(month: datetime) -> None:
    midnight = datetime.combine(month.date() + timedelta(days=1), datetime.min.time(), SHANGHAI)
    tickets = [ticket for ticket in Ticket.objects.all() if ticket.status in OPEN and not ticket.about_staff]
    expected = []
    for level in LADDER:
        due = [ticket.due_at for ticket in tickets if ticket.level == level]
        late = [moment for moment in due if moment and moment <= month]
        soon = [moment for moment in due if moment and month < moment < midnight]
        expected.append((level.value, len(due), len(late), len(soon)))
    with clock.at(month):
        found = read.now_open()
    assert [(row.level, row.open, row.overdue, row.due_today) for row in found] == expected
    assert sum(row.open for row in found)


def test_per_ten_thousand_counts_who_lives_there_now(cast: Cast, month: datetime) -> None:
    people = [make_resident(building=cast.building) for _ in range(3)] + [make_resident(grid=cast.grid_far)]
    Resident.objects.filter(pk=people[0].pk).update(left_on=date(2024, 1, 1), left_how="moved")
    gone = people[1].household
    type(gone).objects.filter(pk=gone.pk).update(left_on=date(2024, 1, 1), next_visit_on=None)
    living = [
        person.household.dwelling.building.grid.community_id
        for person in Resident.objects.select_related("household__dwelling__building__grid")
        if person.left_on is None and person.household.left_on is None
    ]
    expected = {unit: living.count(unit) for unit in set(living)}
    assert (
        queries.residents_of("community")
        == expected
        == {
            cast.community_unit.pk: 1,
            cast.community_unit2.pk: 1,
        }
    )
    told = read.by("community", WHOLE)
    for row in told:
        arrived = slow.figures(WHOLE, month, wanted=partial(_of, row.key or None)).arrived
        rate = per_head(row.numbers, expected.get(int(row.key), 0))
        assert rate == (arrived * 10_000.0 if int(row.key) in expected else None)


def _of(community: int | str | None, ticket: Ticket) -> bool:
    return ticket.community_id == community


# --- departments and units ---------------------------------------------------------------
@pytest.mark.parametrize("seed", [1, 2])
def test_departments_are_counted_as_a_slow_count_does(cast: Cast, seed: int) -> None:
    calls_at_random(cast, random.Random(seed))
    with clock.at(LAST):
        found = whistles.by_department(FEBRUARY.first, FEBRUARY.last)
    expected = {
        unit.code: plainly(unit) for unit in Department.objects.order_by("code") if plainly(unit)["called"]
    }
    assert {row.code: {name: getattr(row, name) for name in expected[row.code]} for row in found} == expected
    assert len(found) > 1


def calls_at_random(cast: Cast, rng: random.Random) -> None:
    """Whistles around the ends of a month; departments come in time, late, or not at all."""
    other = make_department(code="market", name="市场监管局")
    person = make_user("market", post=Role.DEPARTMENT_STAFF, at=other)
    person.posts.update(starts_on=date(2020, 1, 1))
    first = datetime(2024, 1, 30, 9, tzinfo=SHANGHAI)
    for _number in range(8):
        with clock.at(first + timedelta(hours=rng.randrange(35 * 24))):
            scene = Scene(cast, climbed(cast), other, person)
            calls = list(scene.blown(knows_other=True).calls.order_by("pk"))
            began = clock.now()
        for call in calls:
            for hours, step, fields in rng.choice(WAYS):
                with clock.at(began + timedelta(hours=hours)), suppress(Refused):
                    own = cast.department if call.department != other else person
                    by = cast.dispatcher if step == "rate" else own
                    whistle_step(Call.objects.get(pk=call.pk), step, by=staff(by), **fields)
    with clock.at(LAST):
        whistles_due.sweep()


WAYS: tuple[list[tuple[int, str, dict[str, Any]]], ...] = (
    [],
    [(1, "check_in", {})],
    [(40, "check_in", {})],
    [(1, "check_in", {}), (5, "conclude", {"note": "已清理。"})],
    [
        (40, "check_in", {}),
        (50, "conclude", {"note": "已清理。"}),
        (60, "rate", {"rating": 3, "note": "来晚了。"}),
    ],
)


def plainly(unit: Department) -> dict[str, Any]:
    counts: dict[str, Any] = dict.fromkeys(("called", "in_time", "late", "missing", "concluded", "rated"), 0)
    for call in Call.objects.filter(department=unit):
        if (
            call.called_at is None
            or call.state == "called_off"
            or slow.day_of(call.called_at) not in FEBRUARY
        ):
            continue
        counts["called"] += 1
        counts["concluded"] += call.concluded_at is not None
        counts["rated"] += call.rating is not None
        assert call.check_in_due
        if call.checked_in_at is None:
            counts["missing"] += call.check_in_due < LAST or call.state != "called"
        else:
            counts["late" if call.checked_in_at > call.check_in_due else "in_time"] += 1
    return counts


@pytest.mark.parametrize("seed", [1, 2])
def test_units_are_counted_as_a_slow_count_does(cast: Cast, seed: int) -> None:
    cases_at_random(cast, random.Random(seed))
    expected: dict[str, dict[str, int]] = {}
    for case in Case.objects.all():
        if slow.day_of(case.opened_at) not in FEBRUARY:
            continue
        counts = expected.setdefault(case.unit_code, dict.fromkeys(supervision.COUNTED, 0))
        counts["opened"] += 1
        counts["answered"] += case.first_answered_at is not None
        counts["in_time"] += (
            case.first_answered_at is not None and case.first_answered_at <= case.first_due_at
        )
        counts["accepted_first"] += case.state == "closed" and case.round == 1
        counts["waiting"] += case.state in ("waiting", "answered")
        counts["withdrawn"] += case.state == "withdrawn"
    found = supervision.by_unit(cast.director, FEBRUARY.first, FEBRUARY.last)
    assert {row.code: {name: getattr(row, name) for name in supervision.COUNTED} for row in found} == expected
    assert [row.code for row in found] == sorted(expected)
    assert len(found) > 1


def cases_at_random(cast: Cast, rng: random.Random) -> None:
    first = datetime(2024, 1, 30, 9, tzinfo=SHANGHAI)
    for _number in range(12):
        with clock.at(first + timedelta(hours=rng.randrange(35 * 24))):
            ticket = accepted(cast)
            level = rng.choice([Level.GRID, Level.GRID, Level.COMMUNITY])
            case = cases.open_case(ticket, unit_at(ticket, level), by=cast.director, reason="看看", days=2)
            began = clock.now()
        answering = cast.leader if level == Level.GRID else cast.community
        with clock.at(began + timedelta(days=rng.choice([1, 9]))), suppress(Refused):
            match rng.choice(["nothing", "withdraw", "answer", "accept", "return"]):
                case "withdraw":
                    cases.withdraw(case, by=cast.director, words="不用了")
                case "answer":
                    cases.answer(case, by=answering, words="办了")
                case "accept" | "return" as verdict:
                    answered = cases.answer(case, by=answering, words="办了")
                    cases.judge(answered, by=cast.director, accepted=verdict == "accept", words="没办完")
