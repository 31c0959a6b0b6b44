"""The page of the audit log: read by street leaders and auditors, narrowed, taken out, and nothing else."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.cast import Cast
from tests.requests_app.desk.test_front import as_user
from tests.wangguan.auditlog.tampering import tamper
from wangguan import auditlog
from wangguan.auditlog import Kind
from wangguan.auditlog.inspection import inspect
from wangguan.auditlog.models import Entry

pytestmark = pytest.mark.django_db

PAGE = "/admin/auditlog/"


def numbers(client: Client, **narrow: Any) -> list[int]:
    return [line.entry.number for line in client.get(PAGE, narrow).context["lines"]]


@pytest.fixture
def rows(cast: Cast) -> None:
    auditlog.write(Kind.SIGN_IN, actor=cast.worker)
    auditlog.write(Kind.EXPORT, actor=cast.leader, subject="admin:grids_post_export", detail={"rows": 3})
    auditlog.write(Kind.SIGN_IN_FAILED, actor=None, subject=f"grids.user:{cast.worker.pk}")


@pytest.mark.parametrize("who", ["director", "auditor"])
def test_street_leaders_and_auditors_read_it(cast: Cast, rows: None, who: str) -> None:
    assert numbers(as_user(getattr(cast, who))) == [3, 2, 1]


@pytest.mark.parametrize("who", ["dispatcher", "section", "community_leader", "worker", "department"])
def test_nobody_else_reads_it(cast: Cast, rows: None, who: str) -> None:
    client = as_user(getattr(cast, who))
    assert (client.get(PAGE).status_code, client.post(f"{PAGE}file/").status_code) == (403, 403)


def test_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE).headers["location"].startswith("/accounts/login/")


def test_narrowed_by_kind(cast: Cast, rows: None) -> None:
    assert numbers(as_user(cast.auditor), kind="export") == [2]


def test_narrowed_by_person_finds_what_was_done_to_the_account_too(cast: Cast, rows: None) -> None:
    assert numbers(as_user(cast.auditor), person=cast.worker.real_name) == [3, 1]


def test_narrowed_by_span(cast: Cast, rows: None) -> None:
    assert numbers(as_user(cast.auditor), until="2020-01-01") == []


def test_nonsense_narrows_nothing(cast: Cast, rows: None) -> None:
    assert numbers(as_user(cast.auditor), kind="x", since="yesterday", after="x") == [3, 2, 1]


def test_following_page_begins_where_this_one_ends(cast: Cast, rows: None) -> None:
    assert numbers(as_user(cast.auditor), after="3") == [2, 1]


def test_reading_costs_the_same_for_one_row_and_for_three(cast: Cast, django_assert_num_queries: Any) -> None:
    client = as_user(cast.auditor)
    client.get(PAGE)
    for _ in range(2):
        auditlog.write(Kind.SIGN_IN_FAILED, actor=cast.worker, subject=f"grids.user:{cast.worker.pk}")
        with django_assert_num_queries(6):
            client.get(PAGE)
        auditlog.write(Kind.SIGN_IN, actor=cast.leader, subject=f"grids.user:{cast.leader.pk}")


def test_page_says_that_the_chain_is_whole(cast: Cast, rows: None) -> None:
    inspect()
    assert "notice-done" in as_user(cast.auditor).get(PAGE).content.decode()


def test_page_says_which_row_was_tampered_with(cast: Cast, rows: None) -> None:
    tamper("DELETE FROM auditlog_entry WHERE number = 2")
    inspect()
    page = as_user(cast.auditor).get(PAGE)
    assert [(each.wrong, each.first) for each in page.context["findings"]] == [("missing", 2)]


def test_file_holds_the_rows_asked_for(cast: Cast, rows: None) -> None:
    answer = as_user(cast.auditor).post(f"{PAGE}file/?kind=export")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]  # type: ignore[attr-defined]
    found = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[8]) for row in found] == [(2, Entry.objects.get(number=2).hash)]


def test_taking_it_out_stands_in_it(cast: Cast, rows: None) -> None:
    assert b"".join(as_user(cast.auditor).post(f"{PAGE}file/").streaming_content)  # type: ignore[attr-defined]
    latest = Entry.objects.first()
    assert latest
    assert (latest.kind, latest.actor, latest.subject) == ("export", cast.auditor, "auditlog_file")
