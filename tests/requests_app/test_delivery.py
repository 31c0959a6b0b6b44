"""What follows when an answer's message arrived, did not, or may have."""

from datetime import timedelta
from uuid import uuid4

import pytest

from grids.models import Post, User
from requests_app.models import Answer, Ticket
from requests_app.services import audit, due, give_verdict, staff, take
from tests.cast import Cast
from tests.factories import make_leave
from tests.requests_app.five_rules import broken
from tests.requests_app.matters import accepted, resolved, told
from wangguan import clock
from wangguan.notify import reports
from wangguan.notify.models import Message, State
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def sms_of(ticket: Ticket, kind: str = "answer") -> Message:
    """The newest text message that announced an answer, as the gateway took it."""
    message = Message.objects.filter(kind=kind, topic=ticket.number, channel="sms").latest("pk")
    Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=clock.now())
    return message


def report(message: Message, *, delivered: bool) -> bool:
    return reports.record(key=message.key, delivered=delivered)


def current(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("grid", "community", "category", "assignee").get(pk=ticket.pk)


def asked_to_call(ticket: Ticket, kind: str = "undelivered") -> set[User | None]:
    sent = Message.objects.filter(kind=kind, topic=ticket.number, channel="in_app").select_related("user")
    return {message.user for message in sent}


# --- it arrived --------------------------------------------------------------------------
def test_accepted_by_the_gateway_is_not_yet_told(cast: Cast) -> None:
    ticket = resolved(cast)
    sms_of(ticket)

    assert (current(ticket).status, Answer.objects.get().is_settled) == ("resolved", False)


def test_delivery_report_tells_the_answer(cast: Cast) -> None:
    ticket = resolved(cast)

    assert report(sms_of(ticket), delivered=True)

    given, entry = Answer.objects.get(), ticket.events.get(step="answer")
    assert (current(ticket).status, given.reached_how, entry.actor_kind) == ("answered", "sms", "system")
    assert Message.objects.filter(kind="verdict_ask", topic=ticket.number).count() == 1
    assert audit.violations() == {}


def test_report_that_comes_twice_counts_once(cast: Cast) -> None:
    ticket = resolved(cast)
    message = sms_of(ticket)
    report(message, delivered=True)
    version = current(ticket).version

    assert not report(message, delivered=True)
    assert not report(message, delivered=False)
    assert current(ticket).version == version


def test_report_before_the_gateways_reply_counts(cast: Cast) -> None:
    ticket = resolved(cast)
    key = Message.objects.get(kind="answer", topic=ticket.number).key

    reports.record(key=key, delivered=True)

    assert current(ticket).status == "answered"


def test_declined_matter_counts_as_told_on_the_report(cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "decline", by=staff(cast.community), note="不归街道", answer="请打 95598")

    report(sms_of(ticket, "declined"), delivered=True)

    assert (current(ticket).status, current(ticket).answered_at is not None) == ("declined", True)


def test_report_after_a_call_leaves_the_call_on_record(cast: Cast) -> None:
    ticket = resolved(cast)
    message = sms_of(ticket)
    take(ticket, "answer", by=staff(cast.worker), how="phone")

    report(message, delivered=True)

    assert Answer.objects.get().reached_how == "phone"


def test_late_report_marks_its_own_answer_and_moves_nothing(cast: Cast) -> None:
    """The resident said no on the page, then the first answer's report came."""
    ticket = resolved(cast)
    message = sms_of(ticket)
    for _ in range(3):
        take(ticket, "answer", by=staff(cast.worker), how="unreachable")
    ticket = give_verdict(ticket, solved=False)
    version = ticket.version

    report(message, delivered=True)

    assert (current(ticket).status, current(ticket).version) == ("accepted", version)
    assert audit.violations() == {}


def test_late_report_of_an_unsettled_answer_is_kept_with_it(cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "decline", by=staff(cast.community), note="不归街道", answer="请打 95598")
    message = sms_of(ticket, "declined")
    take(current(ticket), "reopen", by=staff(cast.community), note="其实归我们")

    report(message, delivered=True)

    assert (Answer.objects.get().reached_how, current(ticket).answered_at) == ("sms", None)
    assert current(ticket).status == "accepted"


# --- it did not --------------------------------------------------------------------------
def test_failure_is_an_entry_and_a_call_for_the_holder(cast: Cast) -> None:
    ticket = resolved(cast)

    report(sms_of(ticket), delivered=False)

    assert current(ticket).call_since is not None
    assert asked_to_call(ticket) == {cast.worker}
    assert ticket.events.get(step="delivery_failed").actor_kind == "system"
    assert Ticket.objects.to_call().get() == ticket


def test_failure_is_told_to_the_deputy(cast: Cast) -> None:
    ticket = resolved(cast)
    make_leave(Post.objects.get(user=cast.worker), cast.leader_beside)

    report(sms_of(ticket), delivered=False)

    assert asked_to_call(ticket) == {cast.leader_beside}


def test_declined_before_anybody_was_in_charge_is_called_by_the_unit(cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "decline", by=staff(cast.community), note="不归街道", answer="请打 95598")

    report(sms_of(ticket, "declined"), delivered=False)

    assert asked_to_call(ticket) == {cast.leader, cast.worker}


def test_call_that_reached_the_resident_ends_the_task(cast: Cast) -> None:
    ticket = resolved(cast)
    report(sms_of(ticket), delivered=False)

    take(current(ticket), "answer", by=staff(cast.worker), how="phone", note="已电话告知")

    assert (current(ticket).status, current(ticket).call_since) == ("answered", None)
    assert broken(clock.now()) == []


def test_delivery_after_a_failure_ends_the_task_too(cast: Cast) -> None:
    ticket = resolved(cast)
    message = sms_of(ticket)
    report(message, delivered=False)

    report(message, delivered=True)

    assert (current(ticket).status, current(ticket).call_since) == ("answered", None)


def test_three_calls_in_vain_are_unreachable(cast: Cast) -> None:
    ticket = resolved(cast)
    report(sms_of(ticket), delivered=False)
    for _ in range(3):
        take(current(ticket), "answer", by=staff(cast.worker), how="unreachable", note="关机")

    given = Answer.objects.get()
    assert (given.tries, given.unreachable_at is not None) == (3, True)
    assert (current(ticket).status, current(ticket).call_since) == ("answered", None)


def test_same_try_sent_twice_counts_once(cast: Cast) -> None:
    ticket, key = resolved(cast), uuid4()

    for _ in range(2):
        take(current(ticket), "answer", by=staff(cast.worker), how="unreachable", action_id=key)

    assert Answer.objects.get().tries == 1


def test_failure_of_an_earlier_answer_asks_for_no_call(cast: Cast) -> None:
    ticket = resolved(cast)
    first = sms_of(ticket)
    take(ticket, "answer", by=staff(cast.worker), how="phone")
    ticket = give_verdict(ticket, solved=False)
    take(ticket, "resolve", by=staff(cast.community), answer="又换了一次")

    report(first, delivered=False)

    assert current(ticket).call_since is None


def test_reopening_ends_the_call_that_was_asked_for(cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "decline", by=staff(cast.community), note="不归街道", answer="请打 95598")
    report(sms_of(ticket, "declined"), delivered=False)

    take(current(ticket), "reopen", by=staff(cast.community), note="其实归我们")

    assert current(ticket).call_since is None


# --- nobody knows ------------------------------------------------------------------------
def test_unknown_outcome_asks_to_make_sure(cast: Cast) -> None:
    ticket = resolved(cast)

    reports.run_hook("on_unknown", [sms_of(ticket)])

    assert current(ticket).call_since is not None
    assert asked_to_call(ticket, "unsure") == {cast.worker}


def test_unknown_outcome_of_a_staff_message_is_told_in_the_portal(cast: Cast) -> None:
    ticket = accepted(cast)
    message = Message.objects.filter(topic=ticket.number, kind="new").first()
    assert message

    reports.run_hook("on_unknown", [message])

    assert asked_to_call(ticket, "group_unsure") == {cast.worker}


def test_report_that_never_comes_is_noticed_by_the_clock(cast: Cast) -> None:
    ticket = resolved(cast)
    sms_of(ticket)

    with clock.at(clock.now() + timedelta(hours=24)):
        due.sweep()
        assert audit.violations(at=clock.now() + audit.GRACE) == {}

    assert current(ticket).call_since is not None


def test_system_gives_up_a_ticket_without_phone_at_once_staff_do_not(cast: Cast) -> None:
    ticket = resolved(cast, contact_phone="")
    take(ticket, "answer", by=staff(cast.worker), how="unreachable", note="没有电话")
    assert current(ticket).status == "resolved"

    with clock.at(clock.now() + timedelta(days=7)):
        due.sweep()

    assert (current(ticket).status, Answer.objects.get().tries) == ("answered", 2)


def test_nobody_may_tell_before_there_is_an_answer(cast: Cast) -> None:
    with pytest.raises(Refused):
        take(accepted(cast), "answer", by=staff(cast.worker), how="phone")
