"""Addresses of the private servers, without starting any."""

from pathlib import Path

import pytest

from wangguan.embedded import places


@pytest.fixture(autouse=True)
def _no_throwaway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WANGGUAN_SERVERS")


def test_home_is_in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "reachable_by_all", lambda path: True)
    monkeypatch.setattr(places, "DATA", Path("/srv/portal/.data"))
    assert places.home() == Path("/srv/portal/.data")


def test_home_moves_out_when_nobody_cannot_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 0)
    monkeypatch.setattr(places, "reachable_by_all", lambda path: False)
    assert places.home().parent == Path("/var/tmp")


def test_home_moves_out_when_sockets_would_be_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "DATA", Path("/" + "deep/" * 20))
    assert places.home().parent == Path("/var/tmp")


def test_homes_of_two_checkouts_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 0)
    monkeypatch.setattr(places, "reachable_by_all", lambda path: False)
    first = places.home()
    monkeypatch.setattr(places, "CHECKOUT", Path("/elsewhere"))
    assert places.home() != first


@pytest.mark.parametrize(
    ("redis_url", "cache", "queue"),
    [
        ("unix:///run/b.sock", "unix:///run/b.sock?db=1", "redis+socket:///run/b.sock?virtual_host=0"),
        ("redis://host:6379/0", "redis://host:6379/1", "redis://host:6379/0"),
        (
            "unix:///run/b.sock?db=14",
            "unix:///run/b.sock?db=15",
            "redis+socket:///run/b.sock?virtual_host=14",
        ),
        ("rediss://:p@host?ssl_cert_reqs=required", "rediss://:p@host/1?ssl_cert_reqs=required", None),
        ("redis://host/14", "redis://host/15", None),
    ],
)
def test_one_server_holds_queues_and_cache(redis_url: str, cache: str, queue: str | None) -> None:
    assert places.cache_url(redis_url) == cache
    assert places.celery_url(redis_url) == (queue or redis_url)


def test_links_lead_to_the_given_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9123")
    assert places.site_url() == "http://127.0.0.1:9123"


def test_links_lead_where_the_demo_was_last_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setattr(places, "DATA", tmp_path)
    (tmp_path / "port").write_text("8055\n")
    assert places.site_url() == "http://127.0.0.1:8055"
