"""`/metrics`: who may ask, and what it says."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
import yaml
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from requests_app.models import Ticket
from tests.cast import Cast
from tests.plugins.processes import Site, wait_until
from tests.requests_app.matters import told
from tests.wangguan.observability.conftest import TOKEN, Scrape, values
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.observability import figures, heart

pytestmark = pytest.mark.django_db
NewSite = Callable[..., Site]
RULES = Path(__file__).parents[3] / "deploy" / "alerts.yml"


def test_nothing_stands_there_without_a_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}é"])
def test_wrong_token_is_refused(client: Client, settings: Settings, given: str) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"authorization": given})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_right_token_is_answered_whatever_the_host(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}", "host": "10.0.0.7"})
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, "text/plain")


def test_requests_are_counted_by_route(client: Client, scrape: Scrape) -> None:
    name = 'wangguan_http_requests_total{method="GET",route="t/<str:token>/",status="404"}'
    before = scrape().get(name, 0)
    client.get("/t/no-such-token/")
    assert scrape()[name] == before + 1


def test_made_up_methods_share_one_label(client: Client, scrape: Scrape) -> None:
    client.generic("BREW", "/nowhere/")
    assert not [name for name in scrape() if "BREW" in name]


def test_tickets_are_counted_by_level(cast: Cast, scrape: Scrape) -> None:
    late = told(cast)
    told(cast)
    Ticket.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(hours=1))
    found = scrape()
    assert (
        found['wangguan_tickets_open{level="grid"}'],
        found['wangguan_tickets_overdue{level="grid"}'],
    ) == (2, 1)


def test_sweep_lag_is_the_age_of_what_is_due(cast: Cast, scrape: Scrape) -> None:
    Ticket.objects.filter(pk=told(cast).pk).update(wake_at=clock.now() - timedelta(seconds=90))
    assert 90 <= scrape()["wangguan_sweep_lag_seconds"] < 100


def test_outbox_is_counted_by_channel_and_state(cast: Cast, scrape: Scrape) -> None:
    told(cast)
    assert scrape()['wangguan_outbox_messages{channel="sms",state="queued"}'] == 1


def test_oldest_due_message_of_a_lane(cast: Cast, scrape: Scrape) -> None:
    told(cast)
    Message.objects.filter(kind="received").update(next_try_at=clock.now() - timedelta(seconds=40))
    found = scrape()
    assert 40 <= found['wangguan_outbox_oldest_due_seconds{lane="urgent"}'] < 50
    assert found['wangguan_outbox_oldest_due_seconds{lane="routine"}'] == 0


def test_oldest_unsent_answer_is_zero_when_none_waits(cast: Cast, scrape: Scrape) -> None:
    told(cast)
    assert scrape()["wangguan_oldest_unsent_answer_seconds"] == 0


def test_beat_age_is_missing_until_it_beats(scrape: Scrape) -> None:
    cache.delete(heart.KEY)
    assert "wangguan_beat_age_seconds" not in scrape()
    heart.beat()
    assert scrape()["wangguan_beat_age_seconds"] < 5


def test_without_a_worker_it_says_so(scrape: Scrape) -> None:
    found = scrape()
    assert (found["wangguan_worker_up"], found["wangguan_broker_up"], found["wangguan_database_up"]) == (
        0,
        1,
        1,
    )


def test_broker_that_is_away_costs_only_its_own_figures(
    scrape: Scrape, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(heart, "age", away)
    found = scrape()
    assert (found["wangguan_broker_up"], 'wangguan_tickets_open{level="grid"}' in found) == (0, True)


@pytest.mark.django_db(transaction=True)
def test_statement_that_takes_too_long_costs_only_the_database_figures(
    scrape: Scrape, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return []

    monkeypatch.setattr(figures, "PATIENCE_MS", 50)
    monkeypatch.setattr(figures, "_sources", [slow])
    found = scrape()
    assert (found["wangguan_database_up"], found["wangguan_broker_up"]) == (0, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_scrape_takes_the_same_statements_whatever_there_is(cast: Cast, scrape: Scrape, rows: int) -> None:
    for _number in range(rows):
        told(cast)
    with CaptureQueriesContext(connection) as asked:
        scrape()
    assert len(asked) == 9


def test_one_look_is_good_for_a_while(client: Client, scrape: Scrape, cast: Cast) -> None:
    scrape()
    with CaptureQueriesContext(connection) as asked:
        client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert len(asked) <= 9


def test_rules_name_figures_that_exist(scrape: Scrape) -> None:
    heart.beat()
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    names = {name.partition("{")[0] for name in scrape()}
    asked = {name for rule in rules for name in re.findall(r"wangguan_\w+", rule["expr"])}
    assert asked <= names
    assert {"AnswersNotSent", "BeatSilent"} <= {rule["alert"] for rule in rules}
    assert all(set(rule) <= {"alert", "expr", "for", "labels", "annotations"} for rule in rules)


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_counts_are_added_up_over_all_processes(new_site: NewSite, tmp_path: Path) -> None:
    site = new_site("--workers", "2", METRICS_TOKEN=TOKEN, PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    sent = 0

    def both_counted() -> bool:
        nonlocal sent
        sent += httpx.get(f"{site.url}/nowhere/").status_code == 404
        return len(list(tmp_path.glob("counter_*.db"))) == 2

    wait_until(both_counted)
    answer = httpx.get(f"{site.url}/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    counted = 'wangguan_http_requests_total{method="GET",route="unmatched",status="404"}'
    assert values(answer.text)[counted] == sent
