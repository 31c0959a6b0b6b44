"""The browser itself: it opens the portal, and hears what a page complains of."""

import pytest

from tests.cast import Cast
from tests.plugins.browser import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_home_opens_on_a_phone(phone: Person) -> None:
    assert phone.open("/").title().endswith("王官网格")


def test_a_signed_in_worker_sees_the_morning(phone: Person, cast: Cast) -> None:
    phone.sign_in(cast.worker)
    assert phone.open("/worker/").title().startswith("今天")


def test_what_the_policy_refuses_is_heard(phone: Person) -> None:
    page = phone.open("/")
    page.evaluate("document.body.appendChild(document.createElement('script')).textContent = '1'")
    assert "Content Security Policy" in phone.troubles.pop()
