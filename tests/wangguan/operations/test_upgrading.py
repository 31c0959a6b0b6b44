"""`manage.py upgrade`: alone, patient with locks, whole."""

from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from wangguan.operations import postgres_tools, upgrading
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db(transaction=True)
Other = psycopg.Connection[tuple[object, ...]]
MISSING = "sectors.0002_credit_code"


@pytest.fixture
def other() -> Iterator[Other]:
    """Somebody else's connection to the same database."""
    with psycopg.connect(postgres_tools.address(), autocommit=True) as somebody:
        yield somebody


@pytest.fixture
def missing() -> Iterator[None]:
    """The database is one migration behind; it is not left so."""
    call_command("migrate", "sectors", "0001_initial", verbosity=0)
    yield
    call_command("migrate", verbosity=0)


def ask(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("missing")
def test_upgrade_applies_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match=f"Not applied: {MISSING}"):
        call_command("upgrade", check=True)
    call_command("upgrade")
    call_command("upgrade", check=True)
    assert capsys.readouterr().out == f"Applied {MISSING}\nThe database is up to date.\n"
    assert ask("SHOW lock_timeout") == "0"


@pytest.mark.usefixtures("missing")
def test_upgrade_gives_way_and_tries_again(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrading, "LOCK_TIMEOUT", "50ms")
    waited: list[float] = []

    def until_they_are_done(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            other.execute("ROLLBACK")

    monkeypatch.setattr("time.sleep", until_they_are_done)
    other.execute("BEGIN")
    other.execute("LOCK TABLE sectors_firm")
    assert (upgrading.upgrade(), waited, upgrading.unapplied()) == ([MISSING], [1, 2], [])


@pytest.mark.usefixtures("missing")
def test_a_table_that_stays_locked_is_told(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrading, "LOCK_TIMEOUT", "50ms")
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM sectors_firm")  # a report that takes its time
    with pytest.raises(Refused, match="stayed locked by others"):
        upgrading.upgrade(pauses=(0,))
    assert upgrading.unapplied() == [MISSING]
    other.execute("ROLLBACK")


def test_two_upgrades_do_not_run_at_once(other: Other) -> None:
    other.execute("SELECT pg_advisory_lock(%s)", [upgrading.KEY])
    with pytest.raises(CommandError, match="Another upgrade is running"):
        call_command("upgrade")


def test_the_lock_is_given_back(other: Other) -> None:
    upgrading.upgrade()
    assert other.execute("SELECT pg_try_advisory_lock(%s)", [upgrading.KEY]).fetchone() == (True,)


def test_what_a_broken_off_index_left_is_removed(other: Other) -> None:
    other.execute("CREATE INDEX half_made ON grids_user (phone)")
    other.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half_made'::regclass")
    upgrading.upgrade()
    assert ask("SELECT to_regclass('half_made')") is None


def test_the_baseline_can_be_renewed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("upgrade", baseline=True)
    assert f'    "sectors": "{MISSING.split(".")[1]}",\n' in capsys.readouterr().out
