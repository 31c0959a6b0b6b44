"""Replies on their way back: the same headings in the same order, once, and told by a person."""

from typing import Any

import pytest

from requests_app.hotline.models import Layout, ReplyExport
from requests_app.hotline.services import replies
from requests_app.hotline.services.replies import Choice
from requests_app.hotline.terms import ReplyScope
from requests_app.models import Ticket
from requests_app.services import audit, staff, take
from requests_app.workflow import Status
from tests.cast import Cast
from tests.requests_app.hotline.files import (
    MESSAGES,
    ORDERS,
    imported,
    order,
    read,
    settled,
    ticket_of,
    undone,
    waiting,
    xlsx,
)
from tests.requests_app.hotline.test_pages import as_
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
WAITING = {"scope": ReplyScope.WAITING}
HOME = "/admin/hotline/replies/"


def choice(**fields: Any) -> Choice:
    return Choice(Layout.objects.get(), **fields)


def answered(ticket: Ticket, cast: Cast, words: str = "灯已经换好。") -> None:
    take(ticket, "accept", by=staff(cast.director))
    take(ticket, "resolve", by=staff(cast.director), answer=words)


def test_history_goes_back_as_it_came(cast: Cast) -> None:
    content = xlsx([settled("1"), settled("2", 答复时间="2019/5/1")])
    imported(content, cast.dispatcher)
    _record, out = replies.export(choice(scope=ReplyScope.ALL), by=cast.dispatcher)

    assert read(out) == read(content)


def test_our_reply_stands_in_the_hotlines_columns(cast: Cast) -> None:
    imported(xlsx([waiting("1"), waiting("2")]), cast.dispatcher)
    answered(ticket_of("1"), cast)
    record, out = replies.export(choice(**WAITING), by=cast.dispatcher)

    head, row = read(out)
    assert head == list(MESSAGES)
    assert row[:5] == read(xlsx([waiting("1")]))[1][:5]
    assert row[5] == "灯已经换好。"
    assert row[6]
    assert (record.rows, record.replies, record.by) == (1, 1, cast.dispatcher)


def test_columns_for_the_reply_are_added_where_the_file_had_none(cast: Cast) -> None:
    imported(xlsx([order("1")], ORDERS), cast.dispatcher)
    answered(ticket_of("1"), cast, "=2+2 号灯换好")
    _record, out = replies.export(choice(), by=cast.dispatcher)

    head, row = read(out)
    assert head[:-2] == list(ORDERS)
    assert row[ORDERS.index("承办单位")] == "市中"
    assert row[-2] == "=2+2 号灯换好"


def test_entered_at_the_hotline_the_matter_is_answered(cast: Cast) -> None:
    imported(xlsx([order("1")], ORDERS), cast.dispatcher)
    answered(ticket_of("1"), cast)
    record, _out = replies.export(choice(), by=cast.dispatcher)
    assert ticket_of("1").status == Status.RESOLVED

    assert replies.told(record, by=cast.dispatcher) == (1, 0)
    ticket = ticket_of("1")
    answer = ticket.current_answer()
    assert answer
    assert (ticket.status, answer.reached_how, record.told_by) == ("answered", "hotline", cast.dispatcher)
    assert not Message.objects.filter(channel="sms").exclude(user__isnull=False).exists()
    assert audit.violations() == {}
    with pytest.raises(Refused):
        replies.export(choice(), by=cast.dispatcher)


def test_said_twice_it_is_told_once(cast: Cast) -> None:
    imported(xlsx([waiting("1")]), cast.dispatcher)
    answered(ticket_of("1"), cast)
    record, _out = replies.export(choice(), by=cast.dispatcher)

    assert [replies.told(record, by=cast.dispatcher) for _n in range(2)] == [(1, 0), (0, 0)]


def test_an_answer_told_by_phone_still_goes_back(cast: Cast) -> None:
    imported(xlsx([waiting("1")]), cast.dispatcher)
    answered(ticket_of("1"), cast)
    take(ticket_of("1"), "answer", by=staff(cast.director), how="phone")
    record, _out = replies.export(choice(), by=cast.dispatcher)

    assert replies.told(record, by=cast.dispatcher) == (0, 0)
    assert not replies.waiting(cast.dispatcher).exists()


def test_a_declined_matter_gets_its_reason_back(cast: Cast) -> None:
    imported(xlsx([waiting("1")]), cast.dispatcher)
    take(ticket_of("1"), "decline", by=staff(cast.director), note="不归街道", answer="请联系供水公司。")
    record, out = replies.export(choice(), by=cast.dispatcher)

    assert read(out)[1][5] == "请联系供水公司。"
    assert replies.told(record, by=cast.dispatcher) == (1, 0)
    assert audit.violations() == {}


def test_by_span_and_by_import(cast: Cast) -> None:
    run = imported(xlsx([settled("1")]), cast.dispatcher)
    imported(xlsx([settled("2", 留言时间="2020/1/5 10:00", 答复时间="2020/1/6")]), cast.dispatcher)
    both = choice(scope=ReplyScope.ALL)

    def numbers(**fields: Any) -> list[str]:
        chosen = choice(scope=ReplyScope.ALL, **fields)
        return [row.number for row in replies.chosen(chosen, cast.dispatcher)]

    import datetime

    assert replies.chosen(both, cast.dispatcher).count() == 2
    assert numbers(run=run) == ["1"]
    assert numbers(since=datetime.date(2020, 1, 5), until=datetime.date(2020, 1, 5)) == ["2"]


def test_what_was_taken_back_goes_nowhere(cast: Cast) -> None:
    undone(imported(xlsx([settled("1")]), cast.dispatcher), cast.dispatcher)
    with pytest.raises(Refused):
        replies.export(choice(scope=ReplyScope.ALL), by=cast.dispatcher)


def test_what_somebody_may_not_see_is_not_in_their_file(cast: Cast) -> None:
    imported(xlsx([waiting("1")]), cast.dispatcher)
    Ticket.objects.update(level="street", about_staff=True, named_staff=[cast.dispatcher.pk])

    assert not replies.chosen(choice(scope=ReplyScope.ALL), cast.dispatcher).exists()
    assert replies.chosen(choice(scope=ReplyScope.ALL), cast.director).exists()


def test_the_page_gives_the_file_and_then_asks(cast: Cast) -> None:
    imported(xlsx([waiting("1")]), cast.dispatcher)
    answered(ticket_of("1"), cast)
    client = as_(cast.dispatcher)
    sent = client.post(HOME, {"layout": Layout.objects.get().pk, "scope": "waiting"})
    record = ReplyExport.objects.get()

    assert sent["Content-Type"].endswith("spreadsheetml.sheet")
    assert "no-store" in sent["Cache-Control"]
    assert "were entered at the hotline" in client.get(HOME).content.decode()
    client.post(f"{HOME}{record.pk}/told/")
    assert ticket_of("1").status == Status.ANSWERED
    assert as_(cast.auditor).post(f"{HOME}{record.pk}/told/").status_code == 403


def test_nothing_to_take_out_is_said(cast: Cast) -> None:
    imported(xlsx([settled("1")]), cast.dispatcher)
    sent = as_(cast.dispatcher).post(HOME, {"layout": Layout.objects.get().pk, "scope": "waiting"})

    assert sent.status_code == 422
    assert not ReplyExport.objects.exists()
