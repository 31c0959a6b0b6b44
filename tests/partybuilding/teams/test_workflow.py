"""The table of steps: who takes which from where, for real and in the database."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from partybuilding.access import By
from partybuilding.teams.access import allowed
from partybuilding.teams.models import CallOut, Volunteer
from partybuilding.teams.workflow import CALL, VOLUNTEER, Seat, Stage, State, arrows
from tests.cast import Cast
from tests.partybuilding.teams.scene import of_phone, volunteer
from wangguan import clock

pytestmark = pytest.mark.django_db
OFFICE = ("community", "community_leader", "director")
OTHERS = ("community2", "worker", "leader", "dispatcher", "section", "department", "auditor")


def test_who_is_offered_which_step(cast: Cast) -> None:
    """Every state against everybody, read from the table."""
    volunteer(cast)
    rows: list[tuple[Volunteer | CallOut, tuple, str]] = [
        (Volunteer(community=cast.community_unit, phone_hash=of_phone().phone_hash), VOLUNTEER, "state"),
        (CallOut(community=cast.community_unit), CALL, "stage"),
    ]
    for row, table, column in rows:
        for value in State if column == "state" else Stage:
            setattr(row, column, value)
            from_here = [step for step in table if value in step.starts]
            for name in OFFICE:
                assert allowed(By(getattr(cast, name)), row) == from_here, (value, name)
            for name in OTHERS:
                assert allowed(By(getattr(cast, name)), row) == [], (value, name)
            own = [step for step in from_here if Seat.SELF in step.who]
            assert allowed(of_phone(), row) == own
            assert allowed(By(), row) == []


def test_what_belongs_to_the_street_is_kept_by_the_street(cast: Cast) -> None:
    row = CallOut(community=None)
    assert [step.name for step in allowed(By(cast.director), row)] == ["stand_down", "widen", "end"]
    assert allowed(By(cast.community), row) == []


def in_state(cast: Cast, value: str, number: int) -> Volunteer | CallOut:
    """A row in this state, written at once."""
    if value in State.values:
        return volunteer(cast, f"1995376000{number}", state=value)
    ended = clock.now() if value == Stage.ENDED else None
    told = {"kind": "snow", "words": "扫雪", "place": "北门", "starts_at": clock.now(), "wanted": 2}
    return CallOut.objects.create(
        stage=value, ended_at=ended, form_id=uuid4(), made_by=cast.community, **told
    )


@pytest.mark.parametrize(("table", "column"), [(VOLUNTEER, "state"), (CALL, "stage")])
def test_the_database_knows_the_same_arrows(cast: Cast, table: tuple[Any, ...], column: str) -> None:
    values: list[str] = State.values if column == "state" else Stage.values
    taken = set()
    for number, start in enumerate(values):
        row = in_state(cast, start, number)
        for end in values:
            fields = {column: end} | ({"ended_at": clock.now()} if end == Stage.ENDED else {})
            with suppress(DatabaseError), transaction.atomic():
                type(row)._default_manager.filter(pk=row.pk).update(**fields)
                taken.add((start, end))
                transaction.set_rollback(True)
    assert {(start, end) for start, end in taken if start != end} == {
        (start, end) for start, end in arrows(table) if start != end
    }
