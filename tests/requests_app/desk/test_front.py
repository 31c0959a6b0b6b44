"""The desk: what waits for whom, one press, and what the others never see."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from grids.models import LineCode, User, today
from requests_app.desk.views import finding
from requests_app.models import Ticket, TicketEvent
from requests_app.services import staff, take
from requests_app.waiting import Waits
from tests.cast import Cast
from tests.requests_app.matters import PHONE, accepted, resolved, told
from wangguan import clock

pytestmark = pytest.mark.django_db
DESK = "/admin/"


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def board(user: User) -> dict[str, list[str]]:
    """Numbers by queue, as this person's desk shows them."""
    answer = as_user(user).get(DESK)
    assert answer.status_code == 200
    parts = answer.context["board"].parts
    sorts = {part.queue.key: part.waiting.rows for part in parts if part.queue.key in Waits.values}
    return {key: [row.ticket.number for row in rows] for key, rows in sorts.items()}


def at_street(cast: Cast, **fields: Any) -> Ticket:
    ticket = told(cast, **fields)
    for _rung in range(2):
        take(ticket, "escalate", by=staff(cast.dispatcher), note="要街道协调")
    return ticket


# --- who enters --------------------------------------------------------------------------
def test_a_stranger_signs_in_first(client: Client) -> None:
    assert client.get(DESK).status_code == 302


@pytest.mark.parametrize("name", ["leader", "worker", "parttime", "instructor", "specialist", "department"])
def test_others_do_not_enter(cast: Cast, name: str) -> None:
    client = as_user(getattr(cast, name))
    ticket = told(cast)
    assert client.get(DESK).status_code == 403
    assert client.get("/admin/desk/fresh/").status_code == 403
    assert client.post(f"/admin/desk/act/{ticket.number}/accept/").status_code == 403
    assert client.post("/admin/desk/find/", {"q": "0099"}).status_code == 403


# --- what waits --------------------------------------------------------------------------
def test_each_matter_stands_in_one_queue(cast: Cast) -> None:
    arrived, street = told(cast), at_street(cast)
    late, soon = accepted(cast), accepted(cast)
    now = clock.now()
    Ticket.objects.filter(pk=late.pk).update(due_at=now, resolve_due=now)
    Ticket.objects.filter(pk=soon.pk).update(yellow_at=now)
    assert board(cast.dispatcher) == {
        "dispatch": [street.number],
        "first": [arrived.number],
        "red": [late.number],
        "yellow": [soon.number],
    }


def test_a_community_has_its_own(cast: Cast) -> None:
    ours = told(cast)
    told(cast, place=Place(cast.grid_far, cast.community_unit2))
    at_street(cast)
    assert board(cast.community) == {"first": [ours.number]}


def test_what_is_asked_waits_for_who_decides(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "request_extension", by=staff(cast.worker), hours=8, note="等配件")
    assert board(cast.community) == {"asked": [ticket.number]}
    assert board(cast.dispatcher) == {}
    assert board(cast.auditor) == {"asked": [ticket.number]}


def test_a_complaint_about_staff_is_hidden_from_those_named(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)
    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.dispatcher])
    assert board(cast.community) == {}
    assert board(cast.dispatcher) == {}
    assert board(cast.director) == {"dispatch": [ticket.number]}


def test_an_undelivered_answer_is_called(cast: Cast) -> None:
    ticket = resolved(cast)
    Ticket.objects.filter(pk=ticket.pk).update(call_since=clock.now())
    assert board(cast.dispatcher) == {"call": [ticket.number]}


