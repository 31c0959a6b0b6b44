"""Lists of the admin: what is on screen as a file, and filters under a name."""

from io import BytesIO
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client
from openpyxl import load_workbook

from grids.locate import Place
from grids.models import User
from requests_app.desk.models import ListExport, SavedFilter
from requests_app.services import staff, take
from tests.cast import Cast
from tests.requests_app.desk.test_front import as_user
from tests.requests_app.matters import PHONE, accepted, told
from wangguan import lists
from wangguan.limits import Limit

pytestmark = pytest.mark.django_db
LIST = "/admin/requests_app/ticket/"
EXPORT = f"{LIST}export/"


def exported(user: User, query: str = "") -> list[tuple[Any, ...]]:
    answer = as_user(user).post(EXPORT + query)
    assert answer.status_code == 200
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    return list(book.worksheets[0].iter_rows(values_only=True))


# --- the file ----------------------------------------------------------------------------
def test_a_file_holds_what_the_screen_shows(cast: Cast) -> None:
    told(cast)
    ticket = accepted(cast, contact_name="张三丰", description=f"灯不亮，请打{PHONE}")
    screen = as_user(cast.dispatcher).get(LIST, {"status__exact": "accepted"}).content.decode()
    rows = exported(cast.dispatcher, "?status__exact=accepted")
    assert len(rows) == 2
    assert rows[1][:2] == (ticket.number, "灯不亮，请打138****0099")
    assert all(str(cell) in screen for cell in rows[1] if cell)
    assert "张三丰" not in str(rows)


def test_a_file_shows_a_community_its_own(cast: Cast) -> None:
    ours = told(cast)
    told(cast, place=Place(cast.grid_far, cast.community_unit2))
    complaint = told(cast, about_staff=True)
    assert [row[0] for row in exported(cast.community)[1:]] == [ours.number]
    assert complaint.number in [row[0] for row in exported(cast.director)]


def test_a_file_holds_nothing_of_a_complaint_for_those_named(cast: Cast) -> None:
    take(told(cast, about_staff=True), "reclassify", by=staff(cast.director), named_staff=[cast.dispatcher])
    assert len(exported(cast.dispatcher)) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_text_is_no_formula(cast: Cast, sign: str) -> None:
    told(cast, description=f"{sign}HYPERLINK('https://evil') 灯不亮")
    answer = as_user(cast.dispatcher).post(EXPORT)
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    cell = book.worksheets[0]["B2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_an_export_is_confirmed_and_written_down_without_words(cast: Cast) -> None:
    told(cast)
    query = "?level__exact=grid&q=楼道"
    asked = as_user(cast.dispatcher).get(EXPORT + query)
    assert (asked.status_code, ListExport.objects.count()) == (200, 0)
    exported(cast.dispatcher, query)
    row = ListExport.objects.get()
    assert (row.by, row.page, row.filters, row.rows) == (
        cast.dispatcher, "requests_app.ticket", "level__exact=grid", 1,
    )  # fmt: skip


def test_the_log_is_read_by_leaders_and_auditors_alone(cast: Cast) -> None:
    told(cast)
    exported(cast.dispatcher)
    address = "/admin/desk/listexport/"
    seen = {
        name: as_user(getattr(cast, name)).get(address).status_code
        for name in ("director", "auditor", "dispatcher", "community")
    }
    assert seen == {"director": 200, "auditor": 200, "dispatcher": 403, "community": 403}


def test_many_exports_have_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "AN_HOUR", Limit("list_export", most=1))
    exported(cast.dispatcher)
    assert as_user(cast.dispatcher).post(EXPORT).status_code == 302


@pytest.mark.parametrize("name", ["worker", "department"])
def test_others_take_nothing_out(cast: Cast, name: str) -> None:
    assert as_user(getattr(cast, name)).post(EXPORT).status_code == 302
    assert ListExport.objects.count() == 0


PAGE_OF_ONE = "residents/policy"
"""There is one policy, and its list leads to it."""
NEVER = (
    "centre/booking",
    "checkins/membercheckin",
    "gatherings/signup",
    "meetings/seat",
    "organisations/member",
    "teams/volunteer",
)
"""Whose conviction somebody shares, and who came where, does not leave the house (decision 0040)."""
LISTS = sorted(
    {model._meta.label_lower.replace(".", "/") for model in site._registry} - {PAGE_OF_ONE, *NEVER}
)
PEOPLE = {
    *("residents/dwelling", "residents/household", "residents/resident", "residents/consent"),
    *("residents/careplan", "residents/registerentry", "residents/errand"),
}
"""Rows are people or homes: a second person decides what is taken out (decision 0034)."""
ELSEWHERE = {
    **dict.fromkeys(PEOPLE, "/admin/residents/personalexport/add/"),
    "residents/unmasking": "/admin/residents/unmasking/audit/",
}


