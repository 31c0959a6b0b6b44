"""docker-compose.yml as Compose itself reads it: no service may do more than it must.

No engine is needed for that. What an engine would find beyond it, nobody has seen here.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from wangguan import secret_files

Service = dict[str, Any]
COMPOSE = Path(sys.executable).parent / "docker-compose"
ROOT = Path(settings.BASE_DIR)
SERVICES = (
    "backup", "beat", "broker", "postgres", "proxy", "upgrade", "web", "worker", "worker-bulk",
)  # fmt: skip
PORTAL = ("backup", "beat", "upgrade", "web", "worker", "worker-bulk")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new installation: the example as it is, and fresh secrets."""
    folder = tmp_path_factory.mktemp("portal")
    shutil.copy(ROOT / "docker-compose.yml", folder)
    shutil.copy(ROOT / ".env.example", folder / ".env")
    shutil.copytree(ROOT / "deploy", folder / "deploy", ignore=shutil.ignore_patterns("secrets"))
    subprocess.run(["sh", "deploy/secrets.sh"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def config(installation: Path) -> dict[str, Any]:
    command = [str(COMPOSE), "--profile", "*", "config", "--format", "json"]
    answer = subprocess.run(command, cwd=installation, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.fixture
def service(config: dict[str, Any], request: pytest.FixtureRequest) -> Service:
    found: Service = config["services"][request.param]
    return found


each = pytest.mark.parametrize("service", SERVICES, indirect=True)


def test_services_are_those_of_the_table(config: dict[str, Any]) -> None:
    assert tuple(sorted(config["services"])) == SERVICES


def test_compose_refuses_an_installation_without_an_address(installation: Path) -> None:
    """What it says counts: the package's wrapper ends with 0 whatever Compose ended with."""
    command = [str(COMPOSE), "--env-file", "/dev/null", "config", "--quiet"]
    answer = subprocess.run(command, cwd=installation, capture_output=True, text=True, check=False)
    assert "required variable SITE_URL is missing a value: set it in .env" in answer.stderr


@each
def test_service_is_not_root(service: Service) -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])


@each
def test_service_cannot_write_its_root_file_system(service: Service) -> None:
    assert service["read_only"] is True
    assert any(place.startswith("/tmp:") for place in service["tmpfs"])
    assert [place for place in service["tmpfs"] if "size=" not in place] == []


@each
def test_service_has_no_privileges(service: Service) -> None:
    assert (service["cap_drop"], service.get("cap_add"), service.get("privileged")) == (["ALL"], None, None)
    assert service["security_opt"] == ["no-new-privileges:true"]


@each
def test_service_is_limited(service: Service) -> None:
    limits = service["deploy"]["resources"]["limits"]
    assert (limits["cpus"] <= 2, int(limits["memory"]) <= 1 << 30, limits["pids"] <= 256) == (
        True,
        True,
        True,
    )
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@each
def test_service_is_watched(service: Service) -> None:
    """But for the one that ends by itself and whose exit code says how."""
    health = service["healthcheck"]
    assert health.get("disable") == (True if "upgrade" in service.get("profiles", []) else None)
    assert health.get("disable") or {"test", "interval", "timeout", "start_period"} <= health.keys()


@each
def test_service_is_told_no_secret_by_variable(service: Service) -> None:
    variables = service.get("environment", {})
    assert [
        name
        for name in secret_files.NAMES
        if variables.get(name) and "_S3_ACCESS" not in name and name != "DATABASE_URL"
    ] == []
    assert ":" not in variables.get("DATABASE_URL", "").removeprefix("postgres://").split("@")[0]


@each
def test_service_has_the_files_of_its_secrets(service: Service) -> None:
    named = {value for name, value in service.get("environment", {}).items() if name.endswith("_FILE")}
    assert named == {secret["target"] for secret in service.get("secrets", [])}


@pytest.mark.parametrize("service", PORTAL, indirect=True)
def test_portal_reads_every_secret_that_it_is_given(service: Service) -> None:
    files = [name.removesuffix("_FILE") for name in service["environment"] if name.endswith("_FILE")]
    assert set(files) <= secret_files.NAMES


def test_secrets_are_made_and_closed(installation: Path, config: dict[str, Any]) -> None:
    folder = installation / "deploy" / "secrets"
    made = {path.name for path in folder.iterdir()}
    assert {Path(secret["file"]).name for secret in config["secrets"].values()} == made
    assert folder.stat().st_mode & 0o777 == 0o700


def test_only_the_proxy_has_a_door_to_the_street(config: dict[str, Any]) -> None:
    services = config["services"].items()
    assert [name for name, service in services if service.get("ports")] == ["proxy"]
    assert [name for name, service in services if "edge" in service["networks"]] == ["proxy"]


@pytest.mark.parametrize("service", ["postgres", "broker"], indirect=True)
def test_database_and_broker_are_reached_only_from_inside(service: Service, config: dict[str, Any]) -> None:
    assert list(service["networks"]) == ["data"]
    assert config["networks"]["data"]["internal"] is True


def test_every_queue_has_a_worker(config: dict[str, Any]) -> None:
    served = [" ".join(config["services"][name]["command"]) for name in ("worker", "worker-bulk")]
    assert ["--queues urgent,default" in served[0], "--queues bulk" in served[1]] == [True, True]


def test_every_line_of_the_example_is_explained() -> None:
    blocks = (ROOT / ".env.example").read_text(encoding="utf-8").split("\n\n")
    for block in blocks:
        lines = [line for line in block.splitlines() if not line.startswith("# ---")]
        assert not lines or lines[0].startswith("# "), lines[0]


def test_the_example_holds_no_secret() -> None:
    names = {line.split("=")[0] for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()}
    assert names & secret_files.NAMES <= {"BACKUP_S3_ACCESS_KEY"}
