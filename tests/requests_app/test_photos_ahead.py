"""Photos sent ahead of their form, and the same form sent again with them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from requests_app.models import Photo, Ticket
from requests_app.views import photos
from tests.cast import Cast
from tests.requests_app.test_pages_public import picture, told
from wangguan.limits import Limit
from wangguan.photos import discard


def ahead(client: Client) -> str:
    return client.post("/photos/", {"photo": picture()}).json()["id"]


def test_photo_sent_ahead_is_handed_in_with_the_form(cast: Cast, client: Client) -> None:
    client.post("/report/", told(kept_photos=[ahead(client)]))
    assert Photo.objects.get().ticket == Ticket.objects.get()


def test_bad_file_is_refused_with_a_sentence(db: None, client: Client) -> None:
    bad = SimpleUploadedFile("letter.pdf", b"%PDF-1.4", "application/pdf")
    response = client.post("/photos/", {"photo": bad})
    assert response.status_code == 422
    assert "JPEG" in response.json()["says"]


def test_no_file_is_refused(db: None, client: Client) -> None:
    assert client.post("/photos/").status_code == 422


def test_removed_photo_is_gone(cast: Cast, client: Client) -> None:
    stash_id = ahead(client)
    assert client.post(f"/photos/{stash_id}/remove/").status_code == 204
    client.post("/report/", told(kept_photos=[stash_id]))
    assert not Photo.objects.exists()


@pytest.mark.parametrize("address", ["/photos/", f"/photos/{'0' * 32}/remove/"])
def test_photos_need_the_forms_key(db: None, address: str) -> None:
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403


def test_too_many_photos_are_told_to_go_along(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "AHEAD", Limit("photos", most=1))
    ahead(client)
    assert client.post("/photos/", {"photo": picture()}).status_code == 429


def test_form_sent_again_with_its_photos_is_one_ticket(cast: Cast, client: Client) -> None:
    form = told(kept_photos=[ahead(client)])
    first, second = (client.post("/report/", form)["Location"] for _ in range(2))
    assert (first, Photo.objects.count()) == (second, 1)


def test_photos_sent_anew_make_the_same_form(cast: Cast, client: Client) -> None:
    """The first stash has expired meanwhile; the device sends the same bytes again."""
    form = told()
    client.post("/report/", form | {"kept_photos": [ahead(client)]})
    client.post("/report/", form | {"photos": [picture()]})
    assert Ticket.objects.count() == 1


def test_photo_that_waited_too_long_is_asked_for_again(cast: Cast, client: Client) -> None:
    stash_id = ahead(client)
    discard([stash_id])
    response = client.post("/report/", told(kept_photos=[stash_id]))
    assert response.status_code == 422
    assert "请您再加一次" in response.content.decode()


def test_same_photo_twice_is_kept_once(cast: Cast, client: Client) -> None:
    client.post("/report/", told(kept_photos=[ahead(client), ahead(client)]))
    assert Photo.objects.count() == 1
