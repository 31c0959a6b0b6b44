"""Discovery, the list of services and what each asks."""

from datetime import datetime

from django.contrib.admin.models import CHANGE
from pytest_django import Settings

from requests_app.models import Category
from requests_app.open311 import attributes
from requests_app.open311.models import Attribute
from tests.cast import Cast
from tests.requests_app.open311.conftest import LAMP, PARKING, Caller
from wangguan import journal


def test_discovery_names_the_endpoint(anybody: Caller, settings: Settings) -> None:
    endpoint = anybody.get("discovery")["endpoints"][0]
    assert endpoint["url"] == f"{settings.SITE_URL}/open311/v2"
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]


def test_discovery_has_every_field_of_the_specification(anybody: Caller) -> None:
    told = anybody.get("discovery")
    assert list(told) == ["changeset", "contact", "key_service", "endpoints"]
    assert list(told["endpoints"][0]) == ["specification", "url", "changeset", "type", "formats"]


def test_changeset_moves_when_a_service_was_edited(cast: Cast, anybody: Caller) -> None:
    before = datetime.fromisoformat(anybody.get("discovery")["changeset"])
    journal.note(cast.director, [Category.objects.get(code=LAMP)], CHANGE, "edited")
    assert datetime.fromisoformat(anybody.get("discovery")["changeset"]) > before


def test_services_have_every_field_of_the_specification(anybody: Caller) -> None:
    lamp = next(row for row in anybody.get("services") if row["service_code"] == LAMP)
    assert {name: value for name, value in lamp.items() if name not in ("description", "keywords")} == {
        "service_code": LAMP,
        "service_name": "路灯",
        "metadata": True,
        "type": "realtime",
        "group": "公用设施",
    }
    assert lamp["keywords"].split(", ")[0] == "路灯"


def test_service_says_how_long_it_takes(anybody: Caller) -> None:
    lamp = next(row for row in anybody.get("services") if row["service_code"] == LAMP)
    assert "5" in lamp["description"]


def test_services_are_those_on_offer(anybody: Caller) -> None:
    Category.objects.filter(code=LAMP).update(active=False)
    codes = {row["service_code"] for row in anybody.get("services")}
    assert (LAMP in codes, PARKING in codes, "06" in codes) == (False, True, False)


def test_services_without_questions_say_so(anybody: Caller) -> None:
    asks = {row["service_code"]: row["metadata"] for row in anybody.get("services")}
    assert (asks[LAMP], asks["1303"]) == (True, False)


def test_services_take_two_statements(anybody: Caller, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        anybody.get("services")


def test_definition_lists_questions_in_order(anybody: Caller) -> None:
    told = anybody.get(f"services/{PARKING}")
    assert told["service_code"] == PARKING
    assert [(row["code"], row["order"]) for row in told["attributes"]] == [
        ("blocks", 1),
        ("vehicle", 2),
        ("since", 3),
    ]


def test_definition_has_every_field_of_the_specification(anybody: Caller) -> None:
    row = anybody.get(f"services/{PARKING}")["attributes"][1]
    assert row["values"][0] == {"key": "car", "name": "小汽车"}
    assert {name: value for name, value in row.items() if name != "values"} == {
        "variable": True,
        "code": "vehicle",
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": None,
        "order": 2,
        "description": "是什么车",
    }


def test_definition_of_a_service_that_asks_nothing_is_empty(anybody: Caller) -> None:
    assert anybody.get("services/1303") == {"service_code": "1303", "attributes": []}


def test_shipped_questions_are_loaded_once(services: None) -> None:
    assert attributes.load() == (0, len(attributes.shipped()))
    assert Attribute.objects.count() == len(attributes.shipped())


def test_loading_again_keeps_what_an_administrator_made(services: None) -> None:
    Attribute.objects.filter(category__code=PARKING).exclude(code="since").delete()
    attributes.load()
    assert list(Attribute.objects.filter(category__code=PARKING).values_list("code", flat=True)) == ["since"]
