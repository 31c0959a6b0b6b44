"""The way of a plan, who takes which step, and what the database itself holds."""

from datetime import timedelta
from functools import partial
from itertools import permutations
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from grids.models import Line, User
from partybuilding.access import By
from partybuilding.gatherings.models import Gathering
from partybuilding.training import access
from partybuilding.training.models import Plan, Session
from partybuilding.training.services import plans, sessions
from partybuilding.training.workflow import STEPS, TABLE, Seat, State, arrows
from tests.cast import Cast
from tests.partybuilding.training.scene import (
    H,
    announce,
    make_plan,
    make_session,
    of_phone,
    there,
    told,
    year,
)
from tests.race import at_once
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
STRANGERS = ("community2", "worker", "dispatcher", "department", "auditor", "section")


def test_seats_follow_from_posts_and_from_whose_plan_it_is(cast: Cast) -> None:
    own, streets = make_plan(cast, state=State.SUBMITTED), Plan(made_by=cast.director)
    assert access.seats(By(cast.community), own) == {Seat.KEEPER}
    assert access.seats(By(cast.director), own) == {Seat.KEEPER, Seat.APPROVER}
    assert access.seats(By(cast.director), streets) == {Seat.KEEPER}
    assert access.seats(By(cast.community), streets) == frozenset()
    for by in (*(By(getattr(cast, name)) for name in STRANGERS), of_phone(), By()):
        assert access.seats(by, own) == frozenset()


def test_a_plan_moves_as_the_table_says(cast: Cast) -> None:
    people = {Seat.KEEPER: By(cast.community), Seat.APPROVER: By(cast.director)}
    for number, (step, state) in enumerate((s, t) for s in TABLE for t in State.values):
        row = make_plan(cast, state=state, year=2025 + number)
        if state == step.to or state in step.starts:
            plans.take(row, step.name, by=people[step.who], note="请补充")
            assert row.state == step.to
        else:
            with pytest.raises(Refused):
                plans.take(row, step.name, by=people[step.who], note="请补充")


def test_only_whoever_sits_there_takes_a_step(cast: Cast) -> None:
    row = make_plan(cast, state=State.DRAFT)
    strangers = [*(By(getattr(cast, name)) for name in STRANGERS), of_phone(), By()]
    for by in strangers:
        with pytest.raises(Refused):
            plans.take(row, "submit", by=by)
    plans.take(row, "submit", by=By(cast.community))
    for by in (*strangers, By(cast.community)):
        for name in ("approve", "return"):
            with pytest.raises(Refused):
                plans.take(row, name, by=by, note="x")


