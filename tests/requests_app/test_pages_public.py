"""What anybody may open without an account: home, the form, a QR code, the switches."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Photo, Ticket
from tests.cast import Cast
from tests.factories import make_qr_token
from wangguan import clock

WORDS = "三楼楼道灯三天不亮了，老人晚上下楼看不清。"
SUBMIT_STATEMENTS = 15


def told(**fields: object) -> dict[str, object]:
    """A filled form."""
    return {"description": WORDS, "consent": "on", "submission_id": str(uuid4()), **fields}


def picture(name: str = "lamp.png") -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


@pytest.mark.parametrize("address", ["/", "/report/", "/track/", "/accounts/login/"])
def test_public_page_opens_without_account(db: None, client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def test_report_dials_emergency_numbers_before_the_form(db: None, client: Client) -> None:
    page = client.get("/report/").content.decode()
    assert page.index('href="tel:119"') < page.index('href="tel:120"') < page.index('name="description"')


def test_report_leads_to_own_page(cast: Cast, client: Client) -> None:
    response = client.post("/report/", told(address="九区3号楼"))
    ticket = Ticket.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/t/{ticket.token}/")
    assert ticket.grid == cast.grid


def test_report_stays_within_its_statements(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.post("/report/", told(address="九区3号楼", contact_phone="13800000001"))
    with django_assert_max_num_queries(SUBMIT_STATEMENTS):
        client.post("/report/", told(address="九区3号楼", contact_phone="13800000001"))


def test_report_sent_twice_is_one_ticket(cast: Cast, client: Client) -> None:
    form = told()
    first, second = (client.post("/report/", form)["Location"] for _ in range(2))
    assert (first, Ticket.objects.count()) == (second, 1)


def test_refused_report_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    response = client.post("/report/", told(contact_phone="1380013", address="九区3号楼"))
    page = response.content.decode()
    assert response.status_code == 422
    assert WORDS in page
    assert 'value="1380013"' in page
    assert 'value="九区3号楼"' in page
    assert not Ticket.objects.exists()


def test_report_without_consent_is_refused(cast: Cast, client: Client) -> None:
    response = client.post("/report/", told(consent=""))
    assert (response.status_code, Ticket.objects.count()) == (422, 0)


@pytest.mark.parametrize("words", ["短", "长" * 2001])
def test_report_of_wrong_length_is_refused(cast: Cast, client: Client, words: str) -> None:
    assert client.post("/report/", told(description=words)).status_code == 422


def test_report_counts_a_line_end_once(cast: Cast, client: Client) -> None:
    words = "\r\n".join(["一" * 99] * 20)
    assert client.post("/report/", told(description=words)).status_code == 303


@pytest.mark.parametrize(
    "phone", ["138 0000 0001", "+86 13800000001", "１３８０００００００１", "138-0000-0001"]
)
def test_report_takes_a_phone_as_people_write_it(cast: Cast, client: Client, phone: str) -> None:
    client.post("/report/", told(contact_phone=phone))
    assert Ticket.objects.get().contact_phone == "13800000001"


def test_report_with_photo_keeps_it(cast: Cast, client: Client) -> None:
    client.post("/report/", told(photos=[picture()]))
    assert Photo.objects.filter(ticket__description=WORDS).count() == 1


def test_good_photo_survives_a_refused_form(cast: Cast, client: Client) -> None:
    refused = client.post("/report/", told(consent="", photos=[picture()]))
    kept = [photo.stash_id for photo in refused.context["form"].kept]
    client.post("/report/", told(kept_photos=kept))
    assert Photo.objects.count() == 1


def test_bad_file_is_refused_by_name_and_the_good_photo_stays(cast: Cast, client: Client) -> None:
    bad = SimpleUploadedFile("letter.pdf", b"%PDF-1.4", "application/pdf")
    response = client.post("/report/", told(photos=[picture(), bad]))
    assert "letter.pdf" in response.content.decode()
    assert len(response.context["form"].kept) == 1


def test_half_a_point_is_left_out(cast: Cast, client: Client) -> None:
    client.post("/report/", told(latitude="36.631"))
    assert Ticket.objects.get().latitude is None


def test_place_outside_is_said_before_anything_is_sent(cast: Cast, client: Client) -> None:
    response = client.post("/report/", told(latitude="39.9", longitude="116.4"))
    assert response.context["place"].outside
    assert not Ticket.objects.exists()


def test_place_outside_can_still_be_sent(cast: Cast, client: Client) -> None:
    client.post("/report/", told(latitude="39.9", longitude="116.4", send_anyway="on"))
    assert Ticket.objects.get().level == "street"


def test_qr_code_fills_in_grid_and_building(cast: Cast, client: Client) -> None:
    token = make_qr_token(building=cast.building).token
    page = client.get(f"/q/{token}/").content.decode()
    assert "九区3号楼" in page
    assert f'value="{token}"' in page


def test_qr_code_leads_to_its_building(cast: Cast, client: Client) -> None:
    client.post("/report/", told(grid_token=make_qr_token(building=cast.building).token))
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.building) == ("qr", cast.building)


def test_scan_is_counted(cast: Cast, client: Client) -> None:
    token = make_qr_token(grid=cast.grid)
    client.get(f"/q/{token.token}/")
    token.refresh_from_db()
    assert token.scans == 1


def test_revoked_qr_code_leaves_the_form_usable(cast: Cast, client: Client) -> None:
    token = make_qr_token(grid=cast.grid, revoked_at=clock.now()).token
    response = client.get(f"/q/{token}/")
    assert response.status_code == 200
    assert response.context["code_is_gone"]
    assert not response.context["form"].initial["grid_token"]


def test_other_place_than_the_code_keeps_the_words(cast: Cast, client: Client) -> None:
    token = make_qr_token(building=cast.building).token
    page = client.post("/report/", told(grid_token=token, elsewhere="1")).content.decode()
    assert WORDS in page
    assert token not in page
    assert not Ticket.objects.exists()


def test_elder_view_is_remembered(db: None, client: Client) -> None:
    client.post("/elder/", {"elder": "1", "next": "/track/"})
    assert "data-elder" in client.get("/").content.decode()


def test_elder_switch_leads_nowhere_else(db: None, client: Client) -> None:
    assert client.post("/elder/", {"elder": "1", "next": "https://evil.example/"})["Location"] == "/"


def test_language_can_be_switched(db: None, client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert 'lang="en"' in client.get("/").content.decode()


def test_page_holds_nothing_inline(db: None, client: Client) -> None:
    page = client.get("/report/").content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page


def test_unknown_address_says_what_to_do(db: None, client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert 'href="/track/"' in response.content.decode()


def test_too_many_fields_are_said_to_be_too_much(db: None, client: Client) -> None:
    response = client.post("/report/", {f"field{number}": "x" for number in range(1_100)})
    assert response.status_code == 413


def test_form_with_an_old_key_says_so_kindly(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/report/", told())
    assert response.status_code == 403
    assert "/accounts/login" in response.content.decode()
