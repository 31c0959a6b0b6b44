"""Subscribers at the office's desk and on a phone: no barriers, nothing wider than the screen."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from requests_app.categories import load_categories
from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.services import keeping, pausing, sending
from tests.cast import Cast
from tests.plugins.browser import DESK, PHONE, Person
from tests.requests_app.matters import accepted, told
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def subscribed(cast: Cast) -> Subscriber:
    """One in good order with a log of every kind, one that fails, one that was paused."""
    load_categories()
    usual = {
        "url": "https://hooks.example.cn/grid/events",
        "user": cast.director,
        "events": ["new", "status"],
    }
    good = keeping.make({**usual, "name": "市级网格化平台", "grids": [cast.grid]}, by=cast.director)
    accepted(cast), told(cast)
    sending.send_test(good)
    ways = [("sent", "", 200), ("failed", "http_503", 503), ("dead", "private_address", None)]
    for row, (state, error, reply) in zip(Delivery.objects.order_by("pk"), ways, strict=False):
        now = clock.now() if state == "sent" else None
        Message.objects.filter(key=row.message_id).update(
            state=state, error=error, attempts=3, sent_at=now, delivered_at=now
        )
        Delivery.objects.filter(pk=row.pk).update(reply_status=reply, took_ms=184)
    Subscriber.objects.filter(pk=good.pk).update(last_success_at=clock.now())
    failing = keeping.make({**usual, "name": "城管执法平台"}, by=cast.director)
    since = clock.now() - timedelta(hours=3)
    Subscriber.objects.filter(pk=failing.pk).update(failing_since=since, failures=7, last_error="timeout")
    pausing.pause(keeping.make({**usual, "name": "旧的大屏"}, by=cast.director), why="failing")
    return good


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_of_subscribers_have_no_barriers(
    person: Callable[..., Person], cast: Cast, size: dict[str, int]
) -> None:
    good = subscribed(cast)
    others = [row.get_absolute_url() for row in Subscriber.objects.exclude(pk=good.pk)]
    leader = person(viewport=size)
    leader.sign_in(cast.director)
    found, wide = {}, []
    for address in ("/admin/webhooks/", "/admin/webhooks/new/", good.get_absolute_url(), *others):
        page = leader.open(address)
        leader.shoot(f"{re.sub(r'[^a-z0-9]+', '-', address)}-{size['width']}")
        if barriers := leader.barriers():
            found[address] = barriers
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            wide.append(address)
    assert (found, wide) == ({}, [])


def test_a_secret_is_made_and_shown(person: Callable[..., Person], cast: Cast) -> None:
    good = subscribed(cast)
    leader = person(viewport=PHONE)
    leader.sign_in(cast.director)
    page = leader.open(good.get_absolute_url())
    page.locator(f"form[action='{good.get_absolute_url()}secret/']").evaluate(
        "form => { form.closest('details').open = true }"
    )
    page.locator(f"form[action='{good.get_absolute_url()}secret/'] button").click()
    assert page.locator("#copy-secret").input_value().startswith("whsec_")
    leader.shoot("webhook-secret-390")
    assert leader.barriers() == []