def test_half_of_the_time_to_accept_comes_first(cast: Cast) -> None:
    now = clock.now()
    calm, burns = told(cast), told(cast)
    ahead = {"due_at": now + timedelta(hours=1), "accept_due": now + timedelta(hours=1)}
    Ticket.objects.filter(pk=calm.pk).update(**ahead, clock_started_at=now)
    later = {"due_at": now + timedelta(hours=2), "accept_due": now + timedelta(hours=2)}
    Ticket.objects.filter(pk=burns.pk).update(**later, clock_started_at=now - timedelta(hours=3))
    assert board(cast.dispatcher)["first"] == [burns.number, calm.number]


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_the_same_number_of_questions(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _n in range(count):
        told(cast)
        at_street(cast)
        take(accepted(cast), "request_extension", by=staff(cast.worker), hours=8, note="等")
    client = as_user(cast.dispatcher)
    client.get(DESK)
    with django_assert_num_queries(23):
        client.get(DESK)


def test_every_count_leads_to_its_list(cast: Cast) -> None:
    told(cast)
    at_street(cast)
    client = as_user(cast.dispatcher)
    for part in client.get(DESK).context["board"].parts:
        if part.waiting.more:
            assert client.get(part.waiting.more).status_code == 200


def test_a_list_shows_what_its_queue_shows(cast: Cast) -> None:
    arrived, street = told(cast), at_street(cast)
    listed = as_user(cast.dispatcher).get("/admin/requests_app/ticket/?waits=dispatch").content.decode()
    assert (street.number in listed, arrived.number in listed) == (True, False)


# --- one press ---------------------------------------------------------------------------
def press(user: User, ticket: Ticket, step: str) -> Any:
    """What the row's own button sends."""
    client = as_user(user)
    rows = [row for part in client.get(DESK).context["board"].parts for row in part.waiting.rows]
    row = next(row for row in rows if getattr(row, "ticket", None) == ticket)
    act = next(act for act in row.acts if act.step == step)
    data = {"version": row.ticket.version, "action_id": act.key, **act.fields}
    return client, f"/admin/desk/act/{ticket.number}/{step}/", data


def test_one_press_passes_on_to_who_is_on_duty(cast: Cast) -> None:
    ticket = told(cast)
    client, address, data = press(cast.dispatcher, ticket, "assign")
    answer = client.post(address, data)
    assert (answer.status_code, answer["Location"]) == (303, f"/admin/?did={ticket.number}")
    ticket.refresh_from_db()
    assert ticket.assignee == cast.leader


def test_pressed_twice_is_done_once(cast: Cast) -> None:
    ticket = told(cast)
    client, address, data = press(cast.dispatcher, ticket, "assign")
    assert [client.post(address, data).status_code for _n in range(2)] == [303, 303]
    assert TicketEvent.objects.filter(ticket=ticket, step="assign").count() == 1


def test_a_press_may_be_taken_back(cast: Cast) -> None:
    ticket = told(cast)
    client, address, data = press(cast.dispatcher, ticket, "assign")
    page = client.post(address, data, follow=True).content.decode()
    assert f"/admin/desk/act/{ticket.number}/undo/" in page
    ticket.refresh_from_db()
    client.post(f"/admin/desk/act/{ticket.number}/undo/", {"version": ticket.version})
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_somebody_faster_is_said(cast: Cast) -> None:
    ticket = told(cast)
    client, address, data = press(cast.dispatcher, ticket, "assign")
    take(Ticket.objects.get(pk=ticket.pk), "accept", by=staff(cast.worker))
    answer = client.post(address, data, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "手快一步" in answer.content.decode() or ticket.number in answer.context["refusal"]


def test_a_decision_is_one_press(cast: Cast) -> None:
    ticket = accepted(cast)
    take(
        ticket,
        "request_hold",
        by=staff(cast.worker),
        review_on=clock.now().date() + timedelta(days=9),
        note="等批复",
    )
    client, address, data = press(cast.community, ticket, "hold")
    assert client.post(address, data).status_code == 303
    ticket.refresh_from_db()
    assert ticket.status == "on_hold"


def test_an_auditor_reads_and_presses_nothing(cast: Cast) -> None:
    ticket = told(cast)
    client = as_user(cast.auditor)
    assert "data-act" not in client.get(DESK).content.decode()
    assert client.post(f"/admin/desk/act/{ticket.number}/accept/", {"version": 1}).status_code == 409
    ticket.refresh_from_db()
    assert ticket.status == "submitted"


def test_steps_that_need_words_are_no_press(cast: Cast) -> None:
    ticket = told(cast)
    assert as_user(cast.director).post(f"/admin/desk/act/{ticket.number}/decline/").status_code == 404


def test_another_communitys_matter_is_not_to_be_found(cast: Cast) -> None:
    ticket = told(cast, place=Place(cast.grid_far, cast.community_unit2))
    assert as_user(cast.community).post(f"/admin/desk/act/{ticket.number}/accept/").status_code == 404


# --- fresh -------------------------------------------------------------------------------
def test_nothing_new_is_no_page(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = as_user(cast.dispatcher)
    with clock.at(clock.now()):  # the stamp changes with the minute
        stamp = client.get(DESK).context["board"].stamp
        with django_assert_num_queries(3):
            assert client.get("/admin/desk/fresh/", {"stamp": stamp}).status_code == 204


def test_what_arrived_comes_by_itself_and_the_rest_keeps_its_stamp(cast: Cast) -> None:
    take(accepted(cast), "request_extension", by=staff(cast.worker), hours=8, note="等")
    told(cast)
    client = as_user(cast.community)
    before = client.get(DESK).context["board"]
    ticket = told(cast)
    answer = client.get("/admin/desk/fresh/", {"stamp": before.stamp})
    stamps = {part.queue.key: part.stamp for part in before.parts}
    after = {part.queue.key: part.stamp for part in answer.context["board"].parts}
    assert ticket.number in answer.content.decode()
    assert after["asked"] == stamps["asked"]
    assert after["first"] != stamps["first"]


# --- finding -----------------------------------------------------------------------------
def find(user: User, typed: str) -> Any:
    answer = as_user(user).post("/admin/desk/find/", {"q": typed}, follow=True)
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize("typed", ["0099", PHONE, "楼道灯"])
def test_a_matter_is_found(cast: Cast, typed: str) -> None:
    ticket = told(cast)
    answer = find(cast.dispatcher, typed)
    assert [row.ticket.number for row in answer.context["rows"]] == [ticket.number]
    assert typed not in answer.redirect_chain[-1][0]


def test_finding_shows_a_community_its_own(cast: Cast) -> None:
    told(cast, place=Place(cast.grid_far, cast.community_unit2))
    assert find(cast.community, "0099").context["rows"] == []


@pytest.mark.parametrize(("typed", "said"), [("AJ-7", "AJ-7"), ("aj-7", "AJ-7"), ("{code}", "")])
def test_a_grid_is_found_by_the_code_another_line_gives_it(cast: Cast, typed: str, said: str) -> None:
    LineCode.objects.create(line="safety", code="AJ-7", name="安监七片", grid=cast.grid)
    answer = find(cast.dispatcher, typed.format(code=cast.grid.code))
    [(grid, whose)] = answer.context["grids"]
    assert (grid, said in whose) == (cast.grid, True)
    assert f'href="/admin/grids/{cast.grid.code}/network/"' in answer.content.decode()


def test_a_grid_of_another_community_is_not_found(cast: Cast) -> None:
    LineCode.objects.create(line="safety", code="AJ-7", name="安监七片", grid=cast.grid_far)
    assert find(cast.community, "AJ-7").context["grids"] == []
    assert find(cast.community, cast.grid_far.code).context["grids"] == []


def test_every_line_that_uses_the_code_is_named(cast: Cast) -> None:
    for line in ("party", "safety"):
        LineCode.objects.create(line=line, code="AJ-7", grid=cast.grid)
    [(_, whose)] = find(cast.dispatcher, "AJ-7").context["grids"]
    assert whose == "、".join(str(row) for row in LineCode.objects.all())


def test_a_code_that_has_ended_is_said_to_have_ended(cast: Cast) -> None:
    past = {"starts_on": today() - timedelta(days=9), "ends_on": today() - timedelta(days=1)}
    LineCode.objects.create(line="safety", code="AJ-7", grid=cast.grid, **past)
    LineCode.objects.create(line="safety", code="AJ-8", grid=cast.grid, ends_on=today())
    told_of = [find(cast.dispatcher, code).context["grids"][0][1] for code in ("AJ-7", "AJ-8")]
    assert [said == str(row) for said, row in zip(told_of, LineCode.objects.all(), strict=True)] == [
        False,
        True,
    ]


def test_a_code_without_a_digit_is_found(cast: Cast) -> None:
    LineCode.objects.create(line="party", code="九区北片", grid=cast.grid)
    assert [grid for grid, _ in find(cast.dispatcher, "九区北片").context["grids"]] == [cast.grid]


def test_grids_of_others_do_not_crowd_out_ones_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "GRIDS_SHOWN", 1)
    LineCode.objects.create(line="party", code="AJ-7", grid=cast.grid_far)
    LineCode.objects.create(line="safety", code="AJ-7", grid=cast.grid)
    assert [grid for grid, _ in find(cast.community, "AJ-7").context["grids"]] == [cast.grid]


@pytest.mark.parametrize("codes", [1, 3])
def test_finding_grids_asks_the_same_of_the_database(
    cast: Cast, codes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for grid in (cast.grid, cast.grid_far, cast.grid_beside)[:codes]:
        LineCode.objects.create(line="safety", code="AJ-7", grid=grid)
    cast.dispatcher.current_posts  # noqa: B018  (read once for the whole request)
    with django_assert_num_queries(2):
        finding.grids_called("AJ-7", cast.dispatcher)


def test_a_foreign_key_finds_nothing(cast: Cast) -> None:
    told(cast)
    address = find(cast.dispatcher, "0099").redirect_chain[-1][0]
    assert as_user(cast.director).get(address).context["rows"] == []
