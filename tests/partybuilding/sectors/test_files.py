"""Firms by file: looked at first with every row's faults, brought in once, by those who keep the records."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from grids.models import GridAlias, User
from partybuilding.sectors import firm_file
from partybuilding.sectors.firm_file import Report
from partybuilding.sectors.models import Entry, Firm, Survey
from partybuilding.sectors.services import firms
from partybuilding.sectors.terms import Kind, Trade, Why
from tests.cast import Cast
from tests.partybuilding.sectors.scenes import reported
from tests.race import at_once
from wangguan.refusals import Refused
from wangguan.words import for_the_record
from wangguan.workbook import Book

pytestmark = pytest.mark.django_db
PAGE = "/admin/party/sectors/import/"
CODE, OTHER_CODE = "91370103MA3C00001W", "913701030000000106"
ROW = {
    "name": "泉石科技",
    "kind": for_the_record(Kind.FIRM.label),
    "trade": for_the_record(Trade.TECHNOLOGY.label),
    "address": "九区沿街9号",
    "contact_name": "王经理",
    "contact_phone": "139 1234 5678",
    "people": 20,
    "party_members": 3,
}


def file(*rows: dict[str, Any]) -> bytes:
    book, names = Book(), firm_file.headings()
    page = book.sheet("x")
    page.head(names.values())
    for row in rows:
        page.row([row.get(name, "") for name in names])
    return book.save()


def row(cast: Cast, **change: Any) -> dict[str, Any]:
    return {**ROW, "grid": cast.grid.code, **change}


def look(cast: Cast, *rows: dict[str, Any], by: User | None = None) -> Report:
    return firm_file.check(file(*rows), by=by or cast.community)


def bring(cast: Cast, *rows: dict[str, Any]) -> int:
    expected = len(look(cast, *rows).fresh)
    return firm_file.take_over(file(*rows), by=cast.community, expected=expected)


def counts(report: Report) -> tuple[int, int, int]:
    return len(report.fresh), report.known, len(report.wrong)


def test_a_row_becomes_a_firm_to_confirm(cast: Cast) -> None:
    assert bring(cast, row(cast, credit_code=CODE.lower())) == 1
    firm = Firm.objects.get()
    assert (firm.name, firm.kind, firm.trade, firm.grid) == ("泉石科技", "firm", "technology", cast.grid)
    assert (firm.credit_code, firm.contact_phone, firm.people, firm.party_members) == (
        *(CODE, "13912345678"),
        *(20, 3),
    )
    assert list(Firm.objects.selected("confirm").search("13912345678")) == [firm]
    assert firms.confirm(firm, by=cast.community).stage == "surveyed"


def test_the_contact_is_sealed_and_not_journaled(cast: Cast) -> None:
    bring(cast, row(cast))
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name, contact_phone FROM sectors_firm")
        kept = str(cursor.fetchone()) + str(LogEntry.objects.values_list())
    assert [word for word in ("王经理", "13912345678") if word in kept] == []


def test_every_firm_has_its_entries(cast: Cast) -> None:
    bring(cast, row(cast), row(cast, name="无人机馆", people="", party_members=""))
    assert list(Entry.objects.values_list("what", "actor")) == [("report", cast.community.pk)] * 2
    assert list(Survey.objects.values_list("firm__name", "people")) == [("泉石科技", 20)]
    assert set(LogEntry.objects.values_list("user", "action_flag")) == {(cast.community.pk, 1)}
    assert LogEntry.objects.count() == 2


def test_a_look_writes_nothing(cast: Cast) -> None:
    assert counts(look(cast, row(cast))) == (1, 0, 0)
    assert (Firm.objects.count(), LogEntry.objects.count()) == (0, 0)


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    rows = [row(cast), row(cast, name="无人机馆", credit_code=CODE)]
    bring(cast, *rows)
    before = list(Firm.objects.values())
    assert counts(look(cast, *rows)) == (0, 2, 0)
    assert bring(cast, *rows) == 0
    assert list(Firm.objects.values()) == before


def test_a_firm_is_known_by_its_code_or_by_name_and_address(cast: Cast) -> None:
    bring(cast, row(cast, credit_code=CODE), row(cast, name="无人机馆"))
    beside = {"grid": cast.grid_beside.code}
    known = [
        row(cast, credit_code=CODE, name="泉石集团", address="别处", **beside),
        row(cast),
        row(cast, name="无人机馆", credit_code=OTHER_CODE, **beside),
    ]
    assert counts(look(cast, *known)) == (0, 3, 0)
    other = row(cast, credit_code=OTHER_CODE)
    assert counts(look(cast, other)) == (0, 0, 1)
    assert counts(look(cast, other | beside)) == (1, 0, 0)


def test_what_has_gone_is_not_brought_back_by_a_file(cast: Cast) -> None:
    bring(cast, row(cast))
    firms.leave(Firm.objects.get(), by=cast.community, why=Why.MOVED, words="门面已空")
    assert counts(look(cast, row(cast))) == (0, 0, 1)


def test_every_fault_of_a_row_is_named(cast: Cast) -> None:
    bad = row(cast, name="", kind="国企", grid="999", credit_code="123", contact_phone="12", people="很多")
    (fault,) = look(cast, bad).wrong
    assert (fault.line, len(fault.says)) == (2, 6)
    named = [str(firm_file.FIELDS[name].label) for name in ("name", "kind", "grid", "credit_code")]
    assert [says.split("：")[0] for says in fault.says[:3]] == named[:3]


def test_what_cannot_be_stays_out(cast: Cast) -> None:
    reported(cast, name="老店")
    for change in (
        {"trade": ""},
        {"address": "x" * 201},
        {"address": "=A1"},
        {"party_members": 21},
        {"floating_members": 4},
        {"people": ""},
        {"people": "", "party_members": "", "needs": "停车位"},
        {"people": -1},
        {"name": "老店"},
        {"grid": "没有的网格"},
    ):
        assert (change, counts(look(cast, row(cast, **change)))) == (change, (0, 0, 1))


def test_a_row_that_stood_before_is_told_where(cast: Cast) -> None:
    report = look(
        cast,
        row(cast, credit_code=CODE),
        row(cast, name="别名", credit_code=CODE),
        row(cast, address="别处"),
    )
    assert [(fault.line, "2" in fault.says[0]) for fault in report.wrong] == [(3, True), (4, True)]


def test_rows_at_fault_stay_out_and_may_follow(cast: Cast) -> None:
    bad = row(cast, name="无人机馆", people="很多")
    assert bring(cast, row(cast), bad) == 1
    assert bring(cast, row(cast), bad | {"people": 30}) == 1
    assert set(Firm.objects.values_list("name", flat=True)) == {"泉石科技", "无人机馆"}


def test_a_grid_is_named_by_code_former_code_or_name(cast: Cast) -> None:
    GridAlias.objects.create(code="370103015999", grid=cast.grid)
    for number, word in enumerate((cast.grid.name, "370103015999")):
        assert [new.grid for new in look(cast, row(cast, name=str(number), grid=word)).fresh] == [cast.grid]


def test_numbers_that_changed_meanwhile_are_looked_at_again(cast: Cast) -> None:
    for expected in (0, 2):
        with pytest.raises(Refused):
            firm_file.take_over(file(row(cast)), by=cast.community, expected=expected)
    assert Firm.objects.count() == 0


def test_a_code_is_on_the_list_once(cast: Cast) -> None:
    old = reported(cast, credit_code=CODE)
    with pytest.raises(Refused):
        reported(cast, name="另一家", credit_code=CODE)
    firms.leave(old, by=cast.community, why=Why.MOVED, words="门面已空")
    reported(cast, name="另一家", credit_code=CODE)
    with pytest.raises(Refused) as refused:
        firms.come_back(Firm.objects.get(pk=old.pk), by=cast.community, words="回来了")
    assert type(refused.value) is Refused


def test_too_many_rows_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firm_file, "MOST", 1)
    assert counts(look(cast, row(cast))) == (1, 0, 0)
    with pytest.raises(Refused):
        look(cast, row(cast), row(cast, name="无人机馆"))


def test_more_rows_ask_no_more_questions(cast: Cast, django_assert_num_queries: Any) -> None:
    bring(cast, row(cast))  # what a process asks once has been asked
    for names in ("甲", "乙丙丁"):
        content = file(*[row(cast, name=f"{name}店", address=name) for name in names])
        with django_assert_num_queries(11):
            firm_file.take_over(content, by=cast.community, expected=len(names))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_brings_the_file_in(cast: Cast) -> None:
    content = file(row(cast))

    def press() -> int:
        return firm_file.take_over(content, by=User.objects.get(pk=cast.community.pk), expected=1)

    done = at_once(press, press)
    assert sorted(type(each).__name__ for each in done) == ["Refused", "int"]
    assert (Firm.objects.count(), LogEntry.objects.count()) == (1, 1)


# --- pages -------------------------------------------------------------------------------
def upload(client: Client, *rows: dict[str, Any]) -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile("firms.xlsx", file(*rows))})


def test_from_upload_to_the_list(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    looked = upload(client, row(cast), row(cast, name="", people="很多"))
    assert (looked.status_code, Firm.objects.count()) == (200, 0)
    assert "<td" in looked.content.decode()
    press = {"token": looked.context["token"], "count": "1"}
    done = client.post(PAGE, press)
    assert (done.status_code, done.url) == (303, "/admin/party/sectors/")  # type: ignore[attr-defined]
    assert Firm.objects.count() == 1
    assert cache.get(f"sectors-import:{cast.community.pk}:{press['token']}") is None
    assert client.post(PAGE, press).url == PAGE  # type: ignore[attr-defined]
    assert Firm.objects.count() == 1


def test_the_file_waits_sealed(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    looked = upload(client, row(cast))
    kept = cache.get(f"sectors-import:{cast.community.pk}:{looked.context['token']}")
    assert kept
    assert kept[:2] != b"PK"


def test_what_brings_nothing_new_is_not_kept(client: Client, cast: Cast) -> None:
    bring(cast, row(cast))
    client.force_login(cast.community)
    assert upload(client, row(cast)).context["token"] == ""


def without_headings() -> bytes:
    book = Book()
    book.sheet("x").head(["门"])
    return book.save()


@pytest.mark.parametrize("make", [bytes, lambda: b"no xlsx at all", without_headings])
def test_what_is_no_file_of_firms_is_refused(client: Client, cast: Cast, make: Callable[[], bytes]) -> None:
    client.force_login(cast.community)
    given = SimpleUploadedFile("firms.xlsx", make())
    assert client.post(PAGE, {"file": given}).status_code == 422


def test_nobody_confirms_what_another_uploaded(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    press = {"token": upload(client, row(cast)).context["token"], "count": "1"}
    client.force_login(cast.director)
    client.post(PAGE, press)
    assert Firm.objects.count() == 0


def test_a_community_brings_in_its_own_only(client: Client, cast: Cast) -> None:
    client.force_login(cast.community2)
    assert counts(upload(client, row(cast)).context["report"]) == (0, 0, 1)
    client.force_login(cast.director)
    assert counts(upload(client, row(cast)).context["report"]) == (1, 0, 0)


def test_only_those_who_keep_records_come_in(client: Client, cast: Cast) -> None:
    for address in (PAGE, f"{PAGE}template/"):
        assert client.get(address).url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    for who in ("auditor", "dispatcher", "section", "worker", "leader", "parttime", "department"):
        client.force_login(getattr(cast, who))
        for address in (PAGE, f"{PAGE}template/"):
            assert (who, client.get(address).status_code) == (who, 403)
        assert (who, upload(client, row(cast)).status_code) == (who, 403)
    assert Firm.objects.count() == 0


def test_the_template_can_be_brought_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    content = client.get(f"{PAGE}template/").content
    words = load_workbook(BytesIO(content)).worksheets[1]
    assert words.max_row == 1 + len(Kind) + len(Trade)
    assert counts(firm_file.check(content, by=cast.community)) == (0, 0, 0)
