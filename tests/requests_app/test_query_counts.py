"""How many statements telling, moving and sweeping take: as many for three rows as for one.

The lists and the ticket's page are counted beside their other tests (`test_pages_worker`).
Inside a test the outer transaction stands, so each `atomic` block counts a SAVEPOINT and its RELEASE.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from requests_app.categories import load_categories
from requests_app.models import Ticket
from requests_app.roster import Roster
from requests_app.services import add_note, due, staff, take
from tests.cast import Cast
from tests.factories import make_leave
from tests.requests_app.matters import accepted, answered, told
from wangguan import clock

pytestmark = pytest.mark.django_db
one_or_three = pytest.mark.parametrize("rows", [1, 3])

FORM = {
    "description": "楼道灯不亮，老人晚上看不清。",
    "address": "九区3号楼",
    "contact_name": "张三丰",
    "contact_phone": "13800000099",
    "consent": "on",
}


@pytest.fixture
def warm(cast: Cast, client: Client) -> Client:
    """A browser at a server that has its territory and calendar in memory."""
    client.post("/report/", FORM | {"submission_id": str(uuid4())})
    return client


@one_or_three
def test_submitting_takes_eight_statements(
    warm: Client, cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows - 1):
        told(cast)
    with django_assert_num_queries(8):
        warm.post("/report/", FORM | {"submission_id": str(uuid4())})


def test_naming_a_category_takes_one_more(
    warm: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    load_categories()
    noon = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday in Jinan: else the duty roster is asked too
    with clock.at(noon), django_assert_num_queries(9):
        warm.post("/report/", FORM | {"submission_id": str(uuid4()), "category": "0101"})


@one_or_three
def test_asking_who_serves_takes_one_statement(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for holder in (cast.leader, cast.worker, cast.community)[:rows]:
        make_leave(holder.posts.get(), cast.parttime)
    with django_assert_num_queries(1):
        Roster.around(grid_id=cast.grid.pk, community_id=cast.community_unit.pk)


STEPS: dict[str, tuple[int, dict[str, Any]]] = {
    "accept": (5, {}),
    "handle": (4, {"note": "去看过"}),
    "escalate": (8, {"note": "要社区协调"}),
    "resolve": (10, {"answer": "您好，灯已经换好。"}),
}


@one_or_three
@pytest.mark.parametrize("step", STEPS)
def test_a_step_takes_as_many_statements_however_long_the_story(
    cast: Cast, step: str, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = told(cast) if step == "accept" else accepted(cast)
    for _ in range(rows):
        add_note(ticket, words="还是不亮")
    ticket = Ticket.objects.select_related("grid", "community", "category", "assignee").get(pk=ticket.pk)
    assert cast.worker.current_posts  # asked for once per request
    count, fields = STEPS[step]
    with django_assert_num_queries(count):
        take(ticket, step, by=staff(cast.worker), **fields)


@one_or_three
def test_a_sweep_of_three_takes_as_many_statements_as_of_one(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        told(cast)
    with clock.at(clock.now() + timedelta(days=20)), django_assert_num_queries(9):
        due.sweep()


@one_or_three
def test_the_residents_page_takes_as_many_statements_for_three_notes_as_for_one(
    cast: Cast, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = answered(cast)
    for _ in range(rows):
        add_note(ticket, words="还是不亮")
    client.get(ticket.tracking_url)  # notes that the answer was shown
    with django_assert_num_queries(8):
        client.get(ticket.tracking_url)
