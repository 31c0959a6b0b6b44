"""The room in a browser: nothing keeps anybody out, and nothing is wider than the screen."""

from collections.abc import Callable

import pytest
from django.conf import settings

from partybuilding.training.workflow import State
from tests.cast import Cast
from tests.partybuilding.gatherings.scene import knowing
from tests.partybuilding.training.scene import PHONE, H, make_plan, make_quiz, make_session, there
from tests.plugins.browser import DESK, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def looks_good(someone: Person, address: str) -> None:
    page = someone.open(address)
    assert (address, someone.barriers(), page.evaluate(WIDE)) == (address, [], 0)


def test_a_quiz_is_taken_on_the_phone(person: Callable[..., Person], cast: Cast) -> None:
    session = make_session(cast)
    make_quiz(session, cast), there(session, hours=H(2))
    someone, key = person(), settings.SESSION_COOKIE_NAME
    value = knowing(PHONE).cookies[key].value
    someone.context.add_cookies([{"name": key, "value": value, "url": someone.site}])
    looks_good(someone, "/together/training/")
    looks_good(someone, f"/together/training/s/{session.pk}/quiz/")
    for answer in ("火警", "保险销"):
        someone.page.get_by_role("radio", name=answer).check()
    someone.page.locator("form.stack-l button[type=submit]").click()
    someone.page.wait_for_url(f"**/together/training/s/{session.pk}/")
    assert someone.barriers() == []


def test_the_offices_pages_have_no_barrier(person: Callable[..., Person], cast: Cast) -> None:
    session = make_session(cast)
    make_quiz(session, cast), there(session)
    make_plan(cast, state=State.RETURNED, year=2025)
    office = person(viewport=DESK)
    office.sign_in(cast.community)
    ends = ("", f"{session.plan_id}/", f"{session.plan_id}/announce/", f"sessions/{session.pk}/")
    for end in (*ends, f"sessions/{session.pk}/quiz/"):
        looks_good(office, f"/admin/party/training/{end}")
