"""Reminders of visits: on which days and hours, to whom, with which numbers, and never with a name."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from grids.models import Role, User
from requests_app.services.asked import AskedOfVisits
from residents.models import RightsRequest
from residents.seams import Wording
from residents.services import reminders
from residents.terms import CareGroup, Need, RightsKind
from tests.cast import Cast
from tests.factories import make_leave, make_post
from tests.residents.factories import (
    make_errand,
    make_finding,
    make_household,
    make_plan,
    make_resident,
    make_venue,
    make_visit,
)
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
JINAN = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2025, 11, 26, 8, 45, tzinfo=JINAN)  # a Wednesday
MONDAY = datetime(2025, 11, 24, 9, 0, tzinfo=JINAN)


@pytest.fixture
def morning() -> Iterator[date]:
    with clock.at(MORNING):
        yield MORNING.date()


def told(user: User, kind: str) -> list[dict[str, object]]:
    rows = Message.objects.filter(user=user, kind=kind, channel="in_app").order_by("id")
    return list(rows.values_list("context", flat=True))


# --- when --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "is_time"),
    [
        ("2025-11-26 07:59", False),
        ("2025-11-26 08:15", False),  # the window is open, the working day is not
        ("2025-11-26 08:30", True),
        ("2025-11-26 17:29", True),
        ("2025-11-26 17:30", False),
        ("2025-11-22 10:00", False),  # a Saturday
        ("2025-09-28 10:00", True),  # a Sunday that is worked
        ("2025-10-01 10:00", False),
        ("2025-10-08 10:00", False),
        ("2025-10-09 10:00", True),
        ("2025-10-11 10:00", True),
        ("2026-02-14 10:00", True),
        ("2026-02-16 10:00", False),
        ("2026-02-23 10:00", False),
        ("2026-02-24 10:00", True),
        ("2027-01-01 10:00", True),  # nobody has published 2027: a Friday
        ("2027-02-06 10:00", False),
    ],
)
def test_people_are_told_in_working_hours(moment: str, is_time: bool) -> None:
    assert reminders.is_time(datetime.fromisoformat(moment).replace(tzinfo=JINAN)) is is_time


@pytest.mark.parametrize(
    ("day", "is_first", "since"),
    [
        ("2025-11-24", True, "2025-11-17"),
        ("2025-11-25", False, "2025-11-17"),
        ("2025-09-28", False, "2025-09-15"),  # a worked Sunday ends its week
        ("2025-10-09", True, "2025-09-29"),  # Thursday: Monday to Wednesday were holidays
        ("2025-10-10", False, "2025-09-29"),
        ("2025-10-11", False, "2025-09-29"),
        ("2025-10-13", True, "2025-10-06"),
        ("2026-02-24", True, "2026-02-09"),  # a whole week of Spring Festival lies between
        ("2026-02-25", False, "2026-02-09"),
        ("2026-01-04", False, "2025-12-22"),
        ("2026-01-05", True, "2025-12-29"),
    ],
)
def test_the_first_working_day_of_the_week_sums_up(day: str, is_first: bool, since: str) -> None:
    on = date.fromisoformat(day)

    assert reminders.is_first_of_week(on) is is_first
    assert reminders.summed_up_since(on) == date.fromisoformat(since)


def test_nothing_is_told_on_a_holiday(cast: Cast) -> None:
    with clock.at(datetime(2025, 10, 1, 10, 0, tzinfo=JINAN)):
        make_household(building=cast.building, next_visit_on=date(2025, 9, 30))
        assert reminders.remind() == 0

    assert Message.objects.count() == 0


# --- the morning -------------------------------------------------------------------------
def test_a_worker_hears_how_many_are_due(cast: Cast, morning: date) -> None:
    for days in (0, 0, -1, 1):
        make_household(building=cast.building, next_visit_on=morning + timedelta(days=days))
    make_venue(grid=cast.grid, next_visit_on=morning - timedelta(days=9))

    reminders.remind()

    assert told(cast.worker, "visits_today") == [{"due": 2, "overdue": 2}]
    assert told(cast.worker2, "visits_today") == []
    assert told(cast.leader, "visits_today") == []


def test_one_worker_of_two_grids_hears_once(cast: Cast, morning: date) -> None:
    make_post(cast.worker, Role.FULL_TIME_WORKER, at=cast.grid_beside)
    make_household(building=cast.building, next_visit_on=morning)
    make_household(grid=cast.grid_beside, next_visit_on=morning - timedelta(days=1))

    reminders.remind()

    assert told(cast.worker, "visits_today") == [{"due": 1, "overdue": 1}]


def test_a_grid_without_workers_is_its_leaders(cast: Cast, morning: date) -> None:
    make_household(grid=cast.grid_beside, next_visit_on=morning)

    reminders.remind()

    assert told(cast.leader_beside, "visits_today") == [{"due": 1, "overdue": 0}]


def test_leader_and_community_hear_what_is_overdue(cast: Cast, morning: date) -> None:
    make_household(building=cast.building, next_visit_on=morning - timedelta(days=1))
    for _turn in range(2):
        make_household(grid=cast.grid_beside, next_visit_on=morning - timedelta(days=8))
    make_household(grid=cast.grid_far, next_visit_on=morning)

    reminders.remind()

    both = "九区社区第二网格 2 · 九区社区第三网格 1"
    assert told(cast.community, "visits_overdue") == [{"total": 3, "where": both}]
    assert told(cast.leader, "visits_overdue") == [{"total": 1, "where": "九区社区第三网格 1"}]
    assert told(cast.community2, "visits_overdue") == []
    assert told(cast.director, "visits_overdue") == []


def test_who_stands_in_hears_instead(cast: Cast, morning: date) -> None:
    make_household(building=cast.building, next_visit_on=morning - timedelta(days=1))
    make_leave(cast.worker.posts.get(), cast.parttime)
    make_leave(cast.leader.posts.get(), cast.leader_beside)

    reminders.remind()

    assert told(cast.worker, "visits_today") == told(cast.leader, "visits_overdue") == []
    assert len(told(cast.parttime, "visits_today")) == len(told(cast.leader_beside, "visits_overdue")) == 1


def test_a_second_sweep_tells_nothing_new(cast: Cast, morning: date) -> None:
    make_household(building=cast.building, next_visit_on=morning - timedelta(days=1))
    reminders.remind()
    before = Message.objects.count()

    with clock.at(MORNING + timedelta(hours=1)):
        reminders.remind()

    assert Message.objects.count() == before > 0


def test_the_next_day_tells_again(cast: Cast, morning: date) -> None:
    make_household(building=cast.building, next_visit_on=morning - timedelta(days=1))
    reminders.remind()

    with clock.at(MORNING + timedelta(days=1)):
        reminders.remind()

    assert len(told(cast.worker, "visits_today")) == 2


@pytest.mark.parametrize(
    ("told_by", "channels"),
    [
        (None, ["in_app"]),
        ([], ["in_app"]),
        (["visits:sms"], ["in_app", "sms"]),
        (["visits:email", "new:sms"], ["email", "in_app"]),
    ],
)
def test_choice_decides_the_channels(
    cast: Cast, morning: date, told_by: list[str] | None, channels: list[str]
) -> None:
    User.objects.filter(pk=cast.worker.pk).update(told_by=told_by, email="worker@example.org")
    make_household(building=cast.building, next_visit_on=morning)

    reminders.remind()

    assert sorted(Message.objects.filter(user=cast.worker).values_list("channel", flat=True)) == channels


def test_no_message_names_anybody(cast: Cast, morning: date) -> None:
    resident = make_resident(building=cast.building, name="欧阳守一", phone="13912345678")
    make_plan(resident, group=CareGroup.DISABLED, reason="腿脚不便")
    RightsRequest.objects.create(
        resident=resident, kind=RightsKind.SEE, taken_by=cast.worker, due_on=morning, words="想看看"
    )

    with clock.at(MORNING + timedelta(days=56)):
        reminders.remind()

    said = " ".join(f"{row.title} {row.text} {row.link} {row.context}" for row in Message.objects.all())
    assert "九区社区第三网格" in said
    secrets = ("欧阳", "13912345678", "disabled", "残", "腿脚", "九区3号楼", "想看看")
    assert [word for word in secrets if word in said] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_statements_do_not_grow(
    cast: Cast, morning: date, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _turn in range(rows):
        make_household(building=cast.building, next_visit_on=morning - timedelta(days=1))
        make_household(grid=cast.grid_far, next_visit_on=morning - timedelta(days=1))

    with django_assert_num_queries(9):
        reminders.remind()


# --- the week ----------------------------------------------------------------------------
def test_the_week_is_summed_up_for_each_community(cast: Cast) -> None:
    with clock.at(MONDAY):
        day = MONDAY.date()
        home = make_household(building=cast.building, next_visit_on=day - timedelta(days=1))
        make_household(building=cast.building, next_visit_on=day + timedelta(days=4))
        make_household(building=cast.building, next_visit_on=day + timedelta(days=7))
        last_week = make_visit(by=cast.worker, household=home, visited_at=MONDAY - timedelta(days=3))
        make_visit(by=cast.worker, household=home, visited_at=MONDAY - timedelta(days=10))
        make_visit(by=cast.worker, household=home, visited_at=MONDAY)
        finding = make_finding(last_week)
        with clock.at(MONDAY - timedelta(days=2)):
            AskedOfVisits().open(
                finding, Wording("厨房顶漏水三天了", category=Need.LEAK.category), actor=cast.worker
            )
        make_errand(home, by=cast.worker)
        make_errand(home, by=cast.worker, due_on=day - timedelta(days=1))

        reminders.remind()

    assert told(cast.community, "visits_week") == [
        {
            "community": "九区社区",
            "code": "370103015005",
            "since": "2025-11-17",
            "until": "2025-11-23",
            "made": 1,
            "needs": 1,
            "requests": 1,
            "due": 1,
            "overdue": 1,
            "errands": 2,
            "late": 1,
        }
    ]
    assert told(cast.community2, "visits_week")[0]["made"] == 0
    assert told(cast.leader, "visits_week") == []


def test_the_week_is_told_once(cast: Cast) -> None:
    for hours in (0, 2, 24, 48):
        with clock.at(MONDAY + timedelta(hours=hours)):
            reminders.remind()

    assert len(told(cast.community, "visits_week")) == 1


def test_the_summary_leads_to_the_figures(cast: Cast) -> None:
    with clock.at(MONDAY):
        reminders.remind()

    row = Message.objects.get(user=cast.community, kind="visits_week")
    assert row.link.endswith("/worker/residents/figures/?unit=370103015005")


# --- requests about one's own data -------------------------------------------------------
@pytest.mark.parametrize(
    ("due_on", "kind"),
    [
        ("2025-12-02", None),  # four working days ahead
        ("2025-12-01", "rights_due"),
        ("2025-11-26", "rights_due"),
        ("2025-11-25", "rights_overdue"),
    ],
)
def test_the_community_is_reminded_of_rights(
    cast: Cast, morning: date, due_on: str, kind: str | None
) -> None:
    asked = RightsRequest.objects.create(
        resident=make_resident(household=make_household(building=cast.building, next_visit_on=None)),
        kind=RightsKind.SEE,
        taken_by=cast.worker,
        due_on=date.fromisoformat(due_on),
    )

    reminders.remind()
    reminders.remind()

    rows = Message.objects.filter(kind__startswith="rights_", channel="in_app")
    wanted = {cast.community, cast.community_leader} if kind else set()
    assert ({row.user for row in rows}, {row.kind for row in rows}) == (wanted, {kind} if kind else set())
    assert rows.count() == len(wanted)
    assert not kind or rows[0].link.endswith(f"/worker/residents/rights/{asked.pk}/")


def test_both_reminders_come_one_after_the_other(cast: Cast) -> None:
    RightsRequest.objects.create(
        resident=make_resident(household=make_household(building=cast.building, next_visit_on=None)),
        kind=RightsKind.SEE,
        taken_by=cast.worker,
        due_on=date(2025, 11, 28),
    )
    for days in range(14):
        with clock.at(MONDAY + timedelta(days=days)):
            reminders.remind()

    kinds = Message.objects.filter(user=cast.community, kind__startswith="rights_", channel="in_app")
    assert [(row.kind, row.created_at.astimezone(JINAN).day) for row in kinds.order_by("id")] == [
        ("rights_due", 25),
        ("rights_overdue", 1),
    ]
