"""Every step from every state by every seat, as the tables say, in the service and in the database."""

import pytest
from django.db import ProgrammingError, transaction

from partybuilding.checkins.access import By
from partybuilding.checkins.models import MemberCheckIn, Service
from partybuilding.checkins.services import serving, steps
from partybuilding.checkins.workflow import CHECK_IN, SERVICE, Seat, State, Step, Turn, arrows
from tests.cast import Cast
from tests.partybuilding.checkins.scene import OTHER_PHONE, member_in, of_phone, served
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def who(cast: Cast, seat: Seat) -> By:
    return By(cast.community) if seat == Seat.KEEPER else of_phone()


@pytest.mark.parametrize("seat", list(Seat))
@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("step", CHECK_IN, ids=lambda step: step.name)
def test_a_check_in_moves_as_the_table_says(cast: Cast, step: Step, state: str, seat: Seat) -> None:
    row = member_in(cast, confirmed=False)
    _put(row, state)
    if state == step.to or (state in step.starts and seat in step.who):
        steps.take(row, step.name, by=who(cast, seat), note="搬走了")
    else:
        with pytest.raises(Refused):
            steps.take(row, step.name, by=who(cast, seat), note="搬走了")
    row.refresh_from_db()
    moved = state in step.starts and seat in step.who
    assert row.state == (step.to if moved else state)


def _put(row: MemberCheckIn, state: str) -> None:
    """Along the arrows: the trigger lets nothing else through."""
    way = [State.SUBMITTED, State.CONFIRMED, State.ACTIVE]
    for each in [state] if state == State.WITHDRAWN else way[1 : way.index(State(state)) + 1]:
        MemberCheckIn.objects.filter(pk=row.pk).update(state=each)
    row.refresh_from_db()


@pytest.mark.parametrize("stranger", ["community2", "worker", "dispatcher", "auditor", "section"])
def test_strangers_move_nothing(cast: Cast, stranger: str) -> None:
    row = member_in(cast, confirmed=False)
    for by in (By(getattr(cast, stranger)), of_phone(OTHER_PHONE), By()):
        with pytest.raises(Refused):
            steps.take(row, "confirm", by=by)


@pytest.mark.parametrize(("start", "end"), [(a, b) for a in State.values for b in State.values if a != b])
def test_the_database_knows_the_arrows(cast: Cast, start: str, end: str) -> None:
    row = member_in(cast, confirmed=False)
    _put(row, start)
    if (start, end) in arrows(CHECK_IN):
        MemberCheckIn.objects.filter(pk=row.pk).update(state=end)
        return
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        MemberCheckIn.objects.filter(pk=row.pk).update(state=end)


@pytest.mark.parametrize("turn", Turn.values)
@pytest.mark.parametrize("name", ["agree", "refuse"])
def test_hours_are_judged_once_and_by_the_office(cast: Cast, turn: str, name: str) -> None:
    service = served(member_in(cast), turn, hours="2.0")
    step = next(step for step in SERVICE if step.name == name)
    with pytest.raises(Refused):
        serving.judge(_fresh(service, turn if turn != step.to else None), name, by=of_phone(), note="没到")
    if turn in step.starts:
        serving.judge(service, name, by=By(cast.community), note="没到")
        assert service.turn == step.to


def _fresh(service: Service, turn: str | None) -> Service:
    """One that has not reached the end of the step, so that a stranger's press is not a second tap."""
    return service if turn else served(service.member, "reported")


def test_words_are_asked_for_where_the_table_says(cast: Cast) -> None:
    row = member_in(cast)
    with pytest.raises(Refused, match="原因"):
        steps.take(row, "withdraw", by=of_phone(), note="  ")


def test_the_second_of_two_who_move_a_check_in_hears_of_it(cast: Cast) -> None:
    row = member_in(cast, confirmed=False)
    late = MemberCheckIn.objects.get(pk=row.pk)
    steps.take(row, "confirm", by=By(cast.community))
    with pytest.raises(steps.MovedMeanwhile):
        steps.take(late, "withdraw", by=of_phone(), note="搬走了")
