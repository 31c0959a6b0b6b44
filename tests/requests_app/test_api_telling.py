"""Telling a matter by REST, its photos, and versions that callers name."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Photo, Ticket
from requests_app.services import staff, take
from tests.cast import Cast
from tests.requests_app.matters import accepted, answered, told
from tests.wangguan.interfaces.caller import caller
from tests.wangguan.test_photos import encoded, picture

pytestmark = pytest.mark.django_db
LIST = "/api/v1/tickets/"
WORDS = "楼道灯不亮，老人晚上看不清。"


def at(ticket: Ticket, tail: str = "") -> str:
    return f"{LIST}{ticket.number}/{tail}"


def tell(client: Client, **body: Any) -> Any:
    return client.post(LIST, {"description": WORDS} | body, content_type="application/json")


def photo(name: str = "灯.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, encoded(picture(), "JPEG"), "image/jpeg")


# --- telling -----------------------------------------------------------------------------
def test_matter_is_told_on_behalf(cast: Cast) -> None:
    answer = tell(caller(cast.dispatcher), address="九区3号楼", contact_phone="138 0000 0099", consent=True)

    ticket = Ticket.objects.get()
    assert (answer.status_code, answer.json()["number"]) == (201, ticket.number)
    assert answer["Location"] == f"http://testserver{at(ticket)}"
    assert (ticket.source, ticket.reporter, ticket.grid) == ("api", cast.dispatcher, cast.grid)
    assert (ticket.contact_phone, ticket.consent_at is not None) == ("13800000099", True)


def test_same_form_is_the_same_ticket(cast: Cast) -> None:
    client, form = caller(cast.dispatcher), str(uuid4())

    first, again = (tell(client, submission_id=form) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_matter_without_a_place_is_where_the_caller_serves(cast: Cast) -> None:
    tell(caller(cast.worker), source="phone")

    assert (Ticket.objects.get().grid, Ticket.objects.get().source) == (cast.grid, "phone")


def test_point_is_read_in_the_datum_it_names(cast: Cast) -> None:
    tell(caller(cast.dispatcher), latitude=36.6313, longitude=116.9369, datum="gcj02")

    ticket = Ticket.objects.get()
    assert ticket.longitude == pytest.approx(116.931, abs=0.001)
    assert ticket.grid == cast.grid


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"description": "灯"}, "description"),
        ({"description": None}, "description"),
        ({"source": "hotline"}, "source"),
        ({"category": "9999"}, "category"),
        ({"contact_phone": "12345"}, "contact_phone"),
        ({"latitude": 36.6}, "latitude"),
        ({"latitude": "nan", "longitude": 1}, "latitude"),
        ({"latitude": 10**400, "longitude": 1}, "latitude"),
        ({"datum": "mars"}, "datum"),
        ({"submission_id": "once"}, "submission_id"),
        ({"address": {"street": 1}}, "address"),
    ],
)
def test_matter_names_the_field_to_mend(cast: Cast, body: dict[str, Any], field: str) -> None:
    answer = tell(caller(cast.dispatcher), **body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_matter_is_told_by_nobody_without_a_post(cast: Cast) -> None:
    cast.worker.posts.all().delete()

    assert tell(caller(cast.worker)).status_code == 403


def test_matter_is_told_with_photos(cast: Cast) -> None:
    answer = caller(cast.dispatcher).post(LIST, {"description": WORDS, "photos": [photo()]})

    assert (answer.status_code, Photo.objects.count()) == (201, 1)


# --- photos ------------------------------------------------------------------------------
def test_photos_are_added_with_an_entry(cast: Cast) -> None:
    ticket = accepted(cast)

    answer = caller(cast.worker).post(at(ticket, "attachments/"), {"photos": [photo()]})

    entry = ticket.events.get(step="handle")
    assert (answer.status_code, [row["event"] for row in answer.json()]) == (201, [entry.pk])


def test_photo_is_downloaded_with_a_key(cast: Cast) -> None:
    client, ticket = caller(cast.worker), accepted(cast)
    client.post(at(ticket, "attachments/"), {"photos": [photo()]})
    row = client.get(at(ticket, "attachments/")).json()["results"][0]

    for url in (row["url"], row["thumbnail_url"]):
        got = client.get(url, headers={"Accept": "image/jpeg"})
        assert (got["Content-Type"], b"".join(got)[:2]) == ("image/jpeg", b"\xff\xd8")


@pytest.mark.parametrize("tail", ["", "thumbnail/"])
def test_photo_of_another_grid_is_not_found(cast: Cast, tail: str) -> None:
    ticket = accepted(cast)
    row = caller(cast.worker).post(at(ticket, "attachments/"), {"photos": [photo()]}).json()[0]

    stranger = caller(cast.worker2)
    assert stranger.get(f"{row['url']}{tail}", headers={"Accept": "image/*"}).status_code == 404
    assert stranger.get(at(ticket, "attachments/")).status_code == 404


@pytest.mark.parametrize("photos", [[], [SimpleUploadedFile("x.jpg", b"<svg/>", "image/jpeg")]])
def test_what_is_no_photo_is_refused(cast: Cast, photos: list[SimpleUploadedFile]) -> None:
    answer = caller(cast.worker).post(at(accepted(cast), "attachments/"), {"photos": photos, "note": "x"})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["photos"])


def test_auditor_adds_no_photos(cast: Cast) -> None:
    answer = caller(cast.auditor).post(at(accepted(cast), "attachments/"), {"photos": [photo()]})

    assert (answer.status_code, Photo.objects.count()) == (409, 0)


# --- versions ----------------------------------------------------------------------------
def test_ticket_that_did_not_change_is_not_sent_again(cast: Cast) -> None:
    client, ticket = caller(cast.worker), told(cast)
    tag = client.get(at(ticket))["ETag"]

    answer = client.get(at(ticket), headers={"If-None-Match": f'"other", W/{tag}'})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)


def test_ticket_that_got_a_photo_is_sent_again(cast: Cast) -> None:
    client, ticket = caller(cast.worker), accepted(cast)
    tag = client.get(at(ticket))["ETag"]
    client.post(at(ticket, "attachments/"), {"photos": [photo()]})

    assert client.get(at(ticket), headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("named", "status"),
    [("{tag}", 200), ('"1"', 200), ("*", 200), ('"9"', 412), ("W/{tag}", 412), ("nonsense", 412)],
)
def test_step_is_taken_on_the_version_named(cast: Cast, named: str, status: int) -> None:
    client, ticket = caller(cast.worker), told(cast)
    tag = client.get(at(ticket))["ETag"]

    answer = client.post(at(ticket, "steps/accept/"), headers={"If-Match": named.format(tag=tag)})

    assert answer.status_code == status, answer.json()


def test_version_named_reaches_the_write(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody moves the ticket between the caller's check and the step."""
    client, ticket = caller(cast.worker), told(cast)

    def faster(read: Ticket, name: str, **fields: Any) -> Any:
        take(Ticket.objects.get(pk=ticket.pk), "assign", by=staff(cast.leader), assignee=cast.worker)
        return take(read, name, **fields)

    monkeypatch.setattr("requests_app.api.steps.take", faster)
    answer = client.post(at(ticket, "steps/accept/"), headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["type"]) == (412, "/api/docs/problems/#precondition_failed")


