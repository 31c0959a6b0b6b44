import logging
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisAway

from tests.standins import web
from tests.standins.wecom import WeComRobots
from wangguan.notify import delivery
from wangguan.notify.channels import NotSent, Parcel, Refused, TooFast, Unclear, Undelivered, pace, wecom
from wangguan.notify.kinds import Kind
from wangguan.notify.models import Message, State

LINK = "https://example.org/t/1/"


def parcel(*, robot: str = "robot-one", text: str = "WG-1 was answered.", markdown: str = "") -> Parcel:
    kind = Kind("answer", "Answered", text, markdown=markdown)
    return Parcel("k", kind, robot, "Answered", text, LINK, {})


def test_send_tells_a_text_with_its_link(wecom_robots: WeComRobots) -> None:
    wecom.send(parcel())
    content = f"Answered\nWG-1 was answered.\n{LINK}"
    assert wecom_robots.told["robot-one"] == [{"msgtype": "text", "text": {"content": content}}]


def test_send_tells_markdown_where_the_kind_has_some(wecom_robots: WeComRobots) -> None:
    wecom.send(parcel(markdown="> answered"))
    content = f"**Answered**\n> answered\n{LINK}"
    assert wecom_robots.told["robot-one"] == [{"msgtype": "markdown", "markdown": {"content": content}}]


@pytest.mark.parametrize("letter", ["a", "网", "😀"])
@pytest.mark.parametrize("markdown", [False, True])
def test_send_cuts_what_is_too_long(wecom_robots: WeComRobots, letter: str, markdown: bool) -> None:
    long = letter * 5000
    wecom.send(parcel(text=long, markdown=long if markdown else ""))
    (told,) = wecom_robots.told["robot-one"]
    assert told[told["msgtype"]]["content"].endswith(f"{letter}\n{LINK}")


def test_content_fills_its_limit_to_the_last_character() -> None:
    body: Any = wecom.content(parcel(text="网" * 5000))
    assert 2045 < len(body["text"]["content"].encode()) <= 2048


@pytest.mark.parametrize(("size", "whole"), [(0, ""), (2, ""), (3, "网"), (5, "网"), (6, "网格"), (-1, "")])
def test_cut_ends_at_a_characters_border(size: int, whole: str) -> None:
    assert wecom.cut("网格", size) == whole


@pytest.mark.parametrize(
    ("behaviour", "outcome", "code"),
    [
        (web.Behaviour(raw=b'{"errcode": 40058}'), Refused, "wecom_40058"),
        (web.Behaviour(raw=b'{"errcode": 45009}'), TooFast, "wecom_45009"),
        (web.Behaviour(raw=b'{"errcode": -1}'), NotSent, "wecom_-1"),
        (web.Behaviour(raw=b'{"errcode": "?"}'), Unclear, "bad_reply"),
        (web.Behaviour(raw=b"{}"), Unclear, "bad_reply"),
        (web.BROKEN, Unclear, "http_500"),
        (web.LOST_REPLY, Unclear, "no_reply"),
        (web.TOO_MANY, TooFast, "http_429"),
    ],
)
def test_send_tells_outcomes_apart(
    wecom_robots: WeComRobots, behaviour: web.Behaviour, outcome: type[Undelivered], code: str
) -> None:
    wecom_robots.will(behaviour)
    with pytest.raises(Undelivered) as caught:
        wecom.send(parcel())
    assert (type(caught.value), caught.value.code) == (outcome, code)


def test_send_is_refused_for_a_robot_that_is_gone(wecom_robots: WeComRobots) -> None:
    with pytest.raises(Refused, match="wecom_93000"):
        wecom.send(parcel(robot="gone"))


@pytest.mark.parametrize("behaviour", [web.BROKEN, web.LOST_REPLY, web.Behaviour(status=404)])
def test_a_robots_key_shows_in_no_error(
    wecom_robots: WeComRobots, behaviour: web.Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    wecom_robots.will(behaviour)
    with caplog.at_level(logging.INFO), pytest.raises(Undelivered) as caught:
        wecom.send(parcel())
    assert "robot-one" not in "".join(traceback.format_exception(caught.value))
    assert "robot-one" not in caplog.text


# --- twenty a minute ---------------------------------------------------------------------
def test_the_twenty_first_of_a_minute_is_kept_back(wecom_robots: WeComRobots) -> None:
    for _message in range(20):
        wecom.send(parcel())
    with pytest.raises(TooFast) as caught:
        wecom.send(parcel())
    assert timedelta(seconds=30) < (caught.value.after or timedelta()) < timedelta(seconds=63)
    assert len(wecom_robots.requests) == 20


def test_each_robot_has_its_own_pace(wecom_robots: WeComRobots) -> None:
    for _message in range(20):
        wecom.send(parcel())
    wecom.send(parcel(robot="robot-two"))
    assert len(wecom_robots.told["robot-two"]) == 1


def test_a_robot_told_to_slow_down_rests(wecom_robots: WeComRobots) -> None:
    wecom_robots.will(web.Behaviour(raw=b'{"errcode": 45009}'))
    for _message in range(2):
        with pytest.raises(TooFast):
            wecom.send(parcel())
    assert len(wecom_robots.requests) == 1


def test_a_place_frees_itself() -> None:
    quick = pace.Pace(most=1, span=timedelta(seconds=1))
    pace.step("name", quick)
    with pytest.raises(TooFast) as caught:
        pace.step("name", quick)
    assert caught.value.after
    time.sleep(1.1)
    pace.step("name", quick)


def test_without_the_cache_nothing_is_sent(
    wecom_robots: WeComRobots, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise RedisAway

    monkeypatch.setattr("wangguan.notify.channels.pace.cache.get_many", away)
    with pytest.raises(TooFast, match="pace_unknown"):
        wecom.send(parcel())


@pytest.mark.django_db
def test_what_is_kept_back_goes_later_and_counts_no_try(
    write: Callable[..., Message], wecom_robots: WeComRobots, noon: datetime
) -> None:
    for number in range(21):
        write(f"k{number}", channel="wecom", to="robot-one")
    assert delivery.sweep() == {State.SENT: 20, State.QUEUED: 1}
    kept_back = Message.objects.get(state=State.QUEUED)
    assert (kept_back.attempts, kept_back.next_try_at > noon + timedelta(seconds=30)) == (0, True)


@pytest.mark.django_db
def test_a_kind_with_markdown_reads_well(write: Callable[..., Message], wecom_robots: WeComRobots) -> None:
    write("k", kind="news", channel="wecom", to="robot-one")
    delivery.deliver("k")
    (told,) = wecom_robots.told["robot-one"]
    assert told["markdown"]["content"].startswith("**News**\n> WG-1\n[look](http://")


@pytest.mark.django_db
def test_an_interrupted_group_message_is_for_a_person(
    write: Callable[..., Message], wecom_robots: WeComRobots, hooked: list[tuple[str, str]]
) -> None:
    wecom_robots.will(web.LOST_REPLY)
    write("k", channel="wecom", to="robot-one")
    assert delivery.deliver("k") == State.UNKNOWN
    assert hooked == [("on_unknown", "k")]


def test_send_does_not_wait_for_ever(wecom_robots: WeComRobots, impatient: None) -> None:
    wecom_robots.will(web.slow(1))
    with pytest.raises(Unclear, match="timeout"):
        wecom.send(parcel())
