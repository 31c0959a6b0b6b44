"""The admin's own history: an entry for each change, read by leaders and auditors alone."""

import pytest
from django.test import Client

from grids.models import Department
from tests.cast import Cast

pytestmark = pytest.mark.django_db

LIST = "/admin/admin/logentry/"


@pytest.fixture
def _changed(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    client.post("/admin/grids/department/add/", {"code": "water", "name": "水务局"})
    assert Department.objects.filter(code="water").exists()


@pytest.mark.usefixtures("_changed")
@pytest.mark.parametrize("who", ["director", "auditor"])
def test_leaders_and_auditors_read_who_changed_what(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    page = client.get(LIST).content.decode()
    assert "水务局" in page
    assert str(cast.dispatcher) in page


@pytest.mark.usefixtures("_changed")
@pytest.mark.parametrize("who", ["dispatcher", "section", "community_leader"])
def test_others_do_not(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(LIST).status_code == 403


@pytest.mark.usefixtures("_changed")
def test_nobody_edits_an_entry(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    assert client.post(f"{LIST}add/", {}).status_code == 403