# --- how it reads ------------------------------------------------------------------------
def test_times_carry_the_houses_offset(cast: Cast) -> None:
    client, ticket = caller(cast.worker), accepted(cast)
    take(ticket, "ask", by=staff(cast.worker), question="几楼？")

    whole = client.get(at(ticket)).json()
    asked = client.get(at(ticket, "events/")).json()["results"][-1]

    assert whole["arrived_at"] == timezone.localtime(ticket.arrived_at).isoformat()
    assert [text[-6:] for text in (asked["at"], asked["detail"]["reply_by"])] == ["+08:00"] * 2


def test_entry_shows_nothing_of_the_way_back(cast: Cast) -> None:
    entries = caller(cast.worker).get(at(accepted(cast), "events/")).json()["results"]

    assert entries[-1]["detail"].keys().isdisjoint({"before", "messages"})


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("tail", "count"), [("", 6), ("events/", 4), ("attachments/", 4)])
def test_ticket_takes_the_same_statements_for_any_length(
    cast: Cast, rows: int, tail: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, ticket = caller(cast.worker), answered(cast)
    for number in range(rows):
        form = {"photos": [SimpleUploadedFile("x.png", encoded(picture((9 + number, 9)), "PNG"))]}
        client.post(at(ticket, "attachments/"), form)
        take(ticket, "remark", by=staff(cast.worker), note="看过了")
    client.get(at(ticket))

    with django_assert_num_queries(count):
        client.get(at(ticket, tail))
