import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from wangguan.observability import figures, logs

TOKEN = "scraper"
Scrape = Callable[[], dict[str, float]]


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the root logger wrote so far, as its handler in production would have."""
    written, config = StringIO(), settings.LOGGING
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Discreet(config["formatters"]["json"]["format"], style="{"))
    for name in config["handlers"]["stderr"]["filters"]:
        handler.addFilter(config["filters"][name]["()"]())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def scrape(client: Client, settings: Any) -> Scrape:
    """Asks /metrics anew; values by name, with labels as Prometheus writes them."""
    settings.METRICS_TOKEN = TOKEN

    def ask() -> dict[str, float]:
        figures.forget()
        answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        return values(answer.content.decode())

    return ask


def values(text: str) -> dict[str, float]:
    """Samples of Prometheus' text format by name and labels."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found
