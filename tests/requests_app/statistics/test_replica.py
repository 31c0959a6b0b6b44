"""Figures are read from a copy of the database, as long as it keeps up; everything else is not."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import router, transaction
from pytest_django import Settings

from requests_app.models import Ticket
from requests_app.statistics import replica
from requests_app.statistics.models import AsOf, Cell
from requests_app.statistics.services import roll
from tests.plugins.processes import environment
from tests.plugins.servers import FOLDER
from tests.plugins.standby import Standby

pytestmark = pytest.mark.django_db(transaction=True)
LOOK = """
from datetime import timedelta
from django.conf import settings
from django.db import connections
from django.utils import timezone
from requests_app.models import Ticket
from requests_app.statistics import replica
from requests_app.statistics.models import AsOf, Cell

print("keeps up:", Cell.objects.all().db, Ticket.objects.all().db)
connections["replica"].cursor().execute("SELECT pg_wal_replay_pause()")
AsOf.objects.create(pk=2, at=timezone.now())
print("paused:", AsOf.objects.using("default").count(), AsOf.objects.count())
settings.REPLICA_PATIENCE = timedelta(0)
replica._keeps_up.cache_clear()
print("lags:", Cell.objects.all().db, AsOf.objects.count())
"""
"""What a process of the portal does that is told of the copy, and says."""


@pytest.fixture
def routed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The router is in force, and the copy keeps up."""
    settings.DATABASE_ROUTERS = ["requests_app.statistics.replica.Reads"]
    monkeypatch.setattr(replica, "keeps_up", lambda: True)


@pytest.mark.usefixtures("routed")
def test_figures_are_read_from_the_copy() -> None:
    assert (Cell.objects.all().db, AsOf.objects.all().db) == ("replica", "replica")


@pytest.mark.usefixtures("routed")
def test_tickets_are_read_where_they_are_written() -> None:
    assert Ticket.objects.all().db == "default"


@pytest.mark.usefixtures("routed")
def test_figures_are_written_where_everything_is() -> None:
    assert router.db_for_write(Cell) == "default"
    roll()
    assert AsOf.objects.using("default").count() == 1


@pytest.mark.usefixtures("routed")
def test_inside_a_transaction_nothing_is_read_from_the_copy() -> None:
    with transaction.atomic():
        assert Cell.objects.all().db == "default"


@pytest.mark.usefixtures("routed")
def test_a_copy_that_lags_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "keeps_up", lambda: False)
    assert Cell.objects.all().db == "default"


@pytest.mark.parametrize(("seconds", "kept"), [(None, False), (150, True), (151, False)])
def test_keeps_up_by_the_age_of_its_figures(
    monkeypatch: pytest.MonkeyPatch, seconds: float | None, kept: bool
) -> None:
    replica._keeps_up.cache_clear()
    monkeypatch.setattr(replica, "age", lambda: seconds)
    assert replica.keeps_up() is kept
    replica._keeps_up.cache_clear()


@pytest.fixture
def standby(request: pytest.FixtureRequest) -> Iterator[Standby]:
    with Standby(request.config.stash[FOLDER]) as standby:
        yield standby


@pytest.mark.worker
def test_a_real_standby_is_asked_until_it_lags(standby: Standby) -> None:
    roll()
    standby.wait_for_figures()
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", LOOK]
    env = environment(DATABASE_REPLICA_URL=standby.url)
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["keeps up: replica default", "paused: 2 1", "lags: default 2"]
