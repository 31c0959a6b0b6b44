"""Every step from every state by every seat, as the tables say, in the service and in the database."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import ProgrammingError, transaction

from grids.models import today
from partybuilding.access import By
from partybuilding.checkins.access import allowed_of
from partybuilding.checkins.models import MemberCheckIn
from partybuilding.checkins.services import serving, steps
from partybuilding.checkins.workflow import CHECK_IN, SERVICE_STEPS, Seat, State, Step, Turn, arrows
from tests.cast import Cast
from tests.partybuilding.checkins.scene import OTHER_PHONE, member_in, of_phone, served
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

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


@pytest.mark.parametrize("name", ["agree", "refuse"])
@pytest.mark.parametrize("turn", Turn.values)
def test_the_office_judges_hours_as_the_table_says(cast: Cast, turn: str, name: str) -> None:
    service = served(member_in(cast), turn, hours="2.0")
    step = SERVICE_STEPS[name]
    if turn == step.to or turn in step.starts:
        serving.judge(service, name, by=By(cast.community), note="没到")
        assert service.turn == step.to
        return
    with pytest.raises(Refused):
        serving.judge(service, name, by=By(cast.community), note="没到")
    service.refresh_from_db()
    assert service.turn == turn


@pytest.mark.parametrize("name", ["agree", "refuse"])
def test_a_member_does_not_judge_the_own_hours(cast: Cast, name: str) -> None:
    service = served(member_in(cast), "reported")
    with pytest.raises(Refused):
        serving.judge(service, name, by=of_phone(), note="没到")
    service.refresh_from_db()
    assert service.turn == "reported"


def test_words_are_asked_for_where_the_table_says(cast: Cast) -> None:
    row = member_in(cast)
    with pytest.raises(Refused, match="原因"):
        steps.take(row, "withdraw", by=of_phone(), note="  ")


def test_the_second_of_two_who_move_a_check_in_hears_of_it(cast: Cast) -> None:
    row = member_in(cast, confirmed=False)
    late = MemberCheckIn.objects.get(pk=row.pk)
    steps.take(row, "confirm", by=By(cast.community))
    with pytest.raises(MovedMeanwhile):
        steps.take(late, "withdraw", by=of_phone(), note="搬走了")


def test_what_the_office_does_is_in_the_log_without_names(cast: Cast) -> None:
    row = member_in(cast)
    serving.judge(served(row, "reported"), "agree", by=By(cast.community))
    logged = LogEntry.objects.order_by("pk").values_list("user", "object_repr", "change_message")
    assert [(user, shown) for user, shown, _said in logged] == [(cast.community.pk, "赵**")] * 3
    assert [said.split(":")[0] for _user, _shown, said in logged] == ["已确认", "时长已确认", "服务中"]


def test_words_of_any_length_and_sort_can_be_kept(cast: Cast) -> None:
    row = member_in(cast)
    steps.take(row, "withdraw", by=of_phone(), note="搬走了\x00" + "长" * 600)
    row.refresh_from_db()
    assert (row.state, len(row.reason), row.reason[:4]) == ("withdrawn", 500, "搬走了长")


def test_hours_are_offered_once_the_day_has_come(cast: Cast) -> None:
    member = member_in(cast)
    ahead = served(member, day=today() + timedelta(days=1))
    for service, offered in ((ahead, False), (served(member), True)):
        assert ("report" in [step.name for step in allowed_of(of_phone(), service)]) == offered


def test_a_message_that_cannot_be_written_takes_the_step_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = member_in(cast, confirmed=False)
    monkeypatch.setattr("partybuilding.checkins.messages.of_confirmed", lambda row: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        steps.take(row, "confirm", by=By(cast.community))
    assert MemberCheckIn.objects.get().state == "submitted"
