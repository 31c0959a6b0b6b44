"""The office's pages about reports: who reads what, and what they do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import User
from requests_app.reports.models import Delivery, Entry, Recipient, Report
from requests_app.reports.services import editing
from requests_app.reports.terms import Kind
from tests.cast import Cast
from tests.requests_app.reports.made import MONDAY, counted, issued, recipient, released
from wangguan import clock

pytestmark = pytest.mark.django_db
ROOM = "/admin/reports/"
STREET = ["dispatcher", "director", "section", "auditor"]
OUTSIDE = ["leader", "worker", "parttime", "specialist", "instructor", "department"]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _words(**fields: Any) -> dict[str, Any]:
    return {"revision": 0, "remark": "本周平稳。", "plan": "盯住超期。", **fields}


# --- doors ----------------------------------------------------------------------------------
def test_strangers_are_sent_to_sign_in(client: Client, cast: Cast) -> None:
    report = issued(cast.director)
    for address in (ROOM, f"{ROOM}new/", f"{ROOM}{report.pk}/", f"{ROOM}{report.pk}/report.docx"):
        assert client.get(address)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("who", OUTSIDE)
def test_others_find_the_room_shut(cast: Cast, who: str) -> None:
    report, client = issued(cast.director), _as(getattr(cast, who))
    pages = (
        ROOM,
        f"{ROOM}new/",
        f"{ROOM}{report.pk}/",
        f"{ROOM}{report.pk}/part/",
        f"{ROOM}{report.pk}/report.xlsx",
    )
    assert {client.get(address).status_code for address in pages} == {403}


@pytest.mark.parametrize("who", [*STREET, "community", "community_leader"])
def test_the_office_reads_what_is_issued(cast: Cast, who: str) -> None:
    report, client = issued(cast.director, kind=Kind.MONTHLY), _as(getattr(cast, who))
    assert client.get(ROOM).status_code == 200
    assert "王官庄街道" in client.get(f"{ROOM}{report.pk}/").content.decode()
    assert client.get(f"{ROOM}{report.pk}/report.docx").status_code == 200


@pytest.mark.parametrize("who", ["community", "community_leader"])
def test_communities_know_of_no_draft_and_of_no_recipient(cast: Cast, who: str) -> None:
    draft, client = counted(cast.dispatcher), _as(getattr(cast, who))
    assert f"{ROOM}{draft.pk}/" not in client.get(ROOM).content.decode()
    for tail in ("", "part/", "report.docx"):
        assert client.get(f"{ROOM}{draft.pk}/{tail}").status_code == 404
    one = issued(cast.director, kind=Kind.MONTHLY)
    Delivery.objects.create(report=one, recipient=recipient(), asked_by=cast.director)
    assert "党政办" not in client.get(f"{ROOM}{one.pk}/").content.decode()


@pytest.mark.parametrize("kind", [Kind.DAILY, Kind.WEEKLY])
@pytest.mark.parametrize("who", ["community", "community_leader"])
def test_communities_cannot_take_a_day_from_a_week_of_the_street(cast: Cast, who: str, kind: Kind) -> None:
    report, client = issued(cast.director, kind=kind), _as(getattr(cast, who))
    assert f"{ROOM}{report.pk}/" not in client.get(ROOM).content.decode()
    tails = ("", "part/", "report.docx", "report.xlsx")
    assert {client.get(f"{ROOM}{report.pk}/{tail}").status_code for tail in tails} == {404}


@pytest.mark.parametrize(("own", "status"), [(True, 200), (False, 404)])
def test_a_report_of_one_community_is_read_there(cast: Cast, own: bool, status: int) -> None:
    report = counted(cast.director)
    unit = cast.community_unit if own else cast.community_unit2
    Report.objects.filter(pk=report.pk).update(community=unit)
    editing.issue(report, by=cast.director, revision=0, made_at=report.made_at)
    assert _as(cast.community).get(f"{ROOM}{report.pk}/").status_code == status


@pytest.mark.parametrize("who", ["section", "auditor", "community", "leader"])
def test_readers_change_nothing(cast: Cast, who: str) -> None:
    report, client = counted(cast.dispatcher), _as(getattr(cast, who))
    for tail in ("make/", "remarks/", "cases/", "issue/", "correct/", "send/", "send/1/"):
        assert client.post(f"{ROOM}{report.pk}/{tail}", _words()).status_code == 403
    assert client.post(f"{ROOM}new/", {"kind": "daily", "on": "2026-03-08"}).status_code == 403
    report.refresh_from_db()
    assert (report.remark, report.state, Report.objects.count()) == ("", "draft", 1)


@pytest.mark.parametrize(("who", "status"), [("dispatcher", 200), ("auditor", 200), ("community", 403)])
def test_recipients_are_kept_in_the_admin(cast: Cast, who: str, status: int) -> None:
    assert _as(getattr(cast, who)).get("/admin/reports/recipient/").status_code == status


def test_a_recipient_is_entered_with_kinds(cast: Cast) -> None:
    client = _as(cast.dispatcher)
    values = {"name": "区委办", "email": "qu@example.org", "kinds": ["weekly", "monthly"], "is_active": "on"}
    client.post("/admin/reports/recipient/add/", values)
    assert client.get("/admin/reports/recipient/").status_code == 200
    row = Recipient.objects.get()
    assert (row.name, row.kinds) == ("区委办", ["weekly", "monthly"])


# --- the list ---------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        first = MONDAY.date() - timedelta(days=number)
        Report.objects.create(kind=Kind.DAILY, first=first, last=first)
    client = _as(cast.dispatcher)
    with django_assert_num_queries(4):
        assert client.get(ROOM).content.decode().count('class="num"') == rows * 2


def test_the_list_goes_on_by_keyset_and_by_kind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.reports.views.read.PAGE", 2)
    for number in range(3):
        first = MONDAY.date() - timedelta(days=number)
        Report.objects.create(kind=Kind.DAILY, first=first, last=first)
    last = Report.objects.order_by("last").first()
    client = _as(cast.dispatcher)
    shown = client.get(ROOM, {"kind": "daily", "year": "2026"})
    assert len(shown.context["reports"]) == 2
    rest = client.get(f"{ROOM}?{shown.context['next']}")
    assert list(rest.context["reports"]) == [last]
    assert list(client.get(ROOM, {"kind": "weekly"}).context["reports"]) == []
    assert list(client.get(ROOM, {"year": "2025"}).context["reports"]) == []


@pytest.mark.parametrize("after", ["x", "2026-03-09.", "2026-13-09.1", "2026-03-09." + "9" * 30])
def test_a_broken_address_shows_the_first_page(cast: Cast, after: str) -> None:
    assert _as(cast.dispatcher).get(ROOM, {"after": after, "year": "0000"}).status_code == 200


# --- making and editing -------------------------------------------------------------------------
def test_the_form_counts_a_span(cast: Cast) -> None:
    client = _as(cast.dispatcher)
    answer = client.post(f"{ROOM}new/", {"kind": "weekly", "on": "2026-03-04"})
    report = Report.objects.get()
    assert answer["Location"] == report.get_absolute_url()
    assert (report.first.isoformat(), report.last.isoformat()) == ("2026-03-02", "2026-03-08")
    assert report.is_at_work
    assert 'hx-trigger="every 2s"' in client.get(report.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "values", [{"kind": "weekly", "on": "x"}, {"kind": "weekly", "on": "2026-03-20"}, {}]
)
def test_the_form_says_what_is_wrong(cast: Cast, values: dict[str, str]) -> None:
    assert _as(cast.dispatcher).post(f"{ROOM}new/", values).status_code == 422


def test_the_part_reads_the_page_anew_when_it_is_over(cast: Cast) -> None:
    report, client = counted(cast.dispatcher), _as(cast.dispatcher)
    answer = client.get(f"{ROOM}{report.pk}/part/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_words_are_kept_with_who_and_when(cast: Cast) -> None:
    report = counted(cast.dispatcher)
    _as(cast.director).post(f"{ROOM}{report.pk}/remarks/", _words())
    report.refresh_from_db()
    assert (report.remark, report.plan, report.remarked_by) == ("本周平稳。", "盯住超期。", cast.director)
    assert report.remarked_at == MONDAY


def test_two_editors_at_once_lose_nothing(cast: Cast) -> None:
    report = counted(cast.dispatcher)
    _as(cast.director).post(f"{ROOM}{report.pk}/remarks/", _words())
    answer = _as(cast.dispatcher).post(f"{ROOM}{report.pk}/remarks/", _words(remark="我的话"))
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert [part in shown for part in ("我的话", "本周平稳。")] == [True, True]
    report.refresh_from_db()
    assert report.remark == "本周平稳。"
    again = answer.context["remarks_form"]["revision"].value()
    _as(cast.dispatcher).post(f"{ROOM}{report.pk}/remarks/", _words(remark="我的话", revision=again))
    report.refresh_from_db()
    assert report.remark == "我的话"


def test_words_for_a_report_issued_meanwhile_are_shown_back(cast: Cast) -> None:
    report = issued(cast.director)
    answer = _as(cast.dispatcher).post(f"{ROOM}{report.pk}/remarks/", _words(remark="我的话"))
    assert (answer.status_code, "我的话" in answer.content.decode()) == (409, True)


def test_too_many_words_are_shown_back(cast: Cast) -> None:
    report = counted(cast.dispatcher)
    answer = _as(cast.dispatcher).post(f"{ROOM}{report.pk}/remarks/", _words(remark="长" * 2001))
    assert (answer.status_code, "长长长" in answer.content.decode()) == (422, True)


def test_cases_are_chosen_from_what_is_released(cast: Cast) -> None:
    shown = released(cast)
    report, client = counted(cast.dispatcher), _as(cast.dispatcher)
    assert shown.words in client.get(f"{ROOM}{report.pk}/cases/").content.decode()
    client.post(f"{ROOM}{report.pk}/cases/", {"revision": 0})
    report.refresh_from_db()
    assert (report.cases, report.cases_chosen, report.revision) == ([], True, 1)
    stale = client.post(f"{ROOM}{report.pk}/cases/", {"revision": 0, "cases": [shown.pk]})
    assert (stale.status_code, " checked" in stale.content.decode()) == (409, True)
    assert client.post(f"{ROOM}{report.pk}/cases/", {"revision": 1, "cases": [99999]}).status_code == 422


def test_what_the_editor_wrote_is_escaped(cast: Cast) -> None:
    report = counted(cast.dispatcher)
    editing.write_remarks(report, by=cast.director, remark="<script>x</script>", plan="", revision=0)
    assert "<script>x" not in _as(cast.director).get(f"{ROOM}{report.pk}/").content.decode()


# --- issuing and after -------------------------------------------------------------------------
def test_issuing_asks_once_more_and_issues_what_was_seen(cast: Cast) -> None:
    report, client = counted(cast.dispatcher), _as(cast.director)
    seen = client.get(f"{ROOM}{report.pk}/issue/").context["made_at"]
    values = {"revision": 0, "made_at": seen}
    assert client.post(f"{ROOM}{report.pk}/issue/", values).status_code == 303
    assert client.post(f"{ROOM}{report.pk}/issue/", values).status_code == 303
    report.refresh_from_db()
    assert (report.state, report.number, report.issued_by) == ("issued", 1, cast.director)
    assert Entry.objects.filter(did="issued").count() == 1


def test_what_changed_since_it_was_seen_is_not_issued(cast: Cast) -> None:
    report, client = counted(cast.dispatcher), _as(cast.director)
    seen = client.get(f"{ROOM}{report.pk}/issue/").context["made_at"]
    editing.write_remarks(report, by=cast.dispatcher, remark="新的话", plan="", revision=0)
    assert client.post(f"{ROOM}{report.pk}/issue/", {"revision": 0, "made_at": seen}).status_code == 409
    assert client.post(f"{ROOM}{report.pk}/issue/", {"revision": 1, "made_at": "x"}).status_code == 409
    report.refresh_from_db()
    assert report.state == "draft"


def test_a_download_is_on_record(cast: Cast) -> None:
    report = issued(cast.director, kind=Kind.MONTHLY)
    answer = _as(cast.community).get(f"{ROOM}{report.pk}/report.xlsx")
    assert "2026-02-01_2026-02-28.xlsx" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    assert Entry.objects.get(did="downloaded").by == cast.community
    assert _as(cast.community).get(f"{ROOM}{report.pk}/report.pdf").status_code == 404


def test_a_correction_is_begun_with_its_reason(cast: Cast) -> None:
    report, client = issued(cast.director), _as(cast.director)
    assert client.post(f"{ROOM}{report.pk}/correct/", {"why": ""}).status_code == 422
    answer = client.post(f"{ROOM}{report.pk}/correct/", {"why": "少算一件"})
    later = Report.objects.get(corrects=report)
    assert answer["Location"] == later.get_absolute_url()
    assert later.get_absolute_url() in client.get(report.get_absolute_url()).content.decode()


def test_sending_offers_those_who_want_it(cast: Cast) -> None:
    one, other = recipient(), recipient("月报", kinds=["monthly"])
    report, client = issued(cast.director), _as(cast.director)
    shown = client.get(report.get_absolute_url()).content.decode()
    assert [one.name in shown, other.name in shown] == [True, False]
    for _ in range(2):
        client.post(f"{ROOM}{report.pk}/send/", {"recipients": [one.pk]})
    assert Delivery.objects.count() == 1
    assert client.post(f"{ROOM}{report.pk}/send/", {"recipients": [other.pk]}).status_code == 422


def test_what_failed_is_sent_once_more(cast: Cast) -> None:
    report, client = issued(cast.director), _as(cast.director)
    row = Delivery.objects.create(
        report=report, recipient=recipient(), asked_by=cast.director, state="failed"
    )
    client.post(f"{ROOM}{report.pk}/send/{row.pk}/")
    row.refresh_from_db()
    assert row.state == "queued"


def test_one_report_is_read_in_a_fixed_number_of_statements(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    report, client = issued(cast.director), _as(cast.director)
    Delivery.objects.create(report=report, recipient=recipient(), asked_by=cast.director)
    with django_assert_num_queries(9):
        client.get(report.get_absolute_url())