@pytest.mark.parametrize("address", LISTS)
def test_every_list_goes_out(cast: Cast, address: str) -> None:
    office = as_user(cast.director)
    screen = office.get(f"/admin/{address}/")
    answer = office.post(f"/admin/{address}/export/")
    if way := ELSEWHERE.get(address):
        assert (answer["Location"], f'href="{way}"' in screen.content.decode()) == (way, True)
        return
    assert (answer.status_code, f'href="/admin/{address}/export/"' in screen.content.decode()) == (200, True)
    assert load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets  # type: ignore[attr-defined]
    assert ListExport.objects.filter(page=address.replace("/", "."), by=cast.director).exists()


@pytest.mark.parametrize("address", NEVER)
def test_lists_of_party_members_never_go_out(cast: Cast, address: str) -> None:
    office = as_user(cast.director)
    assert f'href="/admin/{address}/export/"' not in office.get(f"/admin/{address}/").content.decode()
    assert office.post(f"/admin/{address}/export/").status_code == 403


@pytest.mark.parametrize("address", LISTS)
def test_no_list_goes_out_to_those_who_do_not_see_it(cast: Cast, address: str) -> None:
    office = as_user(cast.community)
    seen = office.get(f"/admin/{address}/").status_code
    answer = office.post(f"/admin/{address}/export/")
    taken = answer.status_code
    answer.close()
    assert (seen, taken) in [(200, 200), (403, 403)] or (address in PEOPLE and (seen, taken) == (200, 302))


def test_whoever_may_not_ask_is_not_sent_to_ask(cast: Cast) -> None:
    auditor = as_user(cast.auditor)
    assert "personalexport/add" not in auditor.get("/admin/residents/resident/").content.decode()
    assert auditor.post("/admin/residents/resident/export/").status_code == 403


# --- filters -----------------------------------------------------------------------------
def keep(client: Client, **fields: str) -> Any:
    data = {"page": "requests_app.ticket", "name": "我的超期", "query": "due=overdue"} | fields
    return client.post("/admin/desk/filters/", data, follow=True)


def test_a_filter_is_kept_and_stands_above_the_list(cast: Cast) -> None:
    client = as_user(cast.dispatcher)
    assert "我的超期" in keep(client).content.decode()
    assert "我的超期" in client.get(LIST).content.decode()
    assert "我的超期" not in as_user(cast.director).get(LIST).content.decode()


def test_only_what_the_list_knows_is_kept(cast: Cast) -> None:
    keep(as_user(cast.dispatcher), query="due=overdue&q=张三&evil=1&reporter__password__startswith=x")
    assert SavedFilter.objects.filter(query__contains="evil").count() == 0
    keep(as_user(cast.dispatcher), query="due=overdue&q=张三")
    assert SavedFilter.objects.get().query == "due=overdue"


def test_twenty_filters_are_enough(cast: Cast) -> None:
    client = as_user(cast.dispatcher)
    for number in range(21):
        keep(client, name=f"第{number}")
    assert SavedFilter.objects.count() == 20


def test_a_list_opens_with_the_chosen_filter(cast: Cast) -> None:
    client = as_user(cast.dispatcher)
    keep(client)
    kept = SavedFilter.objects.get()
    client.post(f"/admin/desk/filters/{kept.pk}/", {"do": "open"})
    assert client.get(LIST)["Location"] == "?due=overdue"
    assert client.get(LIST, {"p": "1"}).status_code == 200


def test_a_filter_is_renamed_and_deleted_by_its_owner(cast: Cast) -> None:
    client = as_user(cast.dispatcher)
    keep(client)
    kept = SavedFilter.objects.get()
    address = f"/admin/desk/filters/{kept.pk}/"
    assert as_user(cast.director).post(address, {"do": "delete"}).status_code == 404
    client.post(address, {"name": "超期的"})
    assert "超期的" in client.get("/admin/desk/filters/own/").content.decode()
    client.post(address, {"do": "delete"})
    assert SavedFilter.objects.count() == 0


def test_no_filter_of_a_list_somebody_may_not_see(cast: Cast) -> None:
    assert keep(as_user(cast.worker)).status_code == 403
    assert keep(as_user(cast.dispatcher), page="auth.nothing").status_code == 404
