"""`make demo`: one at a time, its parts revived, its words clear."""

import fcntl
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.processes import wait_until
from wangguan.embedded import children, places
from wangguan.runner import __main__ as command
from wangguan.runner import services, static
from wangguan.runner.demo import Demo
from wangguan.runner.services import Service


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(places, "DATA", tmp_path)
    return tmp_path


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Service]:
    service = Service(
        "sleeper", lambda: children.start(["sleep", "60"], log=tmp_path / "sleeper.log"), children.stop
    )
    service.start()
    yield service
    service.stop()


def kill(service: Service) -> None:
    assert service.process is not None
    service.process.kill()
    wait_until(service.has_died, patience=5)


def test_second_start_says_where_the_first_is(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "port").write_text("8055\n")
    with (data / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert command.main() == 0
    assert "already running at http://127.0.0.1:8055" in capsys.readouterr().out


def test_service_that_died_is_revived(sleeper: Service) -> None:
    kill(sleeper)
    sleeper.revive()
    assert not sleeper.has_died()


def test_service_that_keeps_dying_ends_the_demo(sleeper: Service) -> None:
    for _ in range(services.RESTARTS):
        kill(sleeper)
        sleeper.revive()
    with pytest.raises(RuntimeError, match="sleeper keeps ending"):
        sleeper.revive()


def test_revived_service_leaves_no_orphans(tmp_path: Path) -> None:
    """granian's processes would go on holding the port."""
    script = "sleep 60 & echo $!; wait"
    service = Service(
        "pair", lambda: children.start(["sh", "-c", script], log=tmp_path / "log"), children.stop
    )
    service.start()
    wait_until(lambda: (tmp_path / "log").read_text().strip())
    orphan = int((tmp_path / "log").read_text())
    kill(service)
    service.revive()
    wait_until(lambda: not Path(f"/proc/{orphan}").exists(), patience=5)
    service.stop()


def test_taken_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangguan.runner.demo.PORT_PATIENCE", 0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(RuntimeError, match=f"Port {port} is taken"):
            Demo(port=port)._claim_port()


def test_port_is_kept_for_links(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    Demo(port=port)._claim_port()
    assert places.last_url() == f"http://127.0.0.1:{port}"


def test_parts_stop_in_reverse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    stopped: list[str] = []
    demo = Demo(port=1)
    for part in [*services.embedded(), *services.ours(1, {})]:
        monkeypatch.setattr(part, "stop", lambda name=part.name: stopped.append(name))
        demo.running.append(part)
    demo._stop()
    assert stopped == ["beat", "worker", "web", "broker", "postgres"]


def test_given_servers_are_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://portal@db/portal")
    assert [part.name for part in services.embedded()] == ["broker"]
    monkeypatch.setenv("REDIS_URL", "redis://broker:6379")
    assert services.embedded() == []


def test_static_files_are_collected_again_after_a_change(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "requirements.lock").touch()
    monkeypatch.setattr(places, "CHECKOUT", tmp_path)
    static.mark_fresh()
    (tmp_path / "static" / "new.css").write_text("a{}")
    assert not static.is_fresh()


def test_nothing_is_wrong_only_with_an_answer(unused_port: int) -> None:
    assert "does not answer" in services.what_is_wrong(f"http://127.0.0.1:{unused_port}/readyz")


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_bytecode_is_kept_under_data_where_python_may_keep_none(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    told = services.environment(8055)
    assert (told["PYTHONDONTWRITEBYTECODE"], told["PYTHONPYCACHEPREFIX"]) == ("", str(data / "bytecode"))


def test_bytecode_stays_where_it_is_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    assert "PYTHONPYCACHEPREFIX" not in services.environment(8055)
