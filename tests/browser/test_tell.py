"""The resident's minute: three steps on a phone, and everything that may go wrong on the way."""

import gzip
import re
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from requests_app.categories import load_categories
from requests_app.models import Photo, Ticket
from requests_app.views.gate import BY_ADDRESS
from tests.cast import Cast
from tests.factories import make_qr_token
from tests.plugins.browser import DESK, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "三楼楼道灯三天不亮了，老人晚上下楼看不清。"
FIRST_LOAD = 100 * 1024


def lamp(side: int = 2600) -> dict[str, Any]:
    """A photo as a phone takes it: larger than anybody needs."""
    buffer = BytesIO()
    Image.effect_noise((side, side * 3 // 4), 40).convert("RGB").save(buffer, "JPEG", quality=80)
    return {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def choose(page: Page, *files: dict[str, Any]) -> None:
    page.locator("[data-photo-add] input[multiple]").set_input_files(list(files))


def to_step_3(page: Page, words: str = WORDS) -> None:
    page.get_by_label("事情经过").fill(words)
    page.get_by_role("button", name="下一步：在哪里").click()
    page.get_by_label("地点").fill("九区3号楼")
    page.get_by_role("button", name="下一步：怎么回您").click()


def agree(page: Page) -> None:
    page.get_by_label("我同意").check()


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="交给网格").click()


def arrived(page: Page) -> None:
    page.wait_for_url("**/t/*/")


def test_resident_tells_with_a_photo_in_three_steps(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    began = time.monotonic()
    choose(page, lamp())
    expect(page.locator("[data-photo=here]")).to_have_count(1)
    to_step_3(page)
    page.get_by_label("手机号").fill("138 0000 0099")
    agree(page)
    hand_in(page)
    arrived(page)
    assert time.monotonic() - began < 10
    photo = Photo.objects.get(ticket__grid=cast.grid)
    assert (photo.width, photo.height) == (2048, 1536)