def test_nobody_approves_their_own(cast: Cast) -> None:
    row = make_plan(cast, state=State.SUBMITTED, by=By(cast.director), community=None)
    with pytest.raises(Refused):
        plans.take(row, "approve", by=By(cast.director))
    for field in ("made_by", "submitted_by"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Plan.objects.filter(pk=row.pk).update(**{field: cast.auditor, "decided_by": cast.director})


def test_a_return_wants_words_and_comes_back(cast: Cast) -> None:
    row = make_plan(cast, state=State.SUBMITTED)
    with pytest.raises(Refused) as refusal:
        plans.take(row, "return", by=By(cast.director), note=" ")
    assert refusal.value.field == "note"
    plans.take(row, "return", by=By(cast.director), note="课时不足")
    plans.change(row, by=By(cast.community), hours_planned=H(12))
    plans.take(row, "submit", by=By(cast.community))
    row.refresh_from_db()
    assert (row.state, row.note, row.hours_planned, row.decided_by) == (
        State.SUBMITTED,
        "课时不足",
        H(12),
        None,
    )


def test_the_database_knows_the_arrows(cast: Cast) -> None:
    allowed = set()
    for number, (start, end) in enumerate(permutations(State.values, 2)):
        row = make_plan(cast, state=start, year=2025 + number)
        if _moved(row, end):
            allowed.add((start, end))
    assert allowed == set(arrows())


def _moved(row: Plan, end: str) -> bool:
    try:
        with transaction.atomic():
            return bool(Plan.objects.filter(pk=row.pk).update(state=end))
    except ProgrammingError:
        return False


def test_leaders_hear_of_a_plan_and_authors_of_the_decision(cast: Cast) -> None:
    row = make_plan(cast, state=State.SUBMITTED)
    assert [each.user for each in Message.objects.filter(kind="training_submitted")] == [cast.director]
    plans.take(row, "approve", by=By(cast.director))
    assert [each.user for each in Message.objects.filter(kind="training_decided")] == [cast.community]


def test_a_level_has_one_plan_a_year(cast: Cast) -> None:
    make_plan(cast, state=State.DRAFT)
    with pytest.raises(Refused) as refusal:
        make_plan(cast, state=State.DRAFT)
    assert refusal.value.field == "year"
    make_plan(cast, state=State.DRAFT, community=None, by=By(cast.director))
    with pytest.raises(Refused):
        make_plan(cast, state=State.DRAFT, community=None, by=By(cast.director))
    make_plan(cast, state=State.DRAFT, year=year() + 1)
    assert Plan.objects.count() == 3


def test_the_same_form_is_one_plan(cast: Cast) -> None:
    form = uuid4()
    assert make_plan(cast, state=State.DRAFT, form_id=form) == make_plan(
        cast, state=State.DRAFT, form_id=form
    )


def test_each_level_is_drafted_by_its_own(cast: Cast) -> None:
    cast.section.sections = [Line.PARTY]
    cast.section.save(update_fields=["sections"])
    make_plan(cast, state=State.DRAFT, community=None, by=By(User.objects.get(pk=cast.section.pk)))
    for name in ("community2", "worker", "auditor", "dispatcher"):
        with pytest.raises(Refused):
            make_plan(cast, state=State.DRAFT, by=By(getattr(cast, name)))


def test_what_is_submitted_is_not_changed(cast: Cast) -> None:
    for number, state in enumerate((State.SUBMITTED, State.APPROVED)):
        row = make_plan(cast, state=state, year=2025 + number)
        with pytest.raises(Refused):
            plans.change(row, by=By(cast.community), title="x")
    with pytest.raises(TypeError):
        plans.change(row, by=By(cast.community), state=State.DRAFT)


# --- sessions --------------------------------------------------------------------------------
def test_sessions_are_announced_for_approved_plans_only(cast: Cast) -> None:
    for number, state in enumerate(State.values):
        row = make_plan(cast, state=state, year=year() + number)
        starts = clock.now() + timedelta(days=1 + 366 * number)
        fields = told(starts_at=starts.replace(year=year() + number, month=12, day=20))
        if state == State.APPROVED:
            assert announce(row, cast, told=fields).gathering.community == cast.community_unit
        else:
            with pytest.raises(Refused):
                announce(row, cast, told=fields)
    assert Gathering.objects.count() == 1


def test_a_session_lies_in_the_year_of_its_plan(cast: Cast) -> None:
    row = make_plan(cast, year=year() + 1)
    with pytest.raises(Refused) as refusal:
        announce(row, cast)
    assert (refusal.value.field, Gathering.objects.count()) == ("day", 0)


def test_the_same_form_is_one_session(cast: Cast) -> None:
    row, form = make_plan(cast), uuid4()
    assert announce(row, cast, form_id=form) == announce(row, cast, form_id=form)


def test_strangers_announce_and_change_nothing(cast: Cast) -> None:
    session = make_session(cast)
    sign_up = there(session)
    for by in (*(By(getattr(cast, name)) for name in STRANGERS), of_phone(), By()):
        for job in (
            partial(announce, session.plan, cast, by=by),
            partial(sessions.change, session, by=by, lecturer="x"),
            partial(sessions.confirm, session, by=by),
        ):
            with pytest.raises(Refused):
                job()
    sign_up.refresh_from_db()
    assert (Session.objects.count(), sign_up.hours) == (1, None)


def test_one_press_gives_everybody_the_sessions_hours(cast: Cast) -> None:
    session = make_session(cast, hours=H("1.5"))
    rows = [there(session, 0), there(session, 1, hours=H(1)), there(session, 2, state="absent")]
    assert sessions.confirm(session, by=By(cast.community)) == 1
    for row in rows:
        row.refresh_from_db()
    assert [row.hours for row in rows] == [H("1.5"), H(1), None]


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_stands(cast: Cast) -> None:
    row = make_plan(cast, state=State.SUBMITTED)
    jobs = [partial(plans.take, Plan.objects.get(), name, by=By(cast.director), note="x") for name in STEPS]
    got = at_once(*jobs[1:])
    row.refresh_from_db()
    assert sum(isinstance(each, Refused) for each in got) == 1
    assert row.state in (State.APPROVED, State.RETURNED)
