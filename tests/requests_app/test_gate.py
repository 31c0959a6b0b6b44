"""Robots are kept out past the limits; people are not, and nothing they typed is lost."""

import pytest
from django.test import Client

from requests_app.models import Photo, Ticket
from requests_app.views import gate
from tests.cast import Cast
from tests.requests_app.test_pages_public import WORDS, picture, told
from tests.requests_app.test_proof import solved
from wangguan.limits import Limit

PHONE = "13800000001"


@pytest.fixture(autouse=True)
def _one_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BY_ADDRESS", Limit("report:address", most=1))


def test_first_matter_needs_nothing(cast: Cast, client: Client) -> None:
    assert client.post("/report/", told()).status_code == 303


def test_one_more_comes_back_full_and_says_when(cast: Cast, client: Client) -> None:
    client.post("/report/", told())
    response = client.post("/report/", told(photos=[picture()], address="九区3号楼"))
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"], Ticket.objects.count()) == (429, "3600", 1)
    assert "请过 60 分钟再点一次" in page
    assert WORDS in page
    assert 'value="九区3号楼"' in page
    assert len(response.context["form"].kept) == 1


def test_proof_lets_exactly_one_through(cast: Cast, client: Client) -> None:
    client.post("/report/", told())
    proof = solved()
    statuses = [client.post("/report/", told(altcha=proof)).status_code for _ in range(2)]
    assert (statuses, Ticket.objects.count()) == ([303, 429], 2)


def test_same_form_again_passes_without_proof(cast: Cast, client: Client) -> None:
    form = told()
    statuses = [client.post("/report/", form).status_code for _ in range(3)]
    assert (statuses, Ticket.objects.count()) == ([303, 303, 303], 1)


def test_other_words_under_the_same_key_do_not(cast: Cast, client: Client) -> None:
    form = told()
    client.post("/report/", form)
    assert client.post("/report/", form | {"description": WORDS * 2}).status_code == 429


def test_same_form_again_counts_once(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BY_ADDRESS", Limit("report:address", most=2))
    form = told()
    statuses = [client.post("/report/", each).status_code for each in (form, form, told())]
    assert statuses == [303, 303, 303]


def test_refused_form_counts_nothing(cast: Cast, client: Client) -> None:
    client.post("/report/", told(consent=""))
    assert client.post("/report/", told()).status_code == 303


def test_phone_has_a_limit_of_its_own(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BY_PHONE", Limit("report:phone", most=1))
    statuses = [
        client.post("/report/", told(contact_phone=PHONE), REMOTE_ADDR=f"10.0.0.{number}").status_code
        for number in range(2)
    ]
    assert statuses == [303, 429]


def test_other_address_is_not_held_up(cast: Cast, client: Client) -> None:
    client.post("/report/", told())
    assert client.post("/report/", told(), REMOTE_ADDR="10.0.0.9").status_code == 303


def test_kept_photo_and_proof_make_the_matter(cast: Cast, client: Client) -> None:
    client.post("/report/", told())
    form = told(photos=[picture()])
    kept = [photo.stash_id for photo in client.post("/report/", form).context["form"].kept]
    client.post("/report/", {**form, "photos": [], "kept_photos": kept, "altcha": solved()})
    assert Photo.objects.count() == 1
