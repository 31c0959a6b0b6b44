"""`make screenshots`: the main pages of the demo as they look now, into docs/screenshots/.

Runs on throw-away servers with the demo's data; nobody's own demo is touched.
"""

import io
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from PIL import Image

from wangguan.embedded import children, places
from wangguan.runner import chromium, prepare, services
from wangguan.runner.demo import PASSWORD

TARGET = places.CHECKOUT / "docs" / "screenshots"
MOST_BYTES = 150_000
QUALITIES = (88, 80, 70, 60, 50)
WALL: Any = {"width": 1920, "height": 1080}
LONGEST = 2600
"""Pixels of a page's height that a picture shows at most."""


@dataclass(frozen=True)
class Shot:
    """One picture. `path` may name things of the demo: {answered} {open} {public} {number}."""

    name: str
    path: str
    login: str = ""
    desk: bool = False
    elder: bool = False
    dark: bool = False
    wall: bool = False


SHOTS = (
    Shot("home-390", "/"),
    Shot("home-elder-390", "/", elder=True),
    Shot("report-390", "/report/"),
    Shot("ticket-390", "/t/{answered}/"),
    Shot("board-390", "/board/"),
    Shot("board-1440", "/board/", desk=True),
    Shot("worker-390", "/worker/", login="worker"),
    Shot("worker-dark-390", "/worker/", login="worker", dark=True),
    Shot("step-390", "/worker/tickets/{number}/", login="worker"),
    Shot("ticket-1440", "/worker/tickets/{number}/", login="worker", desk=True),
    Shot("paste-390", "/worker/paste/", login="worker"),
    Shot("outbox-390", "/worker/outbox/", login="worker"),
    Shot("me-390", "/worker/me/", login="worker"),
    Shot("admin-1440", "/admin/requests_app/ticket/", login="street", desk=True),
    Shot("desk-1440", "/admin/", login="street", desk=True),
    Shot("desk-390", "/admin/", login="street"),
    Shot("whistle-390", "/worker/whistles/", login="department"),
    Shot("statistics-1440", "/admin/statistics/", login="director", desk=True),
    Shot("report-1440", "/admin/reports/", login="street", desk=True),
    Shot("screen-1920", "/screen/", login="director", wall=True),
    Shot("territory-1440", "/admin/territory/", login="street", desk=True),
    Shot("visits-390", "/worker/visits/", login="worker"),
)


def main() -> int:
    """Take every picture; 1 when there is no Chromium."""
    if not chromium.BINARY:
        print(chromium.MISSING, file=sys.stderr)
        return 1
    prepare.main()
    found = _things()
    with tempfile.TemporaryDirectory() as folder, _site(Path(folder)) as url, _browser() as browser:
        for shot in SHOTS:
            picture = _take(browser, url, shot, found)
            (TARGET / f"{shot.name}.webp").write_bytes(picture)
            print(f"{shot.name}.webp {len(picture) // 1000} kB", flush=True)
    return 0


def _things() -> dict[str, str]:
    """Matters of the demo that look well."""
    django.setup()
    from grids.models import User
    from requests_app.models import Ticket

    worker = User.objects.get(username="worker")
    mine = Ticket.objects.visible_to(worker).order_by("-id")
    return {
        "answered": Ticket.objects.filter(status="answered").order_by("-id")[0].token,
        "number": mine.filter(status="accepted", assignee=worker)[0].number,
    }


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    """The demo's web server on a free port, over this process's database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = services.environment(port) | {"STATIC_ROOT": str(folder / "static")}
    log = folder / "web.log"
    collect = children.start([sys.executable, "-m", "django", *COLLECT], log=log, env=env)
    if collect.wait() != 0:
        raise RuntimeError(log.read_text())
    server = children.start([sys.executable, "-m", *services.web_command(port)], log=log, env=env)
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        children.stop(server)


COLLECT = ("collectstatic", "--no-input", "--verbosity", "0")


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while services.is_free(port):
        if time.monotonic() > deadline:
            raise RuntimeError("The web server did not come up.")
        time.sleep(0.1)


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # of the development tools, not of the portal

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.BINARY, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


def _take(browser: Any, url: str, shot: Shot, found: dict[str, str]) -> bytes:
    context = browser.new_context(
        base_url=url,
        viewport=WALL if shot.wall else chromium.DESK if shot.desk else chromium.PHONE,
        device_scale_factor=1 if shot.desk or shot.wall else 1.5,
        color_scheme="dark" if shot.dark else "light",
        service_workers="block",
    )
    page = context.new_page()
    if shot.elder:
        context.add_cookies([{"name": "elder", "value": "1", "url": url}])
    if shot.login:
        page.goto("/accounts/login/")
        page.fill("[name=login]", shot.login)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/worker/**")
    page.goto(shot.path.format_map(found), wait_until="networkidle")
    picture = page.screenshot(full_page=not (shot.desk or shot.wall))
    context.close()
    return _pressed(picture)


def _pressed(png: bytes) -> bytes:
    """The picture as WebP, at the best quality that stays under `MOST_BYTES`."""
    with Image.open(io.BytesIO(png)) as picture:
        shown = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, LONGEST)))
    for quality in QUALITIES:
        packed = io.BytesIO()
        shown.save(packed, "WEBP", quality=quality, method=6)
        if packed.tell() <= MOST_BYTES:
            break
    return packed.getvalue()


if __name__ == "__main__":
    sys.exit(main())
