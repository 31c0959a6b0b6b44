"""The room in a browser: nothing keeps anybody out, and nothing is wider than the screen."""

from collections.abc import Callable

import pytest
from django.conf import settings

from partybuilding.gatherings.workflow import State
from tests.cast import Cast
from tests.partybuilding.gatherings.scene import begun, gathering, knowing, put, signed
from tests.plugins.browser import DESK, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def enter(someone: Person) -> None:
    """As if with a code."""
    key = settings.SESSION_COOKIE_NAME
    value = knowing().cookies[key].value
    someone.context.add_cookies([{"name": key, "value": value, "url": someone.site}])


def looks_good(someone: Person, address: str) -> None:
    page = someone.open(address)
    assert (address, someone.barriers(), page.evaluate(WIDE)) == (address, [], 0)


def test_pages_on_the_phone_have_no_barrier(person: Callable[..., Person], cast: Cast) -> None:
    ahead, now = gathering(cast, places=1, words="请带笔和本子。"), begun(gathering(cast))
    signed(ahead, 1), put(now, State.SIGNED)
    someone = person()
    looks_good(someone, f"/together/here/{now.token}/")
    enter(someone)
    looks_good(someone, f"/together/g/{ahead.pk}/")
    someone.open(f"/together/here/{now.token}/").get_by_role("main").get_by_role("button").first.click()
    looks_good(someone, f"/together/here/{now.token}/")
    worker = person()
    worker.sign_in(cast.worker)
    for end in ("", f"{ahead.pk}/"):
        looks_good(worker, f"/worker/gatherings/{end}")


def test_the_offices_pages_have_no_barrier(person: Callable[..., Person], cast: Cast) -> None:
    ahead, now = gathering(cast, places=2), begun(gathering(cast, places=None))
    for number, state in enumerate((State.SIGNED, State.ATTENDED, State.ABSENT)):
        put(now, state, number)
        signed(ahead, number)
    office = person(viewport=DESK)
    office.sign_in(cast.community)
    for row, ends in ((ahead, ("", "poster/", "change/")), (now, ("",))):
        for end in ends:
            looks_good(office, f"/admin/party/gatherings/{row.pk}/{end}")
    office.page.set_viewport_size({"width": 390, "height": 844})
    assert office.page.evaluate(WIDE) == 0
