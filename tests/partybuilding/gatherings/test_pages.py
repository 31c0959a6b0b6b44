"""Pages of gatherings: by phone, of the staff, of keepers, at the place; and who is kept out."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from partybuilding.access import By
from partybuilding.door import hats
from partybuilding.gatherings import calendar, keepers, kinds
from partybuilding.gatherings.forms import GatheringForm
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.services import making, signing
from partybuilding.gatherings.workflow import State
from tests.cast import Cast
from tests.markup import inline
from tests.partybuilding.gatherings.scene import (
    NAMES,
    OTHER_PHONE,
    PHONE,
    PHONES,
    as_,
    begun,
    gathering,
    knowing,
    of_phone,
    put,
    signed,
    states,
)
from tests.partybuilding.organisations.tree import make_branch, make_member
from wangguan import clock
from wangguan.privacy import keyed_hash

pytestmark = pytest.mark.django_db
S, W, C = State.SIGNED, State.WAITING, State.CANCELLED


def read(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert (address, response.status_code) == (address, status)
    return response.content.decode()


# --- by phone --------------------------------------------------------------------------------
def test_a_member_signs_up_with_one_press(cast: Cast) -> None:
    make_member(make_branch(cast), name=NAMES[0], phone=PHONE)
    row, client = gathering(cast), knowing()
    assert row.title in read(client, f"/together/g/{row.pk}/")
    assert client.get(f"/together/g/{row.pk}/").context["back"] == "/together/me/"
    response = client.post(f"/together/g/{row.pk}/sign-up/")
    assert (response.status_code, response.headers["Location"]) == (303, f"/together/g/{row.pk}/")
    own = row.sign_ups.get()
    assert (own.state, own.name, own.phone_hash) == (S, NAMES[0], keyed_hash(PHONE))


def test_a_phone_without_a_name_gives_one(cast: Cast) -> None:
    row, client = gathering(cast), knowing()
    given = {"name": NAMES[0], "phone": OTHER_PHONE}
    wrong = client.post(f"/together/g/{row.pk}/sign-up/", given)
    assert (wrong.status_code, NAMES[0] in wrong.content.decode()) == (422, True)
    assert client.post(f"/together/g/{row.pk}/sign-up/", {**given, "phone": PHONE}).status_code == 303
    assert states(row) == [S]


def test_a_place_is_given_up_by_phone(cast: Cast) -> None:
    row = gathering(cast, places=1)
    signed(row, 0), signed(row, 1)
    assert f'action="/together/g/{row.pk}/cancel/"' in read(knowing(), f"/together/g/{row.pk}/")
    assert knowing().post(f"/together/g/{row.pk}/cancel/").status_code == 303
    assert states(row) == [C, S]
    assert knowing(PHONES[3]).post(f"/together/g/{row.pk}/cancel/").status_code == 409


def test_a_refusal_is_said_on_the_page(cast: Cast) -> None:
    row = gathering(cast)
    signed(row, 0)
    begun(row)
    response = knowing().post(f"/together/g/{row.pk}/cancel/")
    assert (response.status_code, 'role="alert"' in response.content.decode()) == (409, True)
    assert f'action="/together/g/{row.pk}/sign-up/"' not in read(
        knowing(OTHER_PHONE), f"/together/g/{row.pk}/"
    )


def test_strangers_enter_first(client: Client, cast: Cast) -> None:
    row = gathering(cast)
    for end in ("", "calendar.ics", "people/", "people/poster/"):
        response = client.get(f"/together/g/{row.pk}/{end}")
        assert (response.status_code, response.headers["Location"][:13]) == (302, "/together/in/")
    for end in ("", f"{row.pk}/", f"{row.pk}/people/"):
        assert client.get(f"/worker/gatherings/{end}").status_code == 302


def test_what_is_kept_to_others_is_not_there(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", [])
    kinds.register_kind("班次", lambda row: "/x/", admits=lambda by, _row: by == of_phone(1))
    row = gathering(cast)
    put(row, S, 2)
    for number, status in ((0, 404), (1, 200), (2, 200)):
        read(knowing(PHONES[number]), f"/together/g/{row.pk}/", status)
    read(as_(cast.worker), f"/worker/gatherings/{row.pk}/", 404)
    assert row.title not in read(as_(cast.worker), "/worker/gatherings/")


def test_the_calendar_takes_it(cast: Cast) -> None:
    row = gathering(cast, words="请带笔，\n带本子; 带水")
    for client, start in ((knowing(), "/together/g"), (as_(cast.worker), "/worker/gatherings")):
        response = client.get(f"{start}/{row.pk}/calendar.ics")
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.decode().split("\r\n")
    assert f"DTSTART:{row.starts_at:%Y%m%dT%H%M%SZ}" in lines
    assert "DESCRIPTION:请带笔，\\n带本子\\; 带水" in lines
    assert max(len(line.encode()) for line in lines) <= 75
    assert calendar._folded("王" * 60).count("\r\n ") == 2


def test_the_door_says_what_one_signed_up_for(cast: Cast) -> None:
    row = gathering(cast)
    signed(row, 0)
    hat = next(hat for hat in hats.of(keyed_hash(PHONE)) if hat.url == f"/together/g/{row.pk}/")
    assert row.title in hat.text
    with clock.at(row.ends_at + timedelta(minutes=59)):
        assert hats.of(keyed_hash(PHONE)) != []
    with clock.at(row.ends_at + timedelta(minutes=61)):
        assert hats.of(keyed_hash(PHONE)) == []
    making.call_off(row, why="暴雨", by=By(cast.community))
    assert hats.of(keyed_hash(PHONE)) == []


# --- at the place ----------------------------------------------------------------------------
def test_a_scan_and_a_press_and_one_was_there(cast: Cast) -> None:
    row = gathering(cast)
    signed(row, 0)
    begun(row)
    address = f"/together/here/{row.token}/"
    assert f'action="{address}"' in read(knowing(), address)
    assert states(row) == [S]
    assert knowing().post(address).status_code == 303
    own = row.sign_ups.get()
    assert (own.state, own.via) == (State.ATTENDED, "qr")
    assert f"{timezone.localtime(own.attended_at):%H:%M}" in read(knowing(), address)


def test_the_staff_check_in_signed_in(cast: Cast) -> None:
    row = begun(gathering(cast))
    assert as_(cast.worker).post(f"/together/here/{row.token}/").status_code == 303
    assert row.sign_ups.get().user == cast.worker


def test_a_stranger_at_the_place_is_shown_the_door(client: Client, cast: Cast) -> None:
    row = begun(gathering(cast))
    said = read(client, f"/together/here/{row.token}/")
    assert f"/together/in/?next=/together/here/{row.token}/" in said
    assert client.post(f"/together/here/{row.token}/").status_code == 200
    assert states(row) == []
    read(client, "/together/here/geraten/", 404)


def test_a_known_phone_without_a_name_gives_it_at_the_place(cast: Cast) -> None:
    row = begun(gathering(cast, places=1))
    address = f"/together/here/{row.token}/"
    assert knowing().post(address, {"phone": PHONE}).status_code == 422
    assert knowing().post(address, {"name": NAMES[0], "phone": PHONE}).status_code == 303
    full = knowing(OTHER_PHONE).post(address, {"name": NAMES[1], "phone": OTHER_PHONE})
    assert (full.status_code, states(row)) == (409, [State.ATTENDED])


def test_before_its_time_there_is_nothing_to_press(cast: Cast) -> None:
    row = gathering(cast)
    address = f"/together/here/{row.token}/"
    assert f'action="{address}"' not in read(knowing(), address)
    assert knowing().post(address, {"name": NAMES[0], "phone": PHONE}).status_code == 409


# --- the staff -------------------------------------------------------------------------------
def test_the_staff_sign_up_and_off(cast: Cast) -> None:
    row, client = gathering(cast), as_(cast.worker)
    assert f"/worker/gatherings/{row.pk}/" in read(client, "/worker/gatherings/")
    for name, state in (("sign-up", S), ("cancel", C), ("sign-up", S)):
        assert client.post(f"/worker/gatherings/{row.pk}/{name}/").status_code == 303
        assert states(row) == [state]


def test_the_staff_of_elsewhere_find_nothing(cast: Cast) -> None:
    row = gathering(cast)
    for name in ("worker2", "community2", "department"):
        client = as_(getattr(cast, name))
        assert row.title not in read(client, "/worker/gatherings/")
        read(client, f"/worker/gatherings/{row.pk}/", 404)
        assert client.post(f"/worker/gatherings/{row.pk}/sign-up/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_staffs_list_asks_as_often_for_three_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        gathering(cast)
        signing.sign_up(gathering(cast), Whom(cast.worker), by=By(cast.worker))
    client = as_(cast.worker)
    client.get("/worker/gatherings/")
    with django_assert_num_queries(WORKER_LIST):
        client.get("/worker/gatherings/")


WORKER_LIST, OFFICE_LIST = 5, 7


# --- those who keep it -----------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_offices_list_asks_as_often_for_three_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    row = begun(gathering(cast, places=None))
    for number in range(rows):
        put(row, S, number)
        signing.sign_up(row, Whom(cast.worker), by=By(cast.community))
    client = as_(cast.community)
    client.get(f"/admin/party/gatherings/{row.pk}/")
    with django_assert_num_queries(OFFICE_LIST):
        client.get(f"/admin/party/gatherings/{row.pk}/")


def test_the_office_sees_masks_and_does_everything(cast: Cast) -> None:
    row, client = gathering(cast), as_(cast.community)
    start = f"/admin/party/gatherings/{row.pk}/"
    assert client.post(f"{start}add/", {"name": NAMES[0], "phone": PHONE}).status_code == 303
    shown = read(client, start)
    assert ("赵**" in shown, NAMES[0] in shown, PHONE in shown) == (True, False, False)
    own = row.sign_ups.get()
    assert client.post(f"{start}cancel/", {"sign_up": own.pk}).status_code == 303
    assert client.post(f"{start}add/", {"name": NAMES[0], "phone": PHONE}).status_code == 303
    begun(row)
    for given in ({"attended": "no"}, {"attended": "yes"}, {"attended": "yes", "hours": "1.5"}):
        assert client.post(f"{start}mark/", {"sign_up": own.pk, **given}).status_code == 303
    own.refresh_from_db()
    assert (own.state, str(own.hours)) == (State.ATTENDED, "1.5")
    put(row, State.ATTENDED, 1)
    assert client.post(f"{start}hours/", {"hours": "2"}).status_code == 303
    assert str(row.sign_ups.hours()) == "3.5"


def test_what_is_wrong_is_said_and_kept(cast: Cast) -> None:
    row, client = begun(gathering(cast)), as_(cast.community)
    own, start = put(row, State.ATTENDED), f"/admin/party/gatherings/{row.pk}/"
    tried: list[tuple[str, dict[str, Any], int]] = [
        ("add", {"name": NAMES[1], "phone": "12"}, 422),
        ("hours", {"hours": "x"}, 422),
        ("mark", {"sign_up": own.pk, "attended": "yes", "hours": "99"}, 422),
        ("mark", {"sign_up": own.pk + 999}, 404),
        ("mark", {"sign_up": "x"}, 404),
        ("off", {"why": ""}, 422),
        ("cancel", {"sign_up": own.pk}, 409),
        ("dance", {}, 404),
    ]
    for name, given, status in tried:
        assert (name, client.post(f"{start}{name}/", given).status_code) == (name, status)
    assert NAMES[1] in client.post(f"{start}add/", {"name": NAMES[1], "phone": "12"}).content.decode()


def test_it_is_called_off_from_the_page(cast: Cast) -> None:
    row = gathering(cast)
    client, start = as_(cast.community), f"/admin/party/gatherings/{row.pk}/"
    assert client.post(f"{start}off/", {"why": "暴雨"}).status_code == 303
    assert "暴雨" in read(client, start)
    assert "暴雨" in read(knowing(), f"/together/g/{row.pk}/")


def test_others_look_or_find_nothing(cast: Cast) -> None:
    row = gathering(cast)
    own, start = put(row, S), f"/admin/party/gatherings/{row.pk}/"
    looks = {"community": 200, "director": 200, "auditor": 200, "dispatcher": 200}
    kept_out = {"community2": 404, "worker": 403, "leader": 403, "department": 403}
    for name, status in {**looks, **kept_out}.items():
        read(as_(getattr(cast, name)), start, status)
    for name, status in {"auditor": 403, "dispatcher": 403, **kept_out}.items():
        client = as_(getattr(cast, name))
        for end in ("cancel/", "off/", "renew/", "add/", "hours/", "mark/"):
            assert (name, client.post(f"{start}{end}", {"sign_up": own.pk}).status_code) == (name, status)
        for end in ("poster/", "change/"):
            read(client, f"{start}{end}", status)
    assert (states(row), Gathering.objects.get().version) == ([S], 1)


def test_a_phone_keeps_nothing_unless_a_room_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keepers, "_questions", [])
    row = begun(gathering(cast))
    own = put(row, S, 0)
    mark = {"sign_up": own.pk, "attended": "yes"}
    for start in (f"/together/g/{row.pk}/people/", f"/together/g/{row.pk}/people/poster/"):
        read(knowing(), start, 404)
    assert knowing().post(f"/together/g/{row.pk}/people/mark/", mark).status_code == 404
    keepers.register(lambda by, _row: by == of_phone(4) or by.user == cast.worker)
    for client, start in (
        (knowing(PHONES[4]), f"/together/g/{row.pk}/people/"),
        (as_(cast.worker), f"/worker/gatherings/{row.pk}/people/"),
    ):
        assert "赵**" in read(client, start)
        assert "<svg" in read(client, f"{start}poster/")
        assert client.post(f"{start}mark/", mark).status_code == 303
    assert states(row) == [State.ATTENDED]


def test_the_code_is_printed_and_renewed(cast: Cast) -> None:
    row, client = gathering(cast), as_(cast.community)
    start = f"/admin/party/gatherings/{row.pk}/"
    shown = read(client, f"{start}poster/")
    assert ("<svg" in shown, inline(shown)) == (True, [])
    assert client.post(f"{start}renew/").status_code == 303
    assert Gathering.objects.get().token != row.token


def test_a_change_is_made_on_a_form(cast: Cast) -> None:
    row, client = gathering(cast, places=1), as_(cast.community)
    signed(row, 0), signed(row, 1)
    address = f"/admin/party/gatherings/{row.pk}/change/"
    day = timezone.localtime(row.starts_at).date() + timedelta(days=1)
    given = {
        "title": "新题目",
        "words": "",
        "place": "一楼",
        "day": day.isoformat(),
        "first": "14:00",
        "last": "16:30",
        "places": "2",
        "closes_on": "",
        "form_id": str(uuid4()),
    }
    assert row.place in read(client, address)
    assert client.post(address, {**given, "last": "13:00"}).status_code == 422
    assert client.post(address, {**given, "places": "0"}).status_code == 422
    assert client.post(address, given).status_code == 303
    now = Gathering.objects.get()
    assert (now.title, now.places, now.closes_at) == ("新题目", 2, now.starts_at)
    assert f"{timezone.localtime(now.starts_at):%H:%M}" == "14:00"
    assert states(row) == [S, S]


def test_signing_up_ends_with_the_last_day_or_the_beginning(cast: Cast) -> None:
    day = timezone.localdate(clock.now()) + timedelta(days=5)
    given = {
        "title": "讲座",
        "place": "一楼",
        "day": day.isoformat(),
        "first": "09:00",
        "last": "11:00",
        "form_id": str(uuid4()),
    }
    for closes, hour in ((day - timedelta(days=1), "23:59"), (day, "09:00"), ("", "09:00")):
        form = GatheringForm({**given, "closes_on": str(closes)})
        assert form.is_valid()
        assert f"{form.told()['closes_at']:%H:%M}" == hour
    assert not GatheringForm({**given, "closes_on": str(day + timedelta(days=1))}).is_valid()


def test_the_admin_is_read_only_and_masked(cast: Cast) -> None:
    row = gathering(cast)
    own = put(row, S)
    for name, seen in (("community", True), ("auditor", True), ("community2", False)):
        client = as_(getattr(cast, name))
        shown = read(client, "/admin/gatherings/signup/")
        assert ("赵**" in shown, NAMES[0] in shown) == (seen, False)
        assert client.post(f"/admin/gatherings/signup/{own.pk}/delete/").status_code in (302, 403)
    assert states(row) == [S]
    assert as_(cast.worker).get("/admin/gatherings/gathering/").status_code == 302


def test_no_page_brings_its_own_style_or_script(cast: Cast) -> None:
    row = begun(gathering(cast))
    put(row, State.ATTENDED)
    pages = [
        (knowing(), f"/together/g/{row.pk}/"),
        (knowing(), f"/together/here/{row.token}/"),
        (as_(cast.worker), f"/worker/gatherings/{row.pk}/"),
        (as_(cast.community), f"/admin/party/gatherings/{row.pk}/"),
    ]
    assert [inline(read(client, address)) for client, address in pages] == [[]] * 4
