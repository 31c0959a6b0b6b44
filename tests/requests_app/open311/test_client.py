"""The client package `georeport` reads a real web server of ours."""

import pytest
from georeport import GeoReport

from requests_app.categories import load_categories
from requests_app.models import Category
from requests_app.open311 import attributes
from tests.cast import Cast
from tests.requests_app.open311.conftest import LAMP, PARKING, released_closed, released_open

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_client_reads_us(cast: Cast, live_site: str, form: str) -> None:
    load_categories()
    attributes.load()
    lamp = Category.objects.get(code=LAMP)
    opened, closed = released_open(cast, category=lamp), released_closed(cast, category=lamp)
    street = GeoReport(f"{live_site}/open311/v2/", jurisdiction="370103015", output_format=form)

    services = {row["service_code"]: row["service_name"] for row in street.get_service_list()}
    asked = street.get_service_definition(PARKING)
    rows = street.get_service_requests(service_code=LAMP, status="open,closed")
    one = street.get_service_request(closed.number)

    assert services[LAMP] == "路灯"
    assert asked["service_code"] == PARKING
    assert {row["service_request_id"]: row["status"] for row in rows} == {
        opened.number: "open",
        closed.number: "closed",
    }
    assert one["service_request_id"] == closed.number
