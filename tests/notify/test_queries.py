from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from grids.models import User
from tests.factories import make_user
from wangguan.notify.models import Message, State

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]


@pytest.fixture
def three(write: Write, user: User) -> list[Message]:
    return [write(f"k{number}", channel="in_app", user=user) for number in range(3)]


def test_inbox_shows_the_newest_first(three: list[Message], user: User) -> None:
    assert list(Message.objects.inbox(user)) == three[::-1]


def test_inbox_hides_what_is_told_to_others(three: list[Message]) -> None:
    assert list(Message.objects.inbox(make_user("zhao"))) == []


def test_inbox_hides_what_goes_by_sms(write: Write, user: User) -> None:
    write(user=user)
    assert list(Message.objects.inbox(user)) == []


def test_unread_count_stops_at_its_cap(three: list[Message], user: User) -> None:
    assert (Message.objects.unread_count(user), Message.objects.unread_count(user, cap=2)) == (3, 2)


def test_mark_read_takes_messages_off_the_unread(three: list[Message], user: User) -> None:
    Message.objects.inbox(user).filter(pk=three[0].pk).mark_read()
    assert list(Message.objects.unread(user)) == [three[2], three[1]]


def test_mark_read_keeps_the_first_reading(three: list[Message], user: User) -> None:
    assert (Message.objects.unread(user).mark_read(), Message.objects.inbox(user).mark_read()) == (3, 0)


def test_about_finds_a_topic(write: Write) -> None:
    mine, _other = write("mine", topic="WG-1"), write("other", topic="WG-2")
    assert list(Message.objects.about("WG-1")) == [mine]


def test_without_report_finds_what_was_sent_long_ago(write: Write, noon: datetime) -> None:
    for key, hours in (("old", 5), ("young", 1)):
        write(key)
        sent_at = noon - timedelta(hours=hours)
        Message.objects.filter(key=key).update(state=State.SENT, sent_at=sent_at)
    late = Message.objects.without_report(noon - timedelta(hours=4))
    assert [message.key for message in late] == ["old"]


def test_masked_address_hides_a_phone(write: Write) -> None:
    assert write(to="13800008000").masked_address == "138****8000"


def test_masked_address_hides_a_mailbox(write: Write) -> None:
    assert write(channel="email", to="zhang@example.org").masked_address == "z***@example.org"


def test_masked_address_shows_nothing_of_a_robot(write: Write) -> None:
    assert write(channel="wecom", to="robot-key").masked_address == "********"


def test_address_is_the_persons_own_when_none_was_given(write: Write, user: User) -> None:
    assert write(user=user).address == "13800000001"
