"""One step on several matters: a preview that says what will not be possible, and each matter by itself."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import User
from requests_app.models import Ticket, TicketEvent
from requests_app.services import staff, take
from tests.cast import Cast
from tests.requests_app.matters import accepted, resolved, told

pytestmark = pytest.mark.django_db

BULK = "/worker/tickets/bulk/"
PREVIEW_STATEMENTS = 6


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def press(
    user: User, step: str, tickets: list[Ticket], **fields: object
) -> tuple[str, list[Ticket], list[str]]:
    """The page's text, the matters it says are possible (or done), and why the others are not."""
    seen = [f"{ticket.number}~{Ticket.objects.get(pk=ticket.pk).version}" for ticket in tickets]
    data = {"step": step, "ticket": seen, "batch": str(uuid4())} | fields
    response = as_user(user).post(BULK, data)
    possible = [each.ticket for each in response.context["possible"]]
    return response.content.decode(), possible, [each.refusal for each in response.context["refused"]]


def assignees(*tickets: Ticket) -> list[User | None]:
    return [Ticket.objects.get(pk=ticket.pk).assignee for ticket in tickets]


def test_preview_says_what_will_and_will_not_be_possible(cast: Cast) -> None:
    open_one, elsewhere, over = accepted(cast), told(cast, grid=cast.grid_beside), resolved(cast)
    _page, possible, why = press(
        cast.community, "assign", [open_one, elsewhere, over], assignee=cast.leader.pk
    )
    assert possible == [open_one]
    assert "此人在别的单位任职；请改用“转办”。" in why
    assert any(sentence.startswith("现在不能") for sentence in why)


def test_preview_changes_nothing(cast: Cast) -> None:
    ticket = accepted(cast)
    press(cast.community, "assign", [ticket], assignee=cast.leader.pk)
    assert assignees(ticket) == [cast.worker]


def test_confirmed_assignment_is_done_for_each(cast: Cast) -> None:
    one, two = accepted(cast), told(cast)
    page, done, _why = press(cast.community, "assign", [one, two], assignee=cast.leader.pk, confirm="1")
    assert assignees(one, two) == [cast.leader, cast.leader]
    assert set(done) == {one, two}
    assert "已办 2 件。" in page


def test_confirmed_handing_over_goes_to_the_unit(cast: Cast) -> None:
    one, two = told(cast), told(cast)
    press(cast.community, "hand_over", [one, two], grid=cast.grid_far.code, note="归那边", confirm="1")
    assert set(Ticket.objects.values_list("grid__code", flat=True)) == {cast.grid_far.code}


def test_remark_is_written_to_all(cast: Cast) -> None:
    one, two = told(cast), resolved(cast)
    press(cast.leader, "remark", [one, two], note="周五统一巡查", confirm="1")
    written = TicketEvent.objects.filter(step="remark")
    assert {(entry.ticket, entry.note) for entry in written} == {(one, "周五统一巡查"), (two, "周五统一巡查")}


def test_pressed_twice_is_done_once(cast: Cast) -> None:
    one, batch = told(cast), UUID(int=7)
    for _press in range(2):
        _page, done, why = press(cast.leader, "remark", [one], note="看过", batch=str(batch), confirm="1")
        assert (done, why) == ([one], [])
    assert TicketEvent.objects.filter(step="remark").count() == 1


def test_one_refusal_leaves_the_others_done(cast: Cast) -> None:
    one, moved = accepted(cast), accepted(cast)
    seen = [f"{one.number}~{one.version}", f"{moved.number}~{moved.version}"]
    take(moved, "escalate", by=staff(cast.leader), note="协调")
    _page, done, why = press(
        cast.community, "assign", [], ticket=seen, assignee=cast.community_leader.pk, confirm="1"
    )
    assert done == [one]
    assert "比你快了一步：“上报”" in why[0]


def test_matters_of_others_are_left_out(cast: Cast) -> None:
    far = told(cast, grid=cast.grid_far)
    response = as_user(cast.leader).get(BULK, {"step": "assign", "ticket": far.number})
    assert response.status_code == 422
    assert "请至少选一件。" in response.content.decode()


@pytest.mark.parametrize("who", ["worker", "parttime", "specialist", "department"])
def test_others_do_not_enter(cast: Cast, who: str) -> None:
    assert as_user(getattr(cast, who)).get(BULK).status_code == 403


def test_more_than_fifty_are_refused(cast: Cast) -> None:
    numbers = [f"WG-20260302-{n:06}-0" for n in range(51)]
    response = as_user(cast.leader).get(BULK, {"step": "assign", "ticket": numbers})
    assert response.status_code == 422
    assert "50" in response.context["refusal"]


def test_missing_words_come_back_with_the_choice(cast: Cast) -> None:
    ticket = told(cast)
    response = as_user(cast.leader).post(
        BULK, {"step": "remark", "ticket": ticket.number, "batch": str(uuid4()), "note": ""}
    )
    assert response.status_code == 422
    assert f'value="{ticket.number}~1"' in response.content.decode()


def test_list_offers_boxes_to_those_who_lead(cast: Cast) -> None:
    ticket = told(cast)
    box = f'name="ticket" value="{ticket.number}"'
    assert box in as_user(cast.leader).get("/worker/tickets/?tab=grid&select=1").content.decode()
    assert box not in as_user(cast.leader).get("/worker/tickets/?tab=grid").content.decode()
    assert box not in as_user(cast.worker).get("/worker/tickets/?tab=grid&select=1").content.decode()


def test_choice_without_an_action_asks_for_one(cast: Cast) -> None:
    page = as_user(cast.leader).get(BULK, {"ticket": told(cast).number}).content.decode()
    assert "选了 1 件，要怎么办？" in page
    assert 'name="step" value="hand_over"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_preview_statements_do_not_grow(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tickets, client = [told(cast) for _row in range(rows)], as_user(cast.community)
    data = {"step": "assign", "ticket": [ticket.number for ticket in tickets], "batch": str(uuid4())}
    with django_assert_num_queries(PREVIEW_STATEMENTS):
        client.post(BULK, data | {"assignee": cast.leader.pk})
