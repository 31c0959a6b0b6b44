from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from grids.models import User
from wangguan.notify import kinds, nudge, outbox
from wangguan.notify.models import Message, State
from wangguan.notify.outbox import Draft

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
WORDS = {"number": "WG-1", "token": "secret"}


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], int]]:
    """The keys of each nudge, and after how many seconds it wakes a worker."""
    nudges: list[tuple[list[str], int]] = []
    monkeypatch.setattr(nudge, "wake", lambda keys, *, after, lane: nudges.append((keys, after)))
    return nudges


def test_add_writes_a_batch_in_one_statement(
    hooked: object, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    drafts = [Draft(f"k{n}", "answer", "in_app", user=user, context=WORDS) for n in range(5)]
    with django_assert_num_queries(1):
        outbox.add(drafts)


def test_add_of_nothing_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        outbox.add([])


def test_add_leaves_a_known_key_as_it_is(write: Write) -> None:
    write("k", to="13800000001")
    assert write("k", to="13800000002").to == "13800000001"


def test_add_sends_in_app_at_once(write: Write, user: User, noon: datetime) -> None:
    message = write(channel="in_app", user=user)
    assert (message.state, message.sent_at) == (State.SENT, noon)


def test_add_keeps_in_app_of_later_for_later(write: Write, user: User, noon: datetime) -> None:
    message = write(channel="in_app", user=user, not_before=noon + timedelta(minutes=5))
    assert (message.state, message.next_try_at) == (State.QUEUED, noon + timedelta(minutes=5))


def test_add_keeps_routine_for_the_next_minute(write: Write, user: User, noon: datetime) -> None:
    message = write(kind="reminder", user=user)
    assert message.next_try_at == noon + timedelta(seconds=30)


def test_add_sends_urgent_routine_at_once(write: Write, user: User, noon: datetime) -> None:
    message = write(kind="reminder", user=user, urgent=True)
    assert (message.routine, message.next_try_at) == (False, noon)


def test_add_encrypts_the_address(write: Write) -> None:
    write(to="13800000001")
    with connection.cursor() as cursor:
        cursor.execute('select "to" from notify_message')
        assert "13800000001" not in str(cursor.fetchall())


def test_add_refuses_an_unknown_kind() -> None:
    with pytest.raises(kinds.UnknownKind):
        outbox.add([Draft("k", "no such kind", "sms", to="13800000001")])


@pytest.mark.parametrize(
    "fields",
    [
        {"channel": "pigeon", "to": "13800000001"},
        {"channel": "sms"},
        {"channel": "in_app", "to": "13800000001"},
    ],
)
def test_add_refuses_what_no_channel_can_carry(hooked: object, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^k: "):
        outbox.add([Draft(key="k", kind="answer", context=WORDS, **fields)])


@pytest.mark.parametrize("key", ["", "张三", "two words", "line\nfeed", "k" * 191])
def test_add_refuses_what_is_no_key(hooked: object, key: str) -> None:
    with pytest.raises(ValueError, match="is no key"):
        outbox.add([Draft(key, "answer", "sms", to="13800000001", context=WORDS)])


def test_add_refuses_a_context_that_lacks_a_word(hooked: object) -> None:
    with pytest.raises(KeyError):
        outbox.add([Draft("k", "answer", "sms", to="13800000001", context={"number": "WG-1"})])


def test_add_nudges_once_per_batch_after_the_commit(
    hooked: object,
    nudges: list[Any],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    drafts = [Draft(f"k{n}", "answer", "sms", to="13800000001", context=WORDS) for n in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        outbox.add(drafts)
        assert nudges == []
    assert nudges == [(["k0", "k1", "k2"], 0)]


def test_add_nudges_when_the_time_of_a_message_has_come(
    write: Write,
    user: User,
    nudges: list[Any],
    noon: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write("soon", channel="in_app", user=user, not_before=noon + timedelta(seconds=11.5))
        write("later", channel="in_app", user=user, not_before=noon + timedelta(seconds=31))
    assert nudges == [(["soon"], 12)]


def test_add_does_not_nudge_for_what_needs_no_worker_yet(
    write: Write,
    user: User,
    nudges: list[Any],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write("shown", channel="in_app", user=user)
        write("gathered", kind="reminder", user=user)
    assert nudges == []


def test_add_unnudged_wakes_nobody(
    write: Write, nudges: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), outbox.unnudged():
        write()
    assert nudges == []


def test_cancel_takes_back_what_is_queued(write: Write) -> None:
    write("k", not_before=None)
    assert outbox.cancel(["k"]) == 1
    assert Message.objects.get().state == State.CANCELLED


def test_cancel_leaves_what_was_begun(write: Write) -> None:
    write("k")
    Message.objects.update(state=State.FAILED)
    assert outbox.cancel(["k"]) == 0


def test_again_writes_a_given_up_message_anew(write: Write) -> None:
    write("k")
    Message.objects.update(state=State.DEAD)
    outbox.again(Message.objects.all())
    assert Message.objects.get(key="k~2").state == State.QUEUED


def test_again_counts_up(write: Write) -> None:
    write("k~2")
    Message.objects.update(state=State.UNKNOWN)
    outbox.again(Message.objects.all())
    assert Message.objects.filter(key="k~3").exists()


def test_again_leaves_a_sent_message(write: Write, user: User) -> None:
    write("k", channel="in_app", user=user)
    assert outbox.again(Message.objects.all()) == 0


def test_add_is_undone_with_its_transaction(write: Write) -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not Message.objects.exists()
