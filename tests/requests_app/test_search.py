"""Finding tickets by number and by words."""

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Ticket
from requests_app.search import number_start, tsquery
from tests.cast import Cast
from tests.requests_app.matters import told

TEXT = "九区３号楼　三单元ＬＥＤ路灯 不亮，it's dark\\night"


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("WG", "WG"),
        ("wg2026", "WG-2026"),
        ("WG-20261123-", "WG-20261123"),
        ("ｗｇ 20261123 000042", "WG-20261123-000042"),
        ("20261123-000042-7", "WG-20261123-000042-7"),
        ("WG202611230000425", "WG-20261123-0000425"),
        ("20261123", ""),
        ("13800000001", ""),
        ("WG路灯", ""),
        ("路灯", ""),
        ("", ""),
    ],
)
def test_number_start_knows_a_number_in_any_form(typed: str, start: str) -> None:
    assert number_start(typed) == start


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("路灯不亮", "'路灯' & '灯不' & '不亮'"),
        ("路灯 ＬＥＤ", "'路灯' & 'le' & 'ed'"),
        ("灯", "'灯':*"),
        ("it's", "'it' & 't''' & '''s'"),
        ("a\\b", "'a\\\\' & '\\\\b'"),
        ("  \u3000", ""),
    ],
)
def test_tsquery_asks_for_every_pair(typed: str, asked: str) -> None:
    assert tsquery(typed) == asked


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    ["路灯不亮", "不亮 路灯", "3号楼", "３号楼", "led", "灯", "t", "it's", "k\\n", "光明路", "  "],
)
def test_search_finds_words_however_they_are_written(cast: Cast, typed: str) -> None:
    ticket = told(cast, description=TEXT, address="光明路12号")

    assert list(Ticket.objects.search(typed)) == [ticket]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["路口", "灯不 井盖", "!&|():*", '"', "WG-2020"])
def test_search_leaves_out_what_has_not_all_words(cast: Cast, typed: str) -> None:
    told(cast, description=TEXT)

    assert not Ticket.objects.search(typed).exists()


@pytest.mark.django_db
def test_search_finds_a_number_by_its_beginning(cast: Cast) -> None:
    ticket = told(cast)

    assert list(Ticket.objects.search(ticket.number)) == [ticket]
    assert list(Ticket.objects.search(ticket.number[:11].lower())) == [ticket]
    assert list(Ticket.objects.search(ticket.number.replace("-", ""))) == [ticket]


@pytest.mark.django_db
def test_search_follows_words_that_change(cast: Cast) -> None:
    ticket = told(cast, description="路灯不亮")

    Ticket.objects.filter(pk=ticket.pk).update(description="井盖丢了")

    assert not Ticket.objects.search("路灯").exists()
    assert list(Ticket.objects.search("井盖")) == [ticket]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["字" * 20_000, "".join(chr(0x4E00 + n) for n in range(20_000)), "\ufdfa" * 20_000, "一", "🌊𠮷"],
    ids=["one character", "all different", "unfolding", "shortest", "beyond the plane"],
)
def test_search_takes_any_text(cast: Cast, text: str) -> None:
    ticket = told(cast, description=text)

    assert list(Ticket.objects.search(text[:2])) == [ticket]


@pytest.mark.django_db
def test_search_costs_no_statement_and_a_step_leaves_the_words_alone(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = told(cast)
    place = _place(ticket)

    Ticket.objects.filter(pk=ticket.pk).update(version=1)

    assert _place(ticket) == place
    with django_assert_num_queries(1):
        list(Ticket.objects.search("楼道"))


def _place(ticket: Ticket) -> str:
    """Where in the table the words lie: a row written anew lies elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid FROM requests_app_ticketwords WHERE ticket_id = %s", [ticket.pk])
        return str(cursor.fetchone())
