from collections.abc import Callable

import pytest

from grids.models import User
from tests.standins.smtp import MailServer
from wangguan.notify import delivery
from wangguan.notify.channels import NotSent, Parcel, Refused, Unclear, Undelivered, email
from wangguan.notify.kinds import Kind
from wangguan.notify.models import Message, State


def parcel(*, title: str = "Answered", text: str = "WG-1 已答复。") -> Parcel:
    return Parcel("k", Kind("answer", "", ""), "li@example.org", title, text, "https://example.org/t/1/", {})


def test_send_delivers_a_mail(mail_server: MailServer) -> None:
    email.send(parcel())
    (mail,) = mail_server.told
    assert (mail["To"], mail["Subject"]) == ("li@example.org", "Answered")
    assert mail.get_content().split() == ["WG-1", "已答复。", "https://example.org/t/1/"]


def test_send_names_the_mail_by_its_key(mail_server: MailServer) -> None:
    receipt = email.send(parcel())
    assert mail_server.told[0]["Message-ID"] == receipt.gateway_id == email.message_id("k")


def test_send_says_a_link_once(mail_server: MailServer) -> None:
    email.send(parcel(text="See https://example.org/t/1/"))
    assert mail_server.told[0].get_content().count("https://") == 1


def test_send_keeps_line_feeds_out_of_the_subject(mail_server: MailServer) -> None:
    email.send(parcel(title="Answered\nBcc: x@example.org"))
    assert (mail_server.told[0]["Subject"], mail_server.told[0]["Bcc"]) == (
        "Answered Bcc: x@example.org",
        None,
    )


@pytest.mark.parametrize(
    ("replies", "outcome", "code"),
    [
        ({"RCPT": "550 no such box"}, Refused, "smtp_550"),
        ({"RCPT": "451 greylisted"}, NotSent, "smtp_451"),
        ({"MAIL": "553 not you"}, Refused, "smtp_553"),
        ({"END": "554 spam"}, Refused, "smtp_554"),
        ({"END": "452 full"}, NotSent, "smtp_452"),
        ({"END": ""}, Unclear, "no_reply"),
    ],
)
def test_send_tells_outcomes_apart(
    mail_server: MailServer, replies: dict[str, str], outcome: type[Undelivered], code: str
) -> None:
    mail_server.replies = replies
    with pytest.raises(Undelivered) as caught:
        email.send(parcel())
    assert (type(caught.value), caught.value.code) == (outcome, code)


def test_send_waits_for_a_slow_server(mail_server: MailServer) -> None:
    mail_server.delays = {"END": 0.3}
    email.send(parcel())
    assert len(mail_server.told) == 1


def test_send_does_not_know_what_a_silent_server_took(mail_server: MailServer, impatient: None) -> None:
    mail_server.delays = {"END": 1.0}
    with pytest.raises(Unclear):
        email.send(parcel())


def test_send_knows_a_server_that_is_down(mail_server: MailServer) -> None:
    mail_server.stop()
    with pytest.raises(NotSent, match="no_connection"):
        email.send(parcel())


def test_send_knows_a_server_that_does_not_greet(mail_server: MailServer, impatient: None) -> None:
    mail_server.delays = {"CONNECT": 1.0}
    with pytest.raises(NotSent, match="no_connection"):
        email.send(parcel())


@pytest.mark.django_db
def test_a_mail_goes_to_the_persons_own_box(
    write: Callable[..., Message], user: User, mail_server: MailServer
) -> None:
    write("k", channel="email", user=user)
    assert delivery.deliver("k") == State.SENT
    assert mail_server.told[0]["To"] == "li@example.org"
