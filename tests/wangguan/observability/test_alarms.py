"""What must not stay unnoticed, who is told of it, and how often."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from pytest_django import Settings

from tests.cast import Cast
from tests.plugins.processes import Worker, wait_until
from tests.requests_app.matters import resolved
from wangguan import clock
from wangguan.notify.models import Message, State
from wangguan.observability import alarms, heart, tasks
from wangguan.observability.alarms import ANSWERS, BEAT

pytestmark = pytest.mark.django_db
NewWorker = Callable[..., Worker]


def answer_waits(cast: Cast, minutes: float) -> Message:
    """An answer whose text message should have gone so many minutes ago."""
    resolved(cast)
    row = Message.objects.get(kind="answer")
    row.not_before = row.next_try_at = clock.now() - timedelta(minutes=minutes)
    row.save(update_fields=["not_before", "next_try_at"])
    return row


def beat_was(ago: timedelta) -> None:
    cache.set(heart.KEY, (datetime.now().astimezone() - ago).timestamp(), 60)


def kinds_found() -> list[str]:
    return [alarm.kind for alarm in alarms.found()]


def test_nothing_is_wrong_while_all_is_well(cast: Cast) -> None:
    answer_waits(cast, 9)
    heart.beat()
    assert kinds_found() == []


def test_answer_unsent_for_more_than_ten_minutes(cast: Cast) -> None:
    answer_waits(cast, 10.1)
    heart.beat()
    assert [(alarm.kind, alarm.minutes) for alarm in alarms.found()] == [(ANSWERS, 10)]


@pytest.mark.parametrize("state", [State.SENT, State.CANCELLED, State.DEAD])
def test_answer_that_no_longer_waits_is_none(cast: Cast, state: State) -> None:
    row = answer_waits(cast, 60)
    Message.objects.filter(pk=row.pk).update(state=state, sent_at=clock.now())
    heart.beat()
    assert kinds_found() == []


def test_other_messages_may_wait(cast: Cast) -> None:
    row = answer_waits(cast, 60)
    Message.objects.filter(pk=row.pk).update(kind="verdict_ask")
    heart.beat()
    assert kinds_found() == []


def test_beat_silent_for_three_minutes() -> None:
    beat_was(timedelta(seconds=181))
    assert [(alarm.kind, alarm.minutes) for alarm in alarms.found()] == [(BEAT, 3)]


def test_beat_that_never_beat_is_silent() -> None:
    assert kinds_found() == [BEAT]


def test_street_leaders_are_told_in_the_portal_and_by_email(cast: Cast) -> None:
    cast.director.email = "director@portal.example"
    cast.director.save(update_fields=["email"])
    tasks.look()
    told = Message.objects.filter(kind=BEAT).values_list("channel", "user__username").order_by("channel")
    assert list(told) == [("email", "director"), ("in_app", "director")]


def test_operators_are_told_where_they_asked_for_it(settings: Settings, cast: Cast) -> None:
    settings.ALERT_EMAIL, settings.ALERT_WECOM_KEY = "operators@portal.example", "robot-one"
    tasks.look()
    told = Message.objects.filter(kind=BEAT, user=None).order_by("channel")
    assert [(row.channel, row.to) for row in told] == [
        ("email", "operators@portal.example"),
        ("wecom", "robot-one"),
    ]


def test_one_alarm_an_hour(cast: Cast) -> None:
    begun = clock.now().replace(minute=5)
    for minutes in (0, 20, 60):
        with clock.at(begun + timedelta(minutes=minutes)):
            tasks.look()
    assert Message.objects.filter(kind=BEAT, channel="in_app").count() == 2


def test_command_says_what_is_wrong_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    beat_was(timedelta(minutes=7))
    with pytest.raises(SystemExit) as ended:
        call_command("alerts")
    assert (ended.value.code, "7" in capsys.readouterr().out) == (1, True)


def test_command_is_content_while_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    heart.beat()
    call_command("alerts")
    assert capsys.readouterr().out == "ok\n"


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_without_beat_tells_by_itself(cast: Cast, new_worker: NewWorker) -> None:
    beat_was(timedelta(minutes=4))
    worker = new_worker(WATCH_SECONDS="0.2")
    try:
        wait_until(lambda: Message.objects.filter(kind=BEAT, user=cast.director, state=State.SENT).exists())
    finally:
        worker.stop()
