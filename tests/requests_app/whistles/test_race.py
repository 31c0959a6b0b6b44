"""True races: every job on its own connection, committed rows, nothing mocked."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from grids.models import Role, User
from requests_app.services import staff
from requests_app.whistles.models import Call, Whistle
from requests_app.whistles.services import due
from requests_app.whistles.services.drafting import draft
from requests_app.whistles.services.steps import take
from tests.factories import make_user
from tests.race import at_once
from tests.requests_app.whistles.scene import Scene, fresh
from wangguan.notify import outbox
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _unnudged() -> Iterator[None]:
    with outbox.unnudged():
        yield


def step(row: Whistle | Call, name: str, user: User, **fields: Any) -> Callable[[], Any]:
    """By somebody who read the row and has the page open."""
    seen = type(row).objects.get(pk=row.pk)
    return partial(take, seen, name, by=staff(User.objects.get(pk=user.pk)), **fields)


def names(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_two_of_one_department_check_in_and_one_wins(scene: Scene) -> None:
    colleague = make_user("kollege", post=Role.DEPARTMENT_STAFF, at=scene.cast.department_unit)
    for _round in range(3):
        call = scene.own(scene.blown(knows_other=True))
        people = (scene.cast.department, colleague)
        results = at_once(*(step(call, "check_in", person) for person in people))
        assert names(results) == ["Entry", "MovedMeanwhile"]
        assert call.entries.filter(what="check_in").count() == 1


def test_a_double_tap_on_two_connections_is_one_check_in(scene: Scene) -> None:
    call, once = scene.own(scene.blown()), uuid4()
    results = at_once(*(step(call, "check_in", scene.cast.department, action_id=once) for _tap in range(2)))
    assert names(results) == ["Entry", "Entry"]
    assert results[0] == results[1]


def test_two_departments_come_at_once_and_both_are_there(scene: Scene) -> None:
    whistle = scene.blown()
    results = at_once(
        step(scene.own(whistle), "check_in", scene.cast.department),
        step(scene.others(whistle), "check_in", scene.other_person),
    )
    assert names(results) == ["Entry", "Entry"]


def test_the_last_two_conclude_at_once_and_it_ends_once(scene: Scene) -> None:
    whistle = scene.blown()
    pairs = ((scene.own(whistle), scene.cast.department), (scene.others(whistle), scene.other_person))
    for call, person in pairs:
        take(call, "check_in", by=staff(person))
    results = at_once(*(step(call, "conclude", person, note="完成") for call, person in pairs))
    assert names(results) == ["Entry", "Entry"]
    assert (fresh(whistle).state, whistle.entries.filter(what="finish").count()) == ("concluded", 1)


def test_two_who_draft_for_one_matter_learn_of_each_other(scene: Scene) -> None:
    people = (scene.cast.dispatcher, scene.cast.section)
    jobs = [partial(draft, scene.plan(), by=person, form_id=uuid4()) for person in people]
    assert names(at_once(*jobs)) == ["Another", "Whistle"]


def test_two_sweeps_at_once_tell_once(scene: Scene) -> None:
    scene.blown(kind="emergency")
    Call.objects.update(wake_at="2026-01-01T00:00Z")
    at_once(due.sweep, due.sweep)
    assert Message.objects.filter(kind="whistle_half", channel="in_app").count() == 2
