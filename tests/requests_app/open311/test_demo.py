"""The demo's key opens the demo, and nothing else has one."""

import pytest
from django.test import Client
from pytest_django import Settings

from grids.demo import OnlyInDemo
from requests_app.open311 import demo
from tests.cast import Cast
from tests.factories import make_user
from tests.requests_app.open311.conftest import Caller
from wangguan.interfaces.models import ApiKey


@pytest.fixture
def key(cast: Cast, services: None, settings: Settings) -> str:
    settings.DEMO = True
    make_user("street")
    return [demo.load() for _again in range(2)][1].removeprefix("the demo's key is ")


def test_the_demos_key_tells_a_matter(key: str) -> None:
    assert Caller(Client(), text=key).tell().open311.key.name == demo.NAME


def test_the_demo_has_a_matter_that_came_through_its_key(key: str) -> None:
    [row] = Caller(Client(), text=key).get("requests")
    assert (row["service_code"], row["description"]) == ("0503", demo.WORDS)


def test_the_demos_key_is_made_once(key: str) -> None:
    assert ApiKey.objects.count() == 1


def test_another_secret_makes_another_key(key: str, settings: Settings) -> None:
    settings.SECRET_KEY = "another"
    assert demo.key_text() != key


def test_without_the_demo_there_is_no_such_key(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(OnlyInDemo):
        demo.key_text()
