"""The private servers: healed after kill -9, side by side, gone with whoever started them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.plugins.processes import wait_until
from tests.plugins.servers import FOLDER
from wangguan.embedded import broker, children, places, postgres, throwaway

STARTER = """
import signal, sys, time
from pathlib import Path
from tests.plugins.servers import FOLDER
from wangguan.embedded import children
child = children.start(["sleep", "60"], log=Path(sys.argv[1]), dies_by=signal.SIGTERM)
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for servers of this test's own, beside the run's."""
    # `make_folder` names its folder to every child from here on; what stood there comes back afterwards.
    monkeypatch.setenv("WANGGUAN_SERVERS", os.environ["WANGGUAN_SERVERS"])
    folder, lock = throwaway.make_folder()
    yield folder
    throwaway.remove(folder)
    lock.close()


def ask(home: Path, statement: str) -> psycopg.Cursor[tuple[object, ...]]:
    with psycopg.connect(host=str(home / "run"), user=places.DATABASE, autocommit=True) as connection:
        return connection.execute(statement)


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def test_database_heals_after_kill_9(home: Path) -> None:
    server = postgres.start(home)
    ask(home, "CREATE TABLE kept AS SELECT 7 AS number")
    server.kill()
    server.wait()
    again = postgres.start(home)
    assert ask(home, "SELECT number FROM kept").fetchall() == [(7,)]
    postgres.stop(again)


def test_database_half_made_is_made_again(home: Path) -> None:
    children.private_folder(home / "postgres")
    (home / "postgres" / "PG_VERSION").write_text("18")
    server = postgres.start(home, throw_away=True)
    assert ask(home, "SELECT 1").fetchall() == [(1,)]
    postgres.stop(server)


def test_database_knows_chinese_and_has_the_extensions(home: Path) -> None:
    server = postgres.start(home, throw_away=True)
    ask(home, "CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm")
    assert ask(home, "SELECT cardinality(show_trgm('路灯不亮')) > 0").fetchall() == [(True,)]
    postgres.stop(server)


def test_database_ignores_a_lock_of_a_process_that_is_another_by_now(home: Path) -> None:
    postgres.stop(postgres.start(home, throw_away=True))
    (home / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    server = postgres.start(home, throw_away=True, patience=5)
    assert server.poll() is None
    postgres.stop(server)


def test_servers_of_two_checkouts_run_side_by_side(home: Path) -> None:
    with throwaway.Servers(home), redis.Redis.from_url(places.broker_url()) as theirs:
        theirs.set("whose", "theirs")
        assert ask(home, "SELECT current_setting('data_directory')").fetchall() == [(f"{home}/postgres",)]
        assert theirs.get("whose") == b"theirs"


def test_servers_start_under_a_tight_umask(home: Path) -> None:
    before = os.umask(0o077)
    try:
        broker.stop(broker.start(home / "new"))
    finally:
        os.umask(before)


def test_folder_of_another_user_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 4711)
    with pytest.raises(RuntimeError, match="belongs to another user"):
        children.servers_folder(home)


@pytest.mark.skipif(os.getuid() != 0, reason="only root has somebody to become")
def test_servers_of_root_run_unprivileged(home: Path) -> None:
    server = broker.start(home)
    assert Path(f"/proc/{server.pid}").stat().st_uid == children.nobody().pw_uid
    broker.stop(server)


@pytest.mark.skipif(os.getuid() != 0, reason="only root's servers need copies")
def test_programs_are_copied_when_nobody_cannot_reach_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "reachable_by_all", lambda path: False)
    with throwaway.Servers(home):
        assert ask(home, "SELECT 1").fetchall() == [(1,)]
        assert (home / "programs").is_dir()


def test_second_broker_waits_for_the_first_to_end(home: Path) -> None:
    first = broker.start(home)
    with pytest.raises(RuntimeError):
        broker.start(home, patience=0.3)
    broker.stop(first)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children")
def test_children_die_with_a_killed_starter(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, tmp_path / "log"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=places.CHECKOUT,
    )
    assert starter.stdout is not None
    child = int(starter.stdout.readline())
    starter.kill()
    wait_until(lambda: not is_alive(child), patience=5)
    starter.communicate()


def test_stop_ends_what_does_not_listen(tmp_path: Path) -> None:
    stubborn = children.start(["sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60"], log=tmp_path / "log")
    time.sleep(0.2)
    children.stop(stubborn, patience=0.2)
    assert stubborn.returncode == -signal.SIGKILL


def test_folders_of_killed_runs_are_swept(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(throwaway, "PARENT", tmp_path)
    (tmp_path / "wangguan-throwaway-dead").mkdir()
    (tmp_path / "wangguan-throwaway-dead" / "lock").touch()
    folder, lock = throwaway.make_folder()
    assert list(tmp_path.iterdir()) == [folder]
    lock.close()


def test_servers_of_a_tests_own_are_forgotten_after_it(home: Path, request: pytest.FixtureRequest) -> None:
    """Or a web server that a later test starts would look for its database there."""
    before = request.config.stash[FOLDER]
    assert os.environ["WANGGUAN_SERVERS"] != str(before)
    request.getfixturevalue("monkeypatch").undo()
    assert os.environ["WANGGUAN_SERVERS"] == str(before)
