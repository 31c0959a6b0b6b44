"""`manage.py backup`: what it keeps, what it refuses, when it is due."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from pytest_django import Settings

from tests.cast import Cast
from tests.requests_app.matters import told
from wangguan import clock
from wangguan.operations import archive, backing_up, postgres_tools, restoring, shelf
from wangguan.operations.management.commands import backup
from wangguan.operations.manifest import Manifest

Keys = tuple[str, str]
NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)  # 11:00 of the house
pytestmark = pytest.mark.usefixtures("own_media")


def read(path: Path, identity: str) -> dict[str, bytes]:
    with path.open("rb") as file, archive.opened(file, identity=identity) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_backup_is_made_kept_and_counted(
    cast: Cast, keys: Keys, own_media: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    told(cast)
    (own_media / "stash").mkdir(parents=True)
    for name in ("lamp.jpg", "stash/never-sent"):
        (own_media / name).write_bytes(b"jpeg")
    call_command("backup")
    (name,) = shelf.backups()
    held = read(settings.BACKUPS.folder / name, keys[0])
    said = json.loads(held["manifest.json"])
    assert list(held) == ["database.dump.000000", "media/lamp.jpg", "manifest.json"]
    assert (said["counts"]["requests_app_ticket"], said["media_files"]) == (1, 1)
    assert f"Made {name}; removed 0 old" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_a_long_dump_lies_in_parts(keys: Keys, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backing_up, "PART", 100_000)
    path = settings.BACKUPS.folder / backing_up.make()
    parts = [name for name in read(path, keys[0]) if name.startswith("database.dump.")]
    assert len(parts) > 2
    assert restoring.verify(path, identity=keys[0]).database_bytes > 200_000


@pytest.mark.django_db(transaction=True)
def test_a_dump_that_breaks_off_leaves_no_backup(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = postgres_tools.command("pg_dump", f"--dbname={postgres_tools.address()}")
    half = ["sh", "-c", f"'{whole[0]}' '{whole[1]}' | head -c 20000; exit 1"]
    monkeypatch.setattr(postgres_tools, "command", lambda *options: half)
    with pytest.raises(CommandError, match="pg_dump ended with 1"):
        call_command("backup")
    assert list(settings.BACKUPS.folder.iterdir()) == []


def test_a_manifest_that_does_not_fit_is_refused(keys: Keys, settings: Settings) -> None:
    """Somebody with the public key alone may seal what they like; what they sealed must still agree."""
    said = Manifest(NOW, "0", [], {}, "0" * 64, 1, "0" * 64, 0, 0)
    with shelf.new_file(NOW) as file, archive.sealed(file, recipients=[keys[1]]) as tar:
        backing_up._add(tar, "database.dump.000000", b"other")
        backing_up._add(tar, "manifest.json", said.to_json())
    with pytest.raises(archive.Unreadable, match="holds not what its manifest says"):
        restoring.verify(settings.BACKUPS.folder / shelf.name_at(NOW), identity=keys[0])


def test_without_recipients_nothing_is_backed_up(settings: Settings) -> None:
    settings.BACKUPS = replace(settings.BACKUPS, recipients=())
    with pytest.raises(CommandError, match="backup --make-key"):
        call_command("backup")


def test_an_old_backup_fails_the_check() -> None:
    with pytest.raises(CommandError, match="look at the log"):
        call_command("backup", check=True)
    with shelf.new_file(clock.now()):
        pass
    call_command("backup", check=True)


def test_a_new_pair_of_keys_works(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("backup", make_key=True)
    said = capsys.readouterr().out
    identity = next(line for line in said.splitlines() if line.startswith("AGE-SECRET-KEY-1"))
    assert f"BACKUP_RECIPIENTS={archive._identity(identity).to_public()}" in said


@pytest.mark.parametrize(
    ("newest", "due"),
    [
        (None, True),
        (NOW - timedelta(hours=8), False),  # 03:00 of this night
        (NOW - timedelta(hours=9), True),  # 02:00, before this night's
    ],
)
def test_the_nightly_backup_is_due_once_a_night(newest: datetime | None, due: bool) -> None:
    assert backup.is_due(NOW, newest, at="02:15") is due


def test_before_its_hour_last_nights_backup_is_enough() -> None:
    early = NOW.replace(hour=17)  # 01:00
    assert backup.is_due(early, early - timedelta(hours=22), at="02:15") is False


class Stopped(Exception):
    """Ends the nightly run, which has no end of its own."""


def test_the_nightly_run_goes_on_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise Stopped

    def fail() -> None:
        raise OperationalError("the server is away")

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr(backing_up, "make", fail)
    with pytest.raises(Stopped):
        call_command("backup", nightly="02:15")
    assert slept == [900, 60, 900]
    assert "Next try in 15 minutes" in capsys.readouterr().err
