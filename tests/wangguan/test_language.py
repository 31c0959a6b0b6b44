import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


def test_page_speaks_chinese_whatever_the_browser_prefers(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en-US,en"})

    assert '<html lang="zh-hans"' in page.content.decode()


def test_page_speaks_the_language_that_was_chosen(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert '<html lang="en"' in client.get("/").content.decode()
