"""The office's pages: street leaders keep subscribers, auditors read, nobody else comes in."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.services import keeping, pausing, sending
from tests.cast import Cast
from tests.requests_app.matters import told
from tests.requests_app.webhooks.conftest import Subscribe
from tests.standins.subscriber import Receiver
from wangguan import clock
from wangguan.auditlog.models import Entry
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db

LIST = "/admin/webhooks/"
ACTS = [
    "webhook_rotate",
    "webhook_end_old",
    "webhook_pause",
    "webhook_resume",
    "webhook_test",
    "webhook_since",
]


@pytest.fixture
def director(client: Client, cast: Cast) -> Client:
    client.force_login(cast.director)
    return client


def form(cast: Cast, receiver: Receiver, **fields: Any) -> dict[str, Any]:
    usual = {"name": "市级平台", "url": receiver.url, "user": cast.director.pk, "groups": ["status"]}
    return {**usual, **fields}


def page(client: Client, row: Subscriber, query: str = "") -> str:
    return client.get(row.get_absolute_url() + query).content.decode()


# --- who comes in ------------------------------------------------------------------------
@pytest.mark.parametrize(
    "who", ["leader", "worker", "community", "community_leader", "dispatcher", "section", "department"]
)
def test_others_do_not_come_in(client: Client, cast: Cast, subscriber: Subscriber, who: str) -> None:
    client.force_login(getattr(cast, who))
    pages = [LIST, f"{LIST}new/", subscriber.get_absolute_url(), f"{subscriber.get_absolute_url()}edit/"]
    assert [client.get(address).status_code for address in pages] == [403] * 4
    posts = [client.post(reverse(name, args=[subscriber.pk])).status_code for name in ACTS]
    assert posts == [403] * len(ACTS)


def test_a_stranger_is_led_to_the_door(client: Client, subscriber: Subscriber) -> None:
    assert client.get(LIST).status_code == 302
    assert client.post(reverse("webhook_pause", args=[subscriber.pk])).status_code == 302


def test_an_auditor_reads_and_changes_nothing(client: Client, cast: Cast, subscriber: Subscriber) -> None:
    client.force_login(cast.auditor)
    assert [client.get(url).status_code for url in (LIST, subscriber.get_absolute_url())] == [200, 200]
    assert [client.post(reverse(name, args=[subscriber.pk])).status_code for name in ACTS] == [403] * len(
        ACTS
    )


def test_the_page_stands_beside_the_others(director: Client, client: Client, cast: Cast) -> None:
    assert f'href="{LIST}"' in director.get("/admin/").content.decode()
    client.force_login(cast.dispatcher)
    assert f'href="{LIST}"' not in client.get("/admin/").content.decode()


# --- making and changing -----------------------------------------------------------------
def test_the_secret_is_shown_once(director: Client, cast: Cast, receiver: Receiver) -> None:
    answer = director.post(f"{LIST}new/", form(cast, receiver))
    row = Subscriber.objects.get()
    assert row.secret.startswith("whsec_")
    assert row.secret in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert row.secret not in page(director, row)
    assert row.secret not in director.get(f"{row.get_absolute_url()}edit/").content.decode()


def test_a_private_address_is_refused_with_a_sentence(
    director: Client, cast: Cast, receiver: Receiver
) -> None:
    answer = director.post(f"{LIST}new/", form(cast, receiver, url="http://10.0.0.1/"))
    assert answer.status_code == 422
    assert "url" in answer.context["form"].errors
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"groups": []}, "groups"),
        ({"groups": ["nothing"]}, "groups"),
        ({"name": ""}, "name"),
        ({"user": ""}, "user"),
    ],
)
def test_what_is_missing_is_said(
    director: Client, cast: Cast, receiver: Receiver, fields: dict[str, Any], wrong: str
) -> None:
    answer = director.post(f"{LIST}new/", form(cast, receiver, **fields))
    assert wrong in answer.context["form"].errors


def test_a_name_is_given_once(
    director: Client, cast: Cast, subscriber: Subscriber, receiver: Receiver
) -> None:
    answer = director.post(f"{LIST}new/", form(cast, receiver))
    assert "name" in answer.context["form"].errors


def test_a_change_keeps_the_secret(
    director: Client, cast: Cast, subscriber: Subscriber, receiver: Receiver
) -> None:
    director.post(f"{subscriber.get_absolute_url()}edit/", form(cast, receiver, grids=[cast.grid.pk]))
    row = Subscriber.objects.get()
    assert (row.events, list(row.grids.all()), row.secret) == (["status"], [cast.grid], subscriber.secret)


def test_a_new_secret_is_shown_and_the_old_one_stays_for_a_day(
    director: Client, subscriber: Subscriber
) -> None:
    answer = director.post(reverse("webhook_rotate", args=[subscriber.pk]))
    row = Subscriber.objects.get()
    assert row.secrets == (row.secret, subscriber.secret)
    assert row.secret in answer.content.decode()
    assert subscriber.secret not in answer.content.decode()


def test_a_third_secret_is_refused(director: Client, cast: Cast, subscriber: Subscriber) -> None:
    keeping.rotate(subscriber, by=cast.director)
    before = Subscriber.objects.get().secret
    director.post(reverse("webhook_rotate", args=[subscriber.pk]))
    assert Subscriber.objects.get().secret == before


def test_the_old_secret_is_ended(director: Client, cast: Cast, subscriber: Subscriber) -> None:
    keeping.rotate(subscriber, by=cast.director)
    director.post(reverse("webhook_end_old", args=[subscriber.pk]))
    assert len(Subscriber.objects.get().secrets) == 1


def test_a_pause_names_who_did_it(director: Client, cast: Cast, subscriber: Subscriber) -> None:
    director.post(reverse("webhook_pause", args=[subscriber.pk]))
    row = Subscriber.objects.get()
    assert (row.state, row.paused_why, row.paused_by) == ("paused", "by_hand", cast.director)


def test_whoever_resumes_is_offered_what_was_missed(
    director: Client, cast: Cast, subscriber: Subscriber
) -> None:
    pausing.pause(subscriber, why="by_hand", by=cast.director)
    paused_at = Subscriber.objects.get().paused_at
    answer = director.post(reverse("webhook_resume", args=[subscriber.pk]), follow=True)
    assert Subscriber.objects.get().is_active
    assert answer.context["form"].initial["since"] == paused_at


# --- the log -----------------------------------------------------------------------------
def test_a_test_event_is_in_the_log(director: Client, subscriber: Subscriber) -> None:
    director.post(reverse("webhook_test", args=[subscriber.pk]))
    assert [line.delivery.kind for line in director.get(subscriber.get_absolute_url()).context["lines"]] == [
        "webhook.test"
    ]


@pytest.mark.parametrize(
    ("state", "count"), [("", 4), ("arrived", 1), ("waiting", 1), ("given_up", 1), ("cancelled", 1), ("x", 4)]
)
def test_the_log_is_narrowed_by_state(
    director: Client, cast: Cast, subscriber: Subscriber, state: str, count: int
) -> None:
    for outcome in ("sent", "failed", "dead", "cancelled"):
        key = sending.send_test(subscriber).message_id
        now = clock.now() if outcome == "sent" else None
        Message.objects.filter(key=key).update(state=outcome, sent_at=now, delivered_at=now)
    lines = director.get(f"{subscriber.get_absolute_url()}?state={state}").context["lines"]
    assert len(lines) == count


def test_the_log_goes_on_by_keyset(
    director: Client, subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests_app.webhooks.views.PAGE", 2)
    rows = [sending.send_test(subscriber).pk for _ in range(3)]
    first = director.get(subscriber.get_absolute_url())
    rest = director.get(f"{subscriber.get_absolute_url()}?{first.context['next']}")
    assert [line.delivery.pk for line in rest.context["lines"]] == rows[:1]
    assert rest.context["next"] == ""


def test_one_line_is_sent_again(director: Client, cast: Cast, subscriber: Subscriber) -> None:
    told(cast)
    Message.objects.filter(channel="webhook").update(state="dead")
    row = Delivery.objects.get()
    director.post(reverse("webhook_again", args=[subscriber.pk, row.pk]))
    assert Delivery.objects.values("identity").distinct().count() == 1
    assert Delivery.objects.count() == 2


def test_a_line_of_another_subscriber_is_not_found(
    director: Client, cast: Cast, subscriber: Subscriber, subscribe: Subscribe
) -> None:
    row = sending.send_test(subscribe(name="another"))
    assert director.post(reverse("webhook_again", args=[subscriber.pk, row.pk])).status_code == 404


def test_everything_since_a_moment_is_sent(director: Client, cast: Cast, subscriber: Subscriber) -> None:
    told(cast)
    Message.objects.filter(channel="webhook").update(state="dead")
    moment = f"{clock.now():%Y-%m-%dT00:00}"
    answer = director.post(reverse("webhook_since", args=[subscriber.pk]), {"since": moment})
    assert answer.status_code == 303
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize("since", ["", "2020-01-01T00:00", "nonsense"])
def test_a_wrong_moment_is_said(director: Client, subscriber: Subscriber, since: str) -> None:
    answer = director.post(reverse("webhook_since", args=[subscriber.pk]), {"since": since})
    assert (answer.status_code, "since" in answer.context["form"].errors) == (422, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_a_constant_number_of_statements(
    director: Client, subscribe: Subscribe, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        sending.send_test(subscribe(name=str(number)))
    with django_assert_num_queries(5):
        director.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_log_takes_a_constant_number_of_statements(
    director: Client, subscriber: Subscriber, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        sending.send_test(subscriber)
    with django_assert_num_queries(8):
        director.get(subscriber.get_absolute_url())


@pytest.mark.parametrize("since", ["nonsense", "2026-99-99", "2026-11-27T01:00:00"])
def test_a_strange_moment_in_the_address_does_no_harm(
    director: Client, subscriber: Subscriber, since: str
) -> None:
    assert director.get(subscriber.get_absolute_url(), {"since": since}).status_code == 200


def test_subscriber_is_written_into_the_audit_log(director: Client, cast: Cast, receiver: Receiver) -> None:
    director.post(reverse("webhook_new"), form(cast, receiver))
    row = Entry.objects.get(kind="permission_changed")
    assert (row.actor, row.subject) == (cast.director, f"webhooks.subscriber:{Subscriber.objects.get().pk}")
