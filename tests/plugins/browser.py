"""A real Chromium for tests of the pages: `wangguan.runner.chromium`.

Without one these tests are skipped and the run says so at its end; with `BROWSER_REQUIRED=1`, as CI
has it, they fail instead. What a page logs as an error, or the security policy refuses, fails its test.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from grids.models import User
from wangguan.runner.chromium import ARGUMENTS, BINARY, DESK, MISSING, PHONE

__all__ = ["DESK", "PHONE", "Person"]

# Playwright keeps an event loop in this thread; the ORM is asked between its calls, never inside one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

REQUIRED = os.environ.get("BROWSER_REQUIRED") == "1"
PATIENCE_MS = 10_000
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_OPTIONS = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
# What holds is looked at all the same, but neither described nor sent here: half of axe's time.
AXE_RUN = "async options => (await axe.run(document, options)).violations"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests in a browser come last: they are the slowest."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if not BINARY and not REQUIRED:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("NOT TESTED IN A BROWSER", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests were skipped. {MISSING}", red=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    assert BINARY, MISSING
    # Playwright's loop gives this thread another connection, and this one would stay open behind it.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BINARY, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser of their own. `troubles` collects what pages log as errors."""

    context: BrowserContext
    page: Page
    site: str
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to an address of the portal and wait until it stands."""
        self.page.goto(self.site + path)
        return self.page

    def sign_in(self, user: User) -> None:
        """As if through the sign-in page, without its half second of hashing."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.site}])

    def elder(self, size: str = "1") -> None:
        """Switch to the senior view; "2" is the larger one."""
        self.context.add_cookies([{"name": "elder", "value": size, "url": self.site}])

    def shoot(self, name: str) -> Path:
        """A picture of the whole page in `.data/shots/`, to be looked at while working."""
        target = Path(settings.BASE_DIR) / ".data" / "shots" / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_load_state()
        self.page.screenshot(path=target, full_page=True)
        return target

    def barriers(self) -> list[str]:
        """What axe finds wrong with the page as it stands: rule and element.

        A click returns as soon as the next page begins; a page half read lacks its heading and landmarks.
        On forms of the stock admin axe tries inline styles of its own, which the policy refuses: that is
        no trouble of the page's.
        """
        self.page.wait_for_load_state()
        before = len(self.troubles)
        self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(AXE_RUN, AXE_OPTIONS)
        axes_own = "Applying inline style violates"
        self.troubles[before:] = [text for text in self.troubles[before:] if axes_own not in text]
        return [
            f"{violation['id']}: {node['html'][:200]} ({node.get('failureSummary', '')[:300]})"
            for violation in found
            for node in violation["nodes"]
        ]

    def hear(self, message: ConsoleMessage) -> None:
        expected = "Failed to load resource"  # a refusal's status, or no network: tests ask for both
        if message.type == "error" and expected not in message.text:
            self.troubles.append(message.text)


@pytest.fixture
def person(chromium: Browser, live_site: str) -> Iterator[Callable[..., Person]]:
    """Opens a browser for one person: `person()`, or `person(viewport=DESK, java_script_enabled=False)`.

    At the end no page may have logged an error; a test that expects one empties `troubles`.
    """
    people: list[Person] = []

    def enter(**options: object) -> Person:
        given = {"viewport": PHONE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
        context = chromium.new_context(base_url=live_site, **given)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        someone = Person(context, context.new_page(), live_site)
        context.on("console", someone.hear)
        context.on("weberror", lambda error: someone.troubles.append(str(error.error)))
        people.append(someone)
        return someone

    yield enter
    for someone in people:
        someone.context.close()
    assert [trouble for someone in people for trouble in someone.troubles] == []


@pytest.fixture
def phone(person: Callable[..., Person]) -> Person:
    """A resident or worker with a phone: 390 × 844, touch."""
    return person(has_touch=True, is_mobile=True, device_scale_factor=2)
