"""The table of sign-ups, and what the database itself holds."""

from itertools import permutations
from typing import Any

import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction

from partybuilding.access import By
from partybuilding.gatherings import access
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.services.rows import step
from partybuilding.gatherings.workflow import STEPS, TABLE, Seat, State, arrows
from tests.cast import Cast
from tests.partybuilding.gatherings.scene import NAMES, PHONE, PHONES, gathering, of_phone, put
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def _here(state: str) -> dict[str, object]:
    """What the row must hold beside its state."""
    return {"attended_at": clock.now() if state == State.ATTENDED else None}


def test_the_database_knows_the_arrows(cast: Cast) -> None:
    row, allowed = gathering(cast), set()
    for start, end in permutations(State.values, 2):
        SignUp.objects.all().delete()
        sign_up = put(row, start)
        if _moved(sign_up, end):
            allowed.add((start, end))
    assert allowed == set(arrows())


def _moved(sign_up: SignUp, end: str) -> bool:
    try:
        with transaction.atomic():
            return bool(SignUp.objects.filter(pk=sign_up.pk).update(state=end, **_here(end)))
    except ProgrammingError:
        return False


def test_every_step_starts_where_the_table_says(cast: Cast) -> None:
    row = gathering(cast)
    for each in TABLE:
        for state in State.values:
            SignUp.objects.all().delete()
            sign_up = put(row, state)
            if state in each.starts:
                step(sign_up, each.name, **_here(each.to))
                assert sign_up.state == each.to
            else:
                with pytest.raises(Refused):
                    step(sign_up, each.name, **_here(each.to))


def test_seats_follow_from_posts_and_phones(cast: Cast) -> None:
    row = put(gathering(cast), State.SIGNED)
    assert access.seats(of_phone(0), row) == {Seat.SELF}
    assert access.seats(By(cast.community), row) == {Seat.KEEPER}
    assert access.seats(By(cast.director), row) == {Seat.KEEPER}
    strangers = ("community2", "worker", "dispatcher", "department", "auditor", "section")
    assert [access.seats(By(getattr(cast, name)), row) for name in strangers] == [frozenset()] * 6
    assert [access.seats(by, row) for by in (of_phone(1), By())] == [frozenset()] * 2


def test_the_streets_own_are_kept_by_the_street(cast: Cast) -> None:
    row = gathering(cast, community=None)
    assert access.keeps(By(cast.director), row)
    assert not access.keeps(By(cast.community_leader), row)


def test_nobody_has_two_rows_and_every_row_is_somebodys(cast: Cast) -> None:
    row = gathering(cast)
    put(row, State.SIGNED)
    SignUp.objects.create(gathering=row, state=State.SIGNED, user=cast.worker)
    wrong: list[dict[str, Any]] = [
        {"name": NAMES[1], "phone": PHONE},
        {"user": cast.worker},
        {},
        {"user": cast.worker2, "name": NAMES[2], "phone": PHONES[2]},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            SignUp.objects.create(gathering=row, state=State.SIGNED, **fields)


def test_only_those_who_were_there_have_hours(cast: Cast) -> None:
    row, now = gathering(cast), clock.now()
    wrong: list[dict[str, Any]] = [
        {"state": State.SIGNED, "attended_at": now},
        {"state": State.ATTENDED},
        {"state": State.ABSENT, "hours": 2, "hours_confirmed_at": now},
        {"state": State.ATTENDED, "attended_at": now, "hours": 2},
        {"state": State.ATTENDED, "attended_at": now, "hours": 0, "hours_confirmed_at": now},
        {"state": State.ATTENDED, "attended_at": now, "hours": 25, "hours_confirmed_at": now},
        {"state": "dreaming"},
        {"state": State.SIGNED, "via": "smoke"},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            SignUp.objects.create(gathering=row, name=NAMES[0], phone=PHONE, **fields)


def test_a_gathering_has_an_order_of_times_and_some_place(cast: Cast) -> None:
    row = gathering(cast)
    wrong: list[dict[str, Any]] = [
        {"ends_at": row.starts_at},
        {"places": 0},
        {"places": 2001},
        {"closes_at": row.ends_at},
    ]
    for fields in wrong:
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            Gathering.objects.filter(pk=row.pk).update(**fields)


def test_names_and_phones_are_ciphertext_and_masked(cast: Cast) -> None:
    sign_up = put(gathering(cast), State.SIGNED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(s::text, '') FROM gatherings_signup s")
        stored = cursor.fetchone()[0]
    assert NAMES[0] not in stored
    assert PHONE not in stored
    assert (str(sign_up), sign_up.masked_phone) == ("赵**", "199****0000")


def test_each_button_has_its_own_words() -> None:
    assert len({str(each.label) for each in TABLE}) == len(TABLE) == len(STEPS)
