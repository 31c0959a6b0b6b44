"""The table of steps: every state × step × seat, what the database refuses, two at once."""

from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from grids.models import Leave, User, today
from partybuilding.duties import access
from partybuilding.duties.models import Entry, Turn
from partybuilding.duties.services.people import People
from partybuilding.duties.services.steps import take
from partybuilding.duties.terms import Tier
from partybuilding.duties.workflow import TABLE, Seat, State
from tests.cast import Cast
from tests.partybuilding.duties.made import first, party_section, reported, street_duty, turn
from tests.race import at_once
from tests.undone import undone
from wangguan.notify.models import Message
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db

OPEN_TO = {
    (State.PLANNED, Seat.OWNER): {"report"},
    (State.PLANNED, Seat.KEEPER): {"cancel"},
    (State.DONE, Seat.KEEPER): {"check", "return"},
}
"""Written a second time, as the handbook has it."""
SEATS: tuple[Seat | None, ...] = (*Seat, None)
WHO = {Seat.OWNER: "community_leader", Seat.KEEPER: "director", None: "community2"}


def in_state(cast: Cast, state: State) -> Turn:
    row = turn(cast)
    way = {"done": ["report"], "checked": ["report", "check"], "cancelled": ["cancel"]}.get(state, [])
    for name in way:
        by = cast.community_leader if name == "report" else cast.director
        take(row, name, by=by, words="好")
    return row


@pytest.mark.parametrize("state", State)
def test_grid(cast: Cast, state: State) -> None:
    scene = in_state(cast, state)
    for seat, step in product(SEATS, TABLE):
        user, cell = getattr(cast, WHO[seat]), (seat, step.name)
        expected = seat is not None and step.name in OPEN_TO.get((state, seat), set())
        with undone():
            row = Turn.objects.select_related("duty").get(pk=scene.pk)
            assert (cell, access.may(user, step, row)) == (cell, expected)
            assert (cell, is_taken(row, step.name, user)) == (cell, expected)
            assert (cell, Turn.objects.get().state) == (cell, step.to if expected else state)


def is_taken(row: Turn, name: str, by: User) -> bool:
    try:
        take(row, name, by=by, words="好")
    except Refused:
        return False
    return True


def test_seats(cast: Cast) -> None:
    row = turn(cast)
    seats: dict[str, set[Seat]] = {"community_leader": {Seat.OWNER}}
    seats |= {who: {Seat.KEEPER} for who in ("community", "director")}
    others = ("section", "dispatcher", "auditor", "community2", "worker", "leader", "parttime", "department")
    for who in (*seats, *others):
        assert (who, set(access.seats(getattr(cast, who), row))) == (who, seats.get(who, set()))


def test_what_the_secretary_answers_for_is_checked_by_the_street(cast: Cast) -> None:
    row = reported(cast, tier=Tier.DIRECT)
    checks = {"director": True, "section": True, "community": False, "community2": False}
    party_section(cast)
    for who, may in checks.items():
        user = getattr(cast, who)
        seats = {Seat.KEEPER} if may else set()
        assert (who, set(access.seats(user, row))) == (who, seats)
        assert (who, Turn.objects.to_check_by(user).exists()) == (who, may)
        assert (who, user in People.today().keeping(row)) == (who, may)
    with pytest.raises(Refused):
        take(row, "check", by=cast.community, words="好")


def test_the_party_section_checks_the_street(cast: Cast) -> None:
    assert access.seats(party_section(cast), first(street_duty(cast))) == {Seat.KEEPER}


def test_a_community_does_not_touch_the_streets(cast: Cast) -> None:
    assert access.seats(cast.community, first(street_duty(cast))) == set()


def test_nobody_checks_their_own(cast: Cast) -> None:
    row = first(street_duty(cast))
    take(row, "report", by=cast.director, words="已完成")
    with pytest.raises(Refused):
        take(row, "check", by=cast.director)


def test_a_deputy_reports_and_does_not_check(cast: Cast) -> None:
    row = turn(cast)
    post = cast.community_leader.posts.get()
    Leave.objects.create(
        post=post, deputy=cast.community, starts_on=today(), ends_on=today() + timedelta(days=9)
    )
    take(row, "report", by=User.objects.get(pk=cast.community.pk), words="代为报送")
    with pytest.raises(Refused):
        take(row, "check", by=User.objects.get(pk=cast.community.pk))


