"""Me: my own page, how I am told, the inbox and its count."""

import pytest
from django.db import IntegrityError
from django.test import Client

from grids.models import User
from requests_app.messages import to_staff
from requests_app.models import Ticket
from tests.cast import Cast
from tests.requests_app.matters import accepted, told
from wangguan import clock
from wangguan.notify.choices import CHOICES
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
PAGES = ["/worker/me/", "/worker/me/notifications/", "/worker/me/leave/", "/worker/inbox/count/"]


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


@pytest.mark.parametrize("address", PAGES)
def test_stranger_is_sent_to_sign_in(db: None, client: Client, address: str) -> None:
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("who", ["worker", "parttime", "department", "auditor", "director"])
@pytest.mark.parametrize("address", PAGES)
def test_every_post_comes_in(cast: Cast, client: Client, who: str, address: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(address).status_code == 200


def test_me_names_posts_and_hides_the_phone(signed_in: Client) -> None:
    page = signed_in.get("/worker/me/").content.decode()
    assert "九区社区第三网格 专职网格员" in page
    assert "138****0002" in page
    assert "13800000002" not in page


# --- what by which channel ---------------------------------------------------------------
def channels(kind: str, ticket: Ticket, person: User) -> list[str]:
    return sorted(draft.channel for draft in to_staff(kind, ticket, [person]))


@pytest.mark.parametrize(
    ("kind", "told_by", "expected"),
    [
        ("new", None, ["in_app"]),
        ("red_card", None, ["in_app", "sms"]),
        ("red_card", [], ["in_app"]),
        ("new", ["new:sms"], ["in_app", "sms"]),
        ("new", ["new:email", "mine:sms"], ["email", "in_app"]),
        ("yellow_card", ["deadlines:sms", "deadlines:email"], ["in_app"]),
        ("undelivered", [], ["in_app", "sms"]),
        ("new_on_duty", ["urgent:email"], ["email", "in_app", "sms"]),
    ],
)
def test_choice_decides_the_channels(
    cast: Cast, kind: str, told_by: list[str] | None, expected: list[str]
) -> None:
    cast.worker.told_by, cast.worker.email = told_by, "worker@example.org"
    assert channels(kind, told(cast), cast.worker) == expected


def test_urgency_a_goes_by_sms_whatever_was_chosen(cast: Cast) -> None:
    ticket = told(cast)
    ticket.urgency, cast.worker.told_by = "A", []
    assert channels("assigned", ticket, cast.worker) == ["in_app", "sms"]


def test_email_without_an_address_is_not_written(cast: Cast) -> None:
    cast.worker.told_by = ["new:email"]
    assert channels("new", told(cast), cast.worker) == ["in_app"]


def test_what_was_chosen_waits_for_the_morning(cast: Cast) -> None:
    ticket, cast.worker.told_by = told(cast), ["new:sms"]
    night = clock.now().replace(hour=18, minute=0, second=0, microsecond=0)  # 02:00 in Jinan
    with clock.at(night):
        (by_sms,) = [draft for draft in to_staff("new", ticket, [cast.worker]) if draft.channel == "sms"]
    assert by_sms.not_before is not None
    assert (by_sms.not_before - night).total_seconds() == 6 * 3600


def test_choice_is_kept(signed_in: Client, cast: Cast) -> None:
    signed_in.post("/worker/me/notifications/", {"new:sms": "on", "urgent:email": "on", "nonsense": "on"})
    cast.worker.refresh_from_db()
    assert cast.worker.told_by == ["new:sms", "urgent:email"]


def test_page_shows_the_usual_choice_to_who_never_chose(signed_in: Client) -> None:
    form = signed_in.get("/worker/me/notifications/").context["form"]
    assert [choice for choice in CHOICES if form[choice].value()] == ["deadlines:sms"]


def test_page_says_why_urgent_ones_cannot_be_switched_off(signed_in: Client) -> None:
    assert "不能关" in signed_in.get("/worker/me/notifications/").content.decode()


def test_database_refuses_a_choice_it_does_not_know(cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=cast.worker.pk).update(told_by=["urgent:sms"])


# --- the inbox ---------------------------------------------------------------------------
def test_badge_counts_what_is_unread(signed_in: Client, cast: Cast) -> None:
    told(cast), told(cast)
    assert signed_in.get("/worker/inbox/count/").json() == {"count": "2"}


def test_badge_stops_counting(signed_in: Client, cast: Cast) -> None:
    told(cast)
    first = Message.objects.inbox(cast.worker).get()
    copies = [Message(key=f"k{place}", kind="new", channel="in_app", user=cast.worker, state="sent",
                      sent_at=first.sent_at, context=first.context) for place in range(120)]  # fmt: skip
    Message.objects.bulk_create(copies)
    assert signed_in.get("/worker/inbox/count/").json() == {"count": "99+"}
    assert "<b>99+</b>" in signed_in.get("/worker/me/").content.decode()


def test_opening_a_message_marks_it_read_and_leads_on(signed_in: Client, cast: Cast) -> None:
    ticket = told(cast)
    told(cast)
    message = Message.objects.inbox(cast.worker).get(topic=ticket.number)
    assert signed_in.get(f"/worker/inbox/{message.pk}/")["Location"] == ticket.get_absolute_url()
    assert [left.topic == ticket.number for left in Message.objects.unread(cast.worker)] == [False]


def test_somebody_elses_message_is_not_found(signed_in: Client, cast: Cast) -> None:
    told(cast)
    message = Message.objects.inbox(cast.leader).get()
    assert signed_in.get(f"/worker/inbox/{message.pk}/").status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


def test_inbox_can_show_only_what_is_unread(signed_in: Client, cast: Cast) -> None:
    read, unread = accepted(cast), told(cast)
    Message.objects.inbox(cast.worker).filter(topic=read.number).mark_read()
    page = signed_in.get("/worker/inbox/?show=unread")
    assert {message.topic for message in page.context["told"]} == {unread.number}
