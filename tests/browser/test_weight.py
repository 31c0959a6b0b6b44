"""What a first visit costs a phone: bytes over the wire and requests, with nothing in its cache."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Response

from requests_app.categories import load_categories
from tests.cast import Cast
from tests.plugins.browser import Person
from tests.requests_app.matters import answered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_BYTES = 100_000
MOST_REQUESTS = 14
TEXT = ("text/", "application/json", "application/manifest", "image/svg")


def _wire_size(response: Response) -> int:
    """As the portal sends it: static text compressed (gzip here, brotli is smaller), pages as they are."""
    if 300 <= response.status < 400:
        return 0
    body, kind = response.body(), response.headers.get("content-type", "")
    is_static = "/static/" in response.url
    return len(gzip.compress(body)) if is_static and kind.startswith(TEXT) else len(body)


@pytest.fixture
def first_visit(phone: Person) -> Callable[[str], list[Response]]:
    """Everything a page loads on a first visit, until the network rests."""

    def visit(path: str) -> list[Response]:
        answers: list[Response] = []
        phone.page.on("response", lambda answer: answers.append(answer))
        phone.page.goto(phone.site + path, wait_until="networkidle")
        return answers

    return visit


@pytest.mark.parametrize("path", ["/", "/report/", "/track/", "/together/"])
def test_a_first_visit_is_light(first_visit: Callable[[str], list[Response]], cast: Cast, path: str) -> None:
    load_categories()
    answers = first_visit(path)
    assert sum(map(_wire_size, answers)) <= MOST_BYTES
    assert len(answers) <= MOST_REQUESTS


def test_the_page_of_an_answer_is_light(first_visit: Callable[[str], list[Response]], cast: Cast) -> None:
    assert sum(map(_wire_size, first_visit(answered(cast).tracking_url))) <= MOST_BYTES
