"""axe on every page, in light, dark and the senior view: nothing that keeps anybody out.

One test per view walks all pages, since a world for every page would cost minutes.
"""

from collections.abc import Callable

import pytest

from requests_app.categories import load_categories
from requests_app.services import follow, publishing, staff, take
from tests.cast import Cast
from tests.factories import make_qr_token
from tests.plugins.browser import DESK, Person
from tests.requests_app.matters import accepted, answered, resolved, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIEWS: dict[str, dict[str, object]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "desk": {"viewport": DESK},
}


@pytest.fixture
def public_pages(cast: Cast) -> list[str]:
    """Addresses of every page a resident may come to, with something on it."""
    load_categories()
    matters = [told(cast), accepted(cast), resolved(cast), answered(cast)]
    asked = accepted(cast)
    take(asked, "ask", by=staff(cast.worker), question="是哪一层？")
    shown = answered(cast, may_publish=True)
    publishing.release(shown, by=cast.community, text=publishing.proposed(shown))
    following = follow(shown, kind="voice", device="a-device")
    code = make_qr_token(building=cast.building)
    pages = [
        "/",
        "/report/",
        f"/q/{code.token}/",
        "/track/",
        "/board/",
        "/help/",
        "/privacy/",
        "/accessibility/",
    ]
    others = ["/offline/", "/following/", "/accounts/login/", "/no-such-page/", following.get_absolute_url()]
    addresses = [ticket.tracking_url for ticket in (*matters, asked)]
    return [*pages, *others, f"/board/{shown.number}/", *addresses]


@pytest.fixture
def worker_pages(cast: Cast) -> list[str]:
    """Addresses of every page of the workers."""
    load_categories()
    open_one, mine = told(cast), accepted(cast)
    take(mine, "handle", by=staff(cast.worker), note="看过了，明天带梯子来。")
    names = ["", "tickets/", "tickets/?tab=all", "tickets/?select=1", "tickets/new/", "inbox/", "visits/"]
    names += [
        "codes/",
        "publish/",
        "outbox/",
        "paste/",
        "me/",
        "me/leave/",
        "me/notifications/",
        f"tickets/{mine.number}/merge/",
    ]
    tickets = [open_one.get_absolute_url(), mine.get_absolute_url(), answered(cast).get_absolute_url()]
    return [*(f"/worker/{name}" for name in names), *tickets, "/styleguide/"]


def barriers(someone: Person, pages: list[str]) -> dict[str, list[str]]:
    """What axe finds, by page."""
    found = {}
    for path in pages:
        someone.open(path)
        found[path] = someone.barriers()
    return {path: barriers for path, barriers in found.items() if barriers}


@pytest.mark.parametrize("view", VIEWS)
def test_public_pages_keep_nobody_out(
    person: Callable[..., Person], public_pages: list[str], view: str
) -> None:
    assert barriers(person(**VIEWS[view]), public_pages) == {}


def test_public_pages_keep_nobody_out_in_the_senior_view(phone: Person, public_pages: list[str]) -> None:
    phone.elder()
    assert barriers(phone, public_pages) == {}


@pytest.mark.parametrize("view", VIEWS)
def test_workers_pages_keep_nobody_out(
    person: Callable[..., Person], cast: Cast, worker_pages: list[str], view: str
) -> None:
    someone = person(**VIEWS[view])
    someone.sign_in(cast.leader)
    assert barriers(someone, worker_pages) == {}
