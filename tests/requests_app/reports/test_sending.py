"""Issued reports by email, against a real mail server of the tests."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from requests_app.reports import tasks
from requests_app.reports.models import Delivery, Recipient, Report
from requests_app.reports.services import sending
from requests_app.reports.terms import MOST_TRIES, SILENT
from tests.cast import Cast
from tests.race import at_once
from tests.requests_app.reports.made import MONDAY, counted, issued, recipient
from tests.standins.smtp import MailServer
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def _queued(cast: Cast, report: Report | None = None) -> Delivery:
    report = report or issued(cast.director)
    sending.send(report, [recipient()], by=cast.dispatcher)
    return report.deliveries.get()


def test_a_mail_brings_both_files_as_issued(cast: Cast, mail_server: MailServer) -> None:
    delivery = _queued(cast)
    assert tasks.send_reports() == 1
    (mail,) = mail_server.told
    assert mail["To"] == delivery.recipient.email
    attached = {
        str(part.get_filename()).rpartition(".")[2]: part.get_content() for part in mail.iter_attachments()
    }
    with delivery.report.docx.open() as docx, delivery.report.xlsx.open() as xlsx:
        assert attached == {"docx": docx.read(), "xlsx": xlsx.read()}
    assert delivery.report.get_absolute_url() in mail.get_body().get_content()  # type: ignore[union-attr]


def test_the_task_run_twice_sends_once(cast: Cast, mail_server: MailServer) -> None:
    _queued(cast)
    assert (tasks.send_reports(), tasks.send_reports()) == (1, 0)
    assert len(mail_server.told) == 1


def test_sent_to_the_same_again_is_one_delivery(cast: Cast) -> None:
    report, one = issued(cast.director), recipient()
    assert [sending.send(report, [one], by=cast.dispatcher) for _ in range(2)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail(cast: Cast, mail_server: MailServer) -> None:
    with clock.at(MONDAY):
        delivery = _queued(cast)
    deliver = lambda: sending.deliver(delivery.pk)  # noqa: E731
    assert sorted(at_once(deliver, deliver)) == [False, True]
    assert len(mail_server.told) == 1


def test_a_passing_hindrance_is_tried_again_later(cast: Cast, mail_server: MailServer) -> None:
    delivery = _queued(cast)
    mail_server.replies = {"RCPT": "451 greylisted"}
    assert tasks.send_reports() == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, delivery.tries) == ("queued", "smtp_451", 1)
    mail_server.replies = {}
    assert tasks.send_reports() == 0
    with clock.at(MONDAY + timedelta(minutes=6)):
        assert tasks.send_reports() == 1


def test_after_so_many_tries_it_has_failed(cast: Cast, mail_server: MailServer) -> None:
    delivery = _queued(cast)
    mail_server.replies = {"RCPT": "451 greylisted"}
    for number in range(MOST_TRIES):
        with clock.at(MONDAY + timedelta(days=number)):
            tasks.send_reports()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("failed", "smtp_451")


def test_a_lasting_refusal_fails_and_may_be_sent_again_by_hand(cast: Cast, mail_server: MailServer) -> None:
    delivery = _queued(cast)
    mail_server.replies = {"RCPT": "550 no such box"}
    tasks.send_reports()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("failed", "smtp_550")
    mail_server.replies = {}
    sending.again(delivery, by=cast.director)
    assert tasks.send_reports() == 1


def test_a_line_cut_at_the_end_is_unknown_and_stays_so(cast: Cast, mail_server: MailServer) -> None:
    delivery = _queued(cast)
    mail_server.replies = {"END": ""}
    tasks.send_reports()
    mail_server.replies = {}
    with clock.at(MONDAY + timedelta(days=1)):
        assert tasks.send_reports() == 0
    delivery.refresh_from_db()
    assert delivery.state == "unknown"


def test_an_interrupted_send_is_unknown_rather_than_sent_twice(cast: Cast, mail_server: MailServer) -> None:
    delivery = _queued(cast)
    Delivery.objects.update(state="sending", claimed_at=MONDAY, tries=1)
    with clock.at(MONDAY + SILENT + timedelta(seconds=1)):
        assert tasks.send_reports() == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, mail_server.told) == ("unknown", "interrupted", [])


def test_a_sender_that_was_given_up_writes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = _queued(cast)

    def overtaken(mail: EmailMessage) -> None:
        Delivery.objects.update(state="unknown", reason="interrupted")

    monkeypatch.setattr("wangguan.notify.channels.email.post", overtaken)
    assert not sending.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "unknown"


def test_whoever_is_out_of_use_gets_none(cast: Cast, mail_server: MailServer) -> None:
    delivery = _queued(cast)
    Recipient.objects.update(is_active=False)
    tasks.send_reports()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, mail_server.told) == ("failed", "not_in_use", [])


def test_a_changed_file_is_not_sent(cast: Cast, mail_server: MailServer) -> None:
    delivery = _queued(cast)
    with delivery.report.xlsx.open("wb") as file:
        file.write(b"anders")
    tasks.send_reports()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, mail_server.told) == ("failed", "no_file", [])


def test_drafts_are_not_sent(cast: Cast) -> None:
    with pytest.raises(Refused):
        sending.send(counted(cast.director), [recipient()], by=cast.director)


def test_only_those_who_want_the_kind_are_sent_it(cast: Cast) -> None:
    report = issued(cast.director)
    others = [recipient("月报", kinds=["monthly"]), recipient("停用", is_active=False)]
    assert sending.send(report, others, by=cast.director) == 0
