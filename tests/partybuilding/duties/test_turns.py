"""Days of a duty, the next year's list, and what is told by itself."""

from datetime import date, timedelta

import pytest

from grids.models import Post, User
from partybuilding.duties import demo, figures
from partybuilding.duties.models import Duty, Turn
from partybuilding.duties.services import reminders
from partybuilding.duties.services.rollover import plan, roll_over
from partybuilding.duties.services.steps import take
from partybuilding.duties.services.turns import lay_out
from partybuilding.duties.tasks import remind_of_duties
from partybuilding.duties.terms import Period, Tier, a_year_later, due_days
from partybuilding.duties.workflow import State
from tests.cast import Cast
from tests.partybuilding.duties.made import (
    APRIL,
    MARCH,
    YEAR,
    days,
    duty,
    first,
    party_section,
    reported,
    street_duty,
    turn,
)
from tests.race import at_once
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db


# --- days --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("period", "count", "last"),
    [
        (Period.MONTH, 12, date(2028, 12, 31)),
        (Period.QUARTER, 4, date(2028, 12, 31)),
        (Period.HALF, 2, date(2028, 12, 31)),
        (Period.YEAR, 1, date(2028, 12, 31)),
        (Period.ONCE, 1, date(2028, 2, 29)),
    ],
)
def test_days_of_a_period(period: Period, count: int, last: date) -> None:
    found = list(due_days(period, 2028, date(2028, 2, 29)))
    assert (len(found), found[-1]) == (count, last)


def test_a_leap_day_comes_back_on_the_28th() -> None:
    assert a_year_later(date(2028, 2, 29)) == date(2029, 2, 28)


def test_days_that_are_over_are_left_out(cast: Cast) -> None:
    assert len(days(duty(cast, period=Period.MONTH))) == 10


def test_another_period_changes_the_days_ahead_alone(cast: Cast) -> None:
    row = duty(cast)
    take(first(row), "report", by=cast.community_leader, words="好")
    row.period = Period.HALF
    row.save()
    with clock.at(APRIL):
        lay_out(row)
    assert days(row) == [date(YEAR, 3, 31), date(YEAR, 6, 30), date(YEAR, 12, 31)]


def test_saved_twice_makes_nothing_twice(cast: Cast) -> None:
    row = duty(cast)
    with clock.at(MARCH):
        lay_out(row)
    assert len(days(row)) == 4


def test_a_cancelled_day_does_not_come_back(cast: Cast) -> None:
    row = turn(cast)
    take(row, "cancel", by=cast.director, words="上级统一安排")
    with clock.at(MARCH):
        lay_out(row.duty)
    assert list(row.duty.turns.values_list("state", flat=True)) == [State.CANCELLED]


# --- the next year -----------------------------------------------------------------------
def test_the_list_is_copied_once(cast: Cast) -> None:
    old = duty(cast, period=Period.ONCE, once_on=date(YEAR, 5, 4))
    with clock.at(APRIL):
        assert (roll_over(cast.director, YEAR), roll_over(cast.director, YEAR)) == (1, 0)
    copy = Duty.objects.get(year=YEAR + 1)
    assert (copy.copied_from, copy.owner, copy.once_on) == (old, old.owner, date(YEAR + 1, 5, 4))
    assert days(copy) == [date(YEAR + 1, 5, 4)]


@pytest.mark.django_db(transaction=True)
def test_two_roll_over_at_once_and_it_is_copied_once(cast: Cast) -> None:
    duty(cast)

    def roll() -> int:
        return roll_over(User.objects.get(pk=cast.director.pk), YEAR)

    assert sorted(at_once(roll, roll)) == [0, 1]
    assert Duty.objects.filter(year=YEAR + 1).count() == 1


def left(cast: Cast) -> Duty:
    """A duty whose owner holds no post any more."""
    row = duty(cast)
    Post.objects.filter(user=cast.community_leader).update(ends_on=date(2021, 1, 1))
    return row


def test_who_left_takes_nothing_along(cast: Cast) -> None:
    row = left(cast)
    (line,) = plan(cast.director, YEAR).orphans
    assert (line.duty, cast.community.pk in {post.user_id for post in line.heirs}) == (row, True)
    assert roll_over(cast.director, YEAR) == 0


def test_somebody_of_the_unit_takes_it_over(cast: Cast) -> None:
    row = left(cast)
    assert roll_over(cast.director, YEAR, heirs={row.pk: cast.community.pk}) == 1
    assert Duty.objects.get(year=YEAR + 1).owner == cast.community


