"""The chapters that rooms fill, each recomputed plainly."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grids.models import today
from partybuilding.access import By
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.services import attending
from partybuilding.meetings.services import actions
from partybuilding.organisations.coverage import Covered
from partybuilding.teams.models import Called
from partybuilding.year.chapters.hands import VOLUNTEERS
from partybuilding.year.chapters.learning import CENTRES, TRAINING
from partybuilding.year.chapters.lists import CLAIMS
from partybuilding.year.chapters.tables import COUNCILS, STEWARDS
from partybuilding.year.figures import Chapter, Row, Span, Value, added, tables
from tests.cast import Cast
from tests.partybuilding.centre import scene as centre
from tests.partybuilding.claims import scene as claims
from tests.partybuilding.meetings import scene as meetings
from tests.partybuilding.teams import scene as teams
from tests.partybuilding.training import scene as training
from wangguan import clock

pytestmark = pytest.mark.django_db
THIS = Span(today().year)


def rows_of(chapter: Chapter) -> Iterable[Row]:
    ((_chapter, rows),) = tables([chapter], THIS, None)
    return rows


def row_of(chapter: Chapter, cast: Cast) -> tuple[Value, ...]:
    return next(row.values for row in rows_of(chapter) if row.name == cast.community_unit.name)


def came(gathering: Gathering, phone: str, *, hours: str | None = None, state: str = "attended") -> SignUp:
    now = clock.now() if state == "attended" else None
    confirmed = {"hours": Decimal(hours), "hours_confirmed_at": now} if hours else {}
    given: dict[str, Any] = {"name": "赵春燕", "phone": phone, "state": state, "attended_at": now}
    return SignUp.objects.create(gathering=gathering, **given, **confirmed)


# --- three lists -----------------------------------------------------------------------------
def test_items_are_told_by_how_far_they_are(cast: Cast) -> None:
    unit = claims.unit(cast)
    claims.draft(cast)
    claims.need(cast)
    claims.claimed(claims.need(cast), unit)
    claims.agreed(cast, claims.need(cast), unit)
    claims.accepted(cast, claims.need(cast), unit)
    assert row_of(CLAIMS, cast) == (4, Covered(4, 2), Covered(4, 1))


# --- tables ----------------------------------------------------------------------------------
def test_what_is_reserved_to_the_owners_is_no_decision(cast: Cast) -> None:
    body = meetings.table(cast)
    _branch, firm, _owners = meetings.seats(cast, body)
    meeting = meetings.held(cast, body, firm)
    soon = meetings.action(cast, meetings.topic(cast, body, meeting), days=0, seat=firm)
    meetings.action(
        cast, meetings.topic(cast, body, meeting, title="充电棚", is_owners_matter=True), seat=firm
    )
    meetings.planned(cast, body)
    actions.done(soon, by=meetings.of_phone(), evidence="换好了")
    due = Covered(1, 1)
    assert row_of(STEWARDS, cast) == (1, 1, 1, due, due)
    assert row_of(COUNCILS, cast) == (0, 0, 0, Covered(), Covered())


# --- training and centres --------------------------------------------------------------------
def test_a_plan_is_held_against_what_it_promises(cast: Cast) -> None:
    session = training.make_session(cast)
    training.make_session(cast, held=False, plan=session.plan)
    training.there(session, 0, hours=Decimal("2.0"))
    training.there(session, 1)
    training.there(session, 2, state="absent")
    planned = session.plan.sessions_planned
    assert row_of(TRAINING, cast) == (Covered(planned, 1), 2, Decimal("2.0"))


def test_rooms_activities_and_visits(cast: Cast) -> None:
    room = centre.make_room(centre.make_centre(cast))
    given = [centre.put(room, cast.community, when=centre.span(ahead)) for ahead in (-3, -2)]
    centre.put(room, cast.community, when=centre.span(-1), state="cancelled")
    hours = sum(((each.span.upper - each.span.lower).total_seconds() / 3600 for each in given), 0.0)
    assert row_of(CENTRES, cast) == (0, 0, Decimal(str(hours)))


# --- volunteers ------------------------------------------------------------------------------
def test_hours_of_shifts_and_call_outs_are_one_sum(cast: Cast) -> None:
    leader = teams.volunteer(cast, confirmed_at=clock.now())
    teams.volunteer(cast, teams.OTHER_PHONE, confirmed_at=clock.now(), left_at=clock.now(), state="left")
    activity = teams.activity(teams.team(cast, leader))
    by = By(cast.community)
    over = teams.shift(activity, by=by).gathering
    teams.shift(activity, by=by)
    ended = clock.now() - timedelta(hours=1)
    began = ended - timedelta(hours=2)
    Gathering.objects.filter(pk=over.pk).update(starts_at=began, closes_at=began, ends_at=ended)
    kept = came(over, teams.PHONE, hours="1.5")
    SignUp.objects.filter(pk=kept.pk).update(hours_confirmed_by=cast.community)
    proposed = came(over, teams.OTHER_PHONE)
    attending.mark(proposed, attended=True, hours=Decimal(4), by=teams.of_phone())
    row = teams.called(teams.call(cast))
    Called.objects.filter(pk=row.pk).update(answer="now", answered_at=clock.now(), hours=Decimal("2.0"))
    assert row_of(VOLUNTEERS, cast) == (1, 1, Decimal("3.5"))


def test_readings_of_one_column_are_added_unit_by_unit() -> None:
    assert added({1: (1,), None: (2,)}, {1: (3,)}) == {1: (4,), None: (2,)}
