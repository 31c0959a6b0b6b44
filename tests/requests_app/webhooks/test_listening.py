"""Who listens is kept in memory, exact across processes, and free where nobody does."""

import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries

from requests_app.refusals import MovedMeanwhile
from requests_app.services import RESIDENT, take
from requests_app.webhooks import listening
from requests_app.webhooks.listening import STAMP, kept
from requests_app.webhooks.models import Subscriber
from requests_app.webhooks.services import sending
from tests.cast import Cast
from tests.requests_app.matters import told
from tests.requests_app.webhooks.conftest import Subscribe

pytestmark = pytest.mark.django_db


def test_nobody_listening_costs_no_statement(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    entries = list(told(cast).events.select_related("ticket"))
    with django_assert_num_queries(0):
        sending.heard(entries, None)
        sending.taken_back(entries[0])


def test_a_known_list_is_not_asked_for_again(
    subscriber: Subscriber, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listening.listening()
    with django_assert_num_queries(0):
        assert [wish.subscriber for wish in listening.listening()] == [subscriber.pk]


def test_a_change_by_another_process_is_seen_at_once(subscriber: Subscriber) -> None:
    kept.keep(listening.Known("", ()))
    assert listening.listening() == ()
    cache.set(STAMP, "another")
    assert [wish.subscriber for wish in listening.listening()] == [subscriber.pk]


def test_a_change_restamps_after_its_commit(
    subscribe: Subscribe, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        subscribe()
    assert len(cache.get(STAMP)) == 32


def test_a_broker_that_is_away_keeps_the_list(
    cast: Cast, subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening.listening()
    monkeypatch.setattr(listening, "_stamp", lambda: None)
    assert [wish.subscriber for wish in listening.listening()] == [subscriber.pk]


def test_a_move_that_rolls_back_leaves_nothing(cast: Cast, subscriber: Subscriber) -> None:
    ticket = told(cast)
    ticket.version = 7  # somebody else was faster
    with pytest.raises(MovedMeanwhile):
        take(ticket, "withdraw", by=RESIDENT)
    assert subscriber.deliveries.count() == 1
