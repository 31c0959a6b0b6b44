"""The folder of backups, and their copies in a store that speaks S3."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from wangguan import clock
from wangguan.operations import shelf

NOW = datetime(2026, 11, 27, 2, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def store() -> Iterator[dict[str, str]]:
    """A store on this machine; options for reaching it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "endpoint_url": f"http://{host}:{port}",
        "access_key": "a",
        "secret_key": "b",
        "region_name": "us-east-1",
    }
    server.stop()


@pytest.fixture
def bucket(store: dict[str, str], settings: Settings, request: pytest.FixtureRequest) -> None:
    """An empty bucket that takes the copies."""
    name = f"b{abs(hash(request.node.name))}"
    boto3.client(
        "s3",
        endpoint_url=store["endpoint_url"],
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    ).create_bucket(Bucket=name)
    settings.BACKUPS = replace(settings.BACKUPS, bucket={**store, "bucket_name": name})


def put(folder: Path, *moments: datetime) -> list[str]:
    folder.mkdir(exist_ok=True)
    names = [shelf.name_at(moment) for moment in moments]
    for name in names:
        (folder / name).write_bytes(b"sealed")
    return names


def test_a_new_file_has_its_name_only_when_it_is_whole(settings: Settings) -> None:
    with shelf.new_file(NOW) as file:
        file.write(b"half")
        assert shelf.backups() == {}
    assert shelf.backups() == {"wangguan-20261127T021500Z.tar.age": NOW}
    assert (settings.BACKUPS.folder / shelf.name_at(NOW)).stat().st_mode & 0o777 == 0o600


def test_a_broken_off_backup_leaves_nothing(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), shelf.new_file(NOW):
        _ = 1 / 0
    assert list(settings.BACKUPS.folder.iterdir()) == []


def test_what_a_killed_run_left_never_counts_and_goes(settings: Settings) -> None:
    put(settings.BACKUPS.folder, NOW)
    (settings.BACKUPS.folder / f"{shelf.name_at(NOW + timedelta(days=1))}.partial").write_bytes(b"half")
    assert (shelf.newest_backup(), shelf.prune()) == (NOW, [])
    assert [path.name for path in settings.BACKUPS.folder.iterdir()] == [shelf.name_at(NOW)]


def test_old_backups_go_and_other_files_stay(settings: Settings) -> None:
    put(settings.BACKUPS.folder, *(NOW - timedelta(days=night) for night in range(60)))
    (settings.BACKUPS.folder / "wangguan-notes.txt").touch()
    gone = shelf.prune()
    assert (len(gone), len(shelf.backups())) == (49, 11)
    assert (settings.BACKUPS.folder / "wangguan-notes.txt").exists()


def test_without_a_backup_the_newest_is_none() -> None:
    assert (shelf.newest_backup(), shelf.is_stale(None)) == (None, True)


@pytest.mark.parametrize(("hours", "stale"), [(25, False), (27, True)])
def test_a_backup_is_stale_after_26_hours(hours: int, stale: bool) -> None:
    with clock.at(NOW):
        assert shelf.is_stale(NOW - timedelta(hours=hours)) is stale


@pytest.mark.usefixtures("bucket")
def test_the_store_gets_what_it_lacks_and_keeps_the_same(settings: Settings) -> None:
    names = put(settings.BACKUPS.folder, *(NOW - timedelta(days=night) for night in range(3)))
    assert (sorted(shelf.copy_out()), shelf.copy_out()) == (sorted(names), [])
    put(settings.BACKUPS.folder, *(NOW + timedelta(days=night) for night in range(1, 40)))
    shelf.prune()
    shelf.copy_out()
    assert sorted(shelf.bucket().listdir("")[1]) == sorted(shelf.backups())


@pytest.mark.usefixtures("bucket")
def test_a_new_machine_does_not_empty_the_store(settings: Settings) -> None:
    old = put(settings.BACKUPS.folder, NOW - timedelta(days=3))
    shelf.copy_out()
    (settings.BACKUPS.folder / old[0]).unlink()
    new = put(settings.BACKUPS.folder, NOW)
    shelf.copy_out()
    assert sorted(shelf.bucket().listdir("")[1]) == sorted(old + new)


def test_without_a_store_nothing_is_sent() -> None:
    assert shelf.copy_out() == []
