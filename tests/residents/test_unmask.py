"""One number in the open: for a reason, within reach, written down for good, so many an hour."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from grids.models import User
from residents.models import Policy, Resident, Unmasking
from residents.services.unmask import TooMany, unmask
from residents.terms import Secret
from tests.cast import Cast
from tests.markup import inline
from tests.residents.doors import STRANGERS, WITHOUT_NAMES
from tests.residents.factories import id_number, make_plan, make_resident, make_venue
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
PHONE, NUMBER = "13912345678", id_number()
REASON = "约明天上门"


@pytest.fixture
def resident(cast: Cast) -> Resident:
    return make_resident(building=cast.building, name="王秀英", phone=PHONE, id_number=NUMBER)


@pytest.fixture
def worker(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


def address(resident: Resident, field: str = "phone") -> str:
    return f"/worker/residents/people/{resident.pk}/unmask/{field}/"


def allow(most: int) -> None:
    Policy.objects.update_or_create(pk=1, defaults={"unmaskings_per_hour": most})


# --- the page ----------------------------------------------------------------------------------
def test_a_reason_shows_the_number_once(worker: Client, cast: Cast, resident: Resident) -> None:
    assert PHONE not in worker.get(address(resident)).content.decode()
    response = worker.post(address(resident), {"usual": "visit", "words": ""})
    page = response.content.decode()
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert f'href="tel:{PHONE}"' in page
    assert NUMBER not in page
    assert inline(page) == []
    assert PHONE not in worker.get(address(resident)).content.decode()
    look = Unmasking.objects.get()
    assert (look.by, look.resident, look.field, look.grid) == (cast.worker, resident, "phone", cast.grid)
    assert look.by_title == "九区社区第三网格 专职网格员"


def test_an_id_number_is_no_link(worker: Client, resident: Resident) -> None:
    page = worker.post(address(resident, "id_number"), {"words": REASON}).content.decode()
    assert NUMBER in page
    assert "tel:" not in page
    assert PHONE not in page


def test_reason_and_words_are_kept_together(worker: Client, resident: Resident) -> None:
    worker.post(address(resident), {"usual": "danger", "words": "闻到燃气味"})
    assert Unmasking.objects.get().reason.endswith(" · 闻到燃气味")


@pytest.mark.parametrize("fields", [{}, {"words": "找他"}, {"words": "   \x00"}, {"usual": "fun"}])
def test_without_a_reason_nothing_is_shown(
    worker: Client, resident: Resident, fields: dict[str, str]
) -> None:
    response = worker.post(address(resident), fields)
    assert response.status_code == 422
    assert PHONE not in response.content.decode()
    assert Unmasking.objects.count() == 0


def test_what_is_not_on_record_is_not_counted(worker: Client, cast: Cast) -> None:
    empty = make_resident(building=cast.building)
    assert worker.post(address(empty), {"words": REASON}).status_code == 409
    assert Unmasking.objects.count() == 0


@pytest.mark.parametrize("field", ["name", "born_on", "phone_hash"])
def test_no_other_field_is_unmasked(worker: Client, resident: Resident, field: str) -> None:
    assert worker.post(address(resident, field), {"words": REASON}).status_code == 404


def test_beyond_the_limit_it_says_when_again(worker: Client, resident: Resident) -> None:
    allow(2)
    for _ in range(2):
        assert worker.post(address(resident), {"words": REASON}).status_code == 200
    response = worker.post(address(resident), {"words": REASON})
    page = response.content.decode()
    again = clock.now() + timedelta(hours=1)
    assert response.status_code == 429
    assert 3500 < int(response["Retry-After"]) <= 3600
    assert PHONE not in page
    assert f"{(again + timedelta(hours=8)):%H:}" in page
    assert response.context["form"]["words"].value() == REASON
    assert Unmasking.objects.count() == 2


# --- the service -------------------------------------------------------------------------------
def test_an_hour_later_there_is_room_again(cast: Cast, resident: Resident) -> None:
    allow(1)
    Unmasking.objects.create(
        by=cast.worker,
        resident=resident,
        grid=cast.grid,
        field="phone",
        reason=REASON,
        at=clock.now() - timedelta(hours=1, seconds=1),
    )
    assert unmask(resident, Secret.PHONE, REASON, cast.worker) == PHONE
    with pytest.raises(TooMany):
        unmask(resident, Secret.PHONE, REASON, cast.worker)


def test_everybody_has_their_own_count(cast: Cast, resident: Resident) -> None:
    allow(1)
    assert unmask(resident, Secret.PHONE, REASON, cast.worker) == PHONE
    assert unmask(resident, Secret.PHONE, REASON, cast.leader) == PHONE


@pytest.mark.parametrize("who", [*STRANGERS, *WITHOUT_NAMES, "section", "parttime", "department"])
def test_strangers_see_no_number(cast: Cast, resident: Resident, who: str) -> None:
    with pytest.raises(Refused):
        unmask(resident, Secret.PHONE, REASON, getattr(cast, who))
    assert Unmasking.objects.count() == 0


def test_the_section_calls_those_under_care(cast: Cast, resident: Resident) -> None:
    make_plan(resident)
    assert unmask(resident, Secret.PHONE, REASON, cast.section) == PHONE


def test_a_venue_has_a_phone_and_no_id_number(cast: Cast) -> None:
    venue = make_venue(grid=cast.grid, contact_phone=PHONE)
    assert unmask(venue, Secret.PHONE, REASON, cast.worker) == PHONE
    with pytest.raises(Refused):
        unmask(venue, Secret.ID_NUMBER, REASON, cast.worker)


def test_the_log_cannot_be_changed(cast: Cast, resident: Resident) -> None:
    unmask(resident, Secret.PHONE, REASON, cast.worker)
    with pytest.raises(DatabaseError), transaction.atomic():
        Unmasking.objects.update(reason="别的原因")
    with pytest.raises(DatabaseError), transaction.atomic():
        Unmasking.objects.all().delete()


def test_no_log_line_has_number_or_reason(
    cast: Cast, resident: Resident, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="residents"):
        unmask(resident, Secret.PHONE, REASON, cast.worker)
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert caplog.records
    assert PHONE not in told
    assert REASON not in told
    assert "王秀英" not in told


# --- two phones at once -------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_phones_cannot_both_be_the_last(cast: Cast) -> None:
    resident = make_resident(building=cast.building, phone=PHONE)
    for most in (1, 2, 3):
        allow(most)
        gate = threading.Barrier(4)

        def look(_number: int, gate: threading.Barrier = gate) -> object:
            try:
                seen, actor = Resident.objects.get(pk=resident.pk), User.objects.get(pk=cast.worker.pk)
                gate.wait()
                return unmask(seen, Secret.PHONE, REASON, actor)
            except TooMany as refused:
                return type(refused)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(look, range(4)))
        assert results.count(PHONE) == 1
        assert results.count(TooMany) == 3
        assert Unmasking.objects.count() == most