@pytest.mark.parametrize("step", [step for step in TABLE if step.needs_words])
def test_words_are_asked_for(cast: Cast, step: Any) -> None:
    row = in_state(cast, step.start)
    by = cast.community_leader if step.who == Seat.OWNER else cast.director
    with pytest.raises(Refused) as refused:
        take(row, step.name, by=by, words="  ")
    assert refused.value.field == "words"


def test_what_was_returned_is_planned_again_and_the_owner_reads_why(cast: Cast) -> None:
    row = reported(cast)
    take(row, "return", by=cast.director, words="缺签到表")
    assert (row.state, row.done_at, row.done_by) == (State.PLANNED, None, None)
    assert list(row.entries.values_list("step", "words")) == [
        ("report", "已召开，纪要附后"),
        ("return", "缺签到表"),
    ]


def test_the_owner_is_told_without_names_or_words(cast: Cast) -> None:
    row = reported(cast)
    take(row, "return", by=cast.director, words="缺签到表")
    sent = Message.objects.filter(user=cast.community_leader)
    assert set(sent.values_list("kind", "channel")) == {
        ("duty_returned", "in_app"),
        ("duty_returned", "sms"),
    }
    assert {str(message.context) for message in sent} == {str({"turn": row.pk})}


def test_a_check_and_a_cancelling_are_told_in_the_portal(cast: Cast) -> None:
    take(reported(cast), "check", by=cast.director)
    take(turn(cast), "cancel", by=cast.director, words="上级统一安排")
    sent = Message.objects.filter(user=cast.community_leader).values_list("kind", "channel")
    assert sorted(sent) == [("duty_cancelled", "in_app"), ("duty_checked", "in_app")]


def test_the_same_tap_is_one_entry(cast: Cast) -> None:
    row, key = turn(cast), uuid4()
    taps = [
        take(Turn.objects.get(), "report", by=cast.community_leader, words="好", action_id=key)
        for _tap in range(2)
    ]
    assert taps[0] == taps[1]
    assert row.entries.count() == 1


def test_an_old_page_writes_nothing(cast: Cast) -> None:
    row = reported(cast)
    with pytest.raises(MovedMeanwhile):
        take(row, "check", by=cast.director, version=1)
    assert Turn.objects.get().state == State.DONE


def test_a_row_read_before_is_compared(cast: Cast) -> None:
    row = reported(cast)
    seen = Turn.objects.select_related("duty").get()
    take(row, "check", by=cast.director)
    with pytest.raises(MovedMeanwhile):
        take(seen, "return", by=cast.community, words="缺照片")


# --- the database ------------------------------------------------------------------------
def test_no_other_arrow_in_sql(cast: Cast) -> None:
    row = turn(cast)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Turn.objects.filter(pk=row.pk).update(state=State.CHECKED)


def test_entries_stay(cast: Cast) -> None:
    reported(cast)
    for change in (lambda: Entry.objects.update(words=""), lambda: Entry.objects.all().delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


def test_a_touched_turn_stays(cast: Cast) -> None:
    row = turn(cast)
    take(row, "cancel", by=cast.director, words="上级统一安排")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Turn.objects.filter(pk=row.pk)._raw_delete("default")


# --- two at once -------------------------------------------------------------------------
def names(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_on_two_connections_is_one_report(cast: Cast) -> None:
    key, once = turn(cast).pk, uuid4()

    def tap() -> Entry:
        row = Turn.objects.select_related("duty").get(pk=key)
        owner = User.objects.get(pk=cast.community_leader.pk)
        return take(row, "report", by=owner, words="已召开", action_id=once)

    results = at_once(tap, tap)
    assert names(results) == ["Entry", "Entry"]
    assert results[0] == results[1]
    assert Turn.objects.get().version == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_keepers_at_once_one_decides(cast: Cast) -> None:
    key = reported(cast).pk

    def judge(name: str, who: User) -> Any:
        row = Turn.objects.select_related("duty").get(pk=key)
        return partial(take, row, name, by=User.objects.get(pk=who.pk), words="缺照片")

    results = at_once(judge("check", cast.director), judge("return", cast.community))
    assert names(results) == ["Entry", "MovedMeanwhile"]
    assert Entry.objects.count() == 2