def test_nobody_of_another_unit_does(cast: Cast) -> None:
    row = left(cast)
    assert roll_over(cast.director, YEAR, heirs={row.pk: cast.community2.pk}) == 0


def test_a_community_copies_its_own(cast: Cast) -> None:
    duty(cast)
    street_duty(cast)
    assert (roll_over(cast.community2, YEAR), roll_over(cast.community, YEAR)) == (0, 1)


# --- told by itself ----------------------------------------------------------------------
def told(user: User, channel: str = "in_app") -> list[tuple[str, int]]:
    sent = Message.objects.filter(user=user, channel=channel).order_by("pk")
    return [(message.kind, message.context["count"]) for message in sent]


def test_a_week_before_the_owner_hears_once(cast: Cast) -> None:
    duty(cast)
    duty(cast, tier=Tier.POST)
    with clock.at(MARCH):
        assert (remind_of_duties(), remind_of_duties()) == ({"soon": 2, "late": 0}, {"soon": 0, "late": 0})
    assert told(cast.community_leader) == told(cast.community_leader, "sms") == [("duty_soon", 2)]
    assert told(cast.director) == []


def test_nothing_is_said_earlier(cast: Cast) -> None:
    duty(cast)
    with clock.at(MARCH - timedelta(days=1)):
        assert remind_of_duties() == {"soon": 0, "late": 0}


def test_from_the_day_after_the_owner_and_the_keepers_hear_once(cast: Cast) -> None:
    duty(cast)
    with clock.at(APRIL):
        assert [reminders.remind_late() for _run in range(2)] == [1, 0]
    with clock.at(APRIL + timedelta(days=1)):
        assert reminders.remind_late() == 0
    assert told(cast.community_leader) == [("duty_late", 1)]
    assert told(cast.community) == told(cast.director) == [("duty_late_below", 1)]
    assert told(cast.community2) == told(cast.section) == told(cast.worker) == []


def test_the_day_itself_is_not_late(cast: Cast) -> None:
    duty(cast)
    with clock.at(APRIL - timedelta(days=1)):
        assert reminders.remind_late() == 0


def test_a_late_one_of_the_street_goes_to_its_section(cast: Cast) -> None:
    street_duty(cast)
    section = party_section(cast)
    with clock.at(APRIL):
        reminders.remind_late()
    assert told(section) == [("duty_late_below", 1)]
    assert told(cast.community) == []


def test_what_is_reported_is_not_reminded_of(cast: Cast) -> None:
    reported(cast)
    with clock.at(APRIL):
        assert remind_of_duties() == {"soon": 0, "late": 0}


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once(cast: Cast) -> None:
    duty(cast)

    def sweep() -> int:
        with clock.at(APRIL):
            return reminders.remind_late()

    assert sorted(at_once(sweep, sweep)) == [0, 1]
    assert told(cast.community_leader) == [("duty_late", 1)]


def test_messages_carry_counts_and_keys_alone(cast: Cast) -> None:
    duty(cast)
    with clock.at(APRIL):
        remind_of_duties()
    assert {tuple(message.context) for message in Message.objects.all()} == {("count",)}


# --- counted -----------------------------------------------------------------------------
def test_units_are_counted_apart(cast: Cast) -> None:
    take(reported(cast), "check", by=cast.director)
    duty(cast)
    street_duty(cast)
    rows = figures.by_unit(cast.director, YEAR, APRIL.date())
    found = [(row.key, row.due, row.done, row.checked, row.late) for row in rows]
    assert found == [(None, 1, 0, 0, 1), (cast.community_unit.pk, 2, 1, 1, 1)]
    assert figures.by_unit(cast.community2, YEAR, APRIL.date()) == []


def test_a_cancelled_turn_counts_for_nothing(cast: Cast) -> None:
    take(turn(cast), "cancel", by=cast.director, words="上级统一安排")
    (row,) = figures.by_unit(cast.director, YEAR, APRIL.date())
    assert (row.due, row.done, row.late) == (0, 0, 0)


# --- the demo ----------------------------------------------------------------------------
def test_the_demo_loads_once(cast: Cast) -> None:
    party_section(cast)
    with clock.at(MARCH.replace(month=11)):
        said = demo.load()
        assert demo.load() == said == f"10 duties of {YEAR}"
        states = set(Turn.objects.values_list("state", flat=True))
        late = Turn.objects.late(clock.now().date()).exists()
    assert states == {State.PLANNED, State.DONE, State.CHECKED}
    assert late
