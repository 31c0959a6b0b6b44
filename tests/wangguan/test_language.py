import polib
import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client

from wangguan.fields import EMPTY

pytestmark = pytest.mark.django_db


def test_page_speaks_chinese_whatever_the_browser_prefers(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en-US,en"})

    assert '<html lang="zh-hans"' in page.content.decode()


def test_page_speaks_the_language_that_was_chosen(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert '<html lang="en"' in client.get("/").content.decode()


def test_an_empty_field_is_spoken_of_in_our_words() -> None:
    """The REST library brings its own sentence for this, and libraries come before Django."""
    ours = polib.pofile(str(settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"))

    with pytest.raises(ValidationError) as refused:
        forms.CharField().clean("")

    assert refused.value.messages == [entry.msgstr for entry in ours if entry.msgid == EMPTY]
