"""The REST interface: what is shown to whom, how lists are read, and how steps are taken or refused."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from grids.models import User
from requests_app.models import Category, Photo, Ticket
from requests_app.services import staff, take
from requests_app.workflow import STEPS
from tests.cast import Cast
from tests.requests_app.matters import PHONE, accepted, answered, resolved, told
from tests.wangguan.test_photos import encoded, picture
from wangguan import clock

pytestmark = pytest.mark.django_db
LIST = "/api/v1/tickets/"


def at(ticket: Ticket, tail: str = "") -> str:
    return f"{LIST}{ticket.number}/{tail}"


def far(cast: Cast) -> Place:
    return Place(cast.grid_far, cast.community_unit2)


def seen(client: Client, user: User, **query: str) -> list[str]:
    """Numbers on the first page of the list."""
    client.force_login(user)
    found = client.get(LIST, query)
    assert found.status_code == 200, found.json()
    return [row["number"] for row in found.json()["results"]]


def send(client: Client, user: User, ticket: Ticket, step: str, **body: Any) -> Any:
    client.force_login(user)
    return client.post(at(ticket, f"steps/{step}/"), body, content_type="application/json")


# --- the door ----------------------------------------------------------------------------
@pytest.mark.parametrize("tail", ["", "WG-20261123-000001-1/", "WG-20261123-000001-1/events/"])
def test_api_is_closed_to_strangers(client: Client, tail: str) -> None:
    assert client.get(LIST + tail).status_code == 401


def test_step_is_closed_to_strangers(client: Client, cast: Cast) -> None:
    answer = client.post(at(told(cast), "steps/accept/"), {}, content_type="application/json")

    assert answer.status_code == 401


def test_step_needs_the_key_of_the_session(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)

    assert send(client, cast.worker, told(cast), "accept").status_code == 403


@pytest.mark.parametrize(
    ("who", "count"),
    [
        ("worker", 1),
        ("instructor", 1),
        ("community", 1),
        ("dispatcher", 2),
        ("auditor", 2),
        ("worker2", 1),
        ("parttime", 0),
        ("leader_beside", 0),
        ("department", 0),
    ],
)
def test_list_shows_what_each_may_see(client: Client, cast: Cast, who: str, count: int) -> None:
    told(cast)
    told(cast, place=far(cast))

    assert len(seen(client, getattr(cast, who))) == count


@pytest.mark.parametrize("tail", ["", "events/"])
def test_ticket_of_another_grid_is_not_found(client: Client, cast: Cast, tail: str) -> None:
    ticket = told(cast)
    client.force_login(cast.worker2)

    assert client.get(at(ticket, tail)).status_code == 404


def test_complaint_is_hidden_from_those_named(client: Client, cast: Cast) -> None:
    ticket = told(cast, about_staff=True)
    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.dispatcher])

    assert seen(client, cast.dispatcher) == []
    assert seen(client, cast.worker) == []
    assert seen(client, cast.director) == [ticket.number]


# --- the list ----------------------------------------------------------------------------
def test_list_row_says_where_it_stands_and_hides_who_told_it(client: Client, cast: Cast) -> None:
    ticket = told(
        cast, address="九区3号楼2单元501", description=f"灯不亮，电话{PHONE}", contact_name="张三丰"
    )
    client.force_login(cast.worker)

    row = client.get(LIST).json()["results"][0]

    assert (row["number"], row["status"], row["level"]) == (ticket.number, "submitted", "grid")
    assert (row["unit"], row["grid"]["name"]) == (cast.grid.code, cast.grid.name)
    assert row["address"] == "九区3号楼"
    assert row["title"] == "灯不亮，电话138****0099"
    assert "张三丰" not in str(row)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "submitted"}, ["far", "beside"]),
        ({"status": "accepted", "level": "grid"}, ["taken"]),
        ({"level": "street"}, []),
        ({"grid": "370103015005003"}, ["taken"]),
        ({"grid": "370103015005"}, ["beside", "taken"]),
        ({"category": "0101"}, ["beside"]),
        ({"category": "01"}, ["beside"]),
        ({"overdue": "true"}, ["far"]),
        ({"overdue": "0", "status": "submitted"}, ["beside"]),
        ({"q": "路灯"}, ["far"]),
        ({"status": "", "q": ""}, ["far", "beside", "taken"]),
    ],
)
def test_list_is_narrowed(client: Client, cast: Cast, query: dict[str, str], expected: list[str]) -> None:
    group = Category.objects.create(code="01", name="市容", line="city", urgency="C")
    rubbish = Category.objects.create(code="0101", name="垃圾", line="city", urgency="C", parent=group)
    tickets = {
        "taken": accepted(cast),
        "beside": told(cast, grid=cast.grid_beside, category=rubbish),
        "far": told(cast, place=far(cast), description="东门路灯坏了"),
    }
    Ticket.objects.filter(pk=tickets["far"].pk).update(due_at=clock.now())

    assert seen(client, cast.dispatcher, **query) == [tickets[name].number for name in expected]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"level": "moon"},
        {"grid": "370103015005999"},
        {"grid": "九区"},
        {"grid": "\x00"},
        {"category": "9999"},
        {"overdue": "perhaps"},
        {"q": "灯" * 101},
        {"cursor": "nonsense"},
        {"cursor": "cD1hYmM="},
        {"cursor": "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"},
    ],
)
def test_list_refuses_what_makes_no_sense(client: Client, cast: Cast, query: dict[str, str]) -> None:
    client.force_login(cast.worker)

    answer = client.get(LIST, query)

    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert list(answer.json()["errors"]) == list(query)


def test_head_is_answered_wherever_get_is(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)
    answer = client.head(at(told(cast)))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == client.get(answer.request["PATH_INFO"])["ETag"]


def test_list_is_read_page_by_page_and_back(client: Client, cast: Cast) -> None:
    numbers = [told(cast).number for _ in range(23)][::-1]
    client.force_login(cast.worker)

    first = client.get(LIST).json()
    second = client.get(first["next"]).json()
    back = client.get(second["previous"]).json()

    assert [row["number"] for row in first["results"] + second["results"]] == numbers
    assert (first["previous"], second["next"]) == (None, None)
    assert back["results"] == first["results"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_statements_for_any_length(
    client: Client, cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        accepted(cast)
    client.force_login(cast.worker)

    with django_assert_num_queries(4):
        client.get(LIST, {"grid": cast.grid.code, "status": "accepted", "q": "楼道"})


# --- one ticket --------------------------------------------------------------------------
def test_ticket_shows_its_answer_and_masks_who_told_it(client: Client, cast: Cast) -> None:
    ticket = answered(cast, contact_name="张三丰")
    client.force_login(cast.worker)

    whole = client.get(at(ticket)).json()

    assert whole["contact"] == {"name": "张**", "phone": "138****0099"}
    assert [given["text"] for given in whole["answers"]] == ["您好，灯已经换好。"]
    assert whole["first_handler"]["username"] == "worker"


def test_ticket_lists_the_steps_that_the_caller_may_take(client: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    client.force_login(cast.worker)

    steps = client.get(at(ticket)).json()["allowed_steps"]

    names = ["resolve", "contact", "handle", "remark", "escalate", "request_extension", "request_hold"]
    names += ["ask", "undo"]
    assert [step["name"] for step in steps] == names
    resolve = STEPS["resolve"]
    assert steps[0] == {
        "name": "resolve",
        "label": str(resolve.label),
        "needs": ["answer"],
        "takes": ["note", "photos"],
    }


def test_auditor_reads_a_ticket_and_may_take_no_step(client: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    client.force_login(cast.auditor)

    assert client.get(at(ticket)).json()["allowed_steps"] == []


def test_ticket_names_what_was_asked_of_the_unit_above(client: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "request_extension", by=staff(cast.worker), hours=24, note="等配件")
    client.force_login(cast.community)

    asked = client.get(at(ticket)).json()["open_request"]

    assert (asked["kind"], asked["hours"], asked["reason"]) == ("extension", 24, "等配件")


def test_events_tell_what_happened_in_order(client: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "escalate", by=staff(cast.worker), note="要社区协调")
    client.force_login(cast.community)

    entries = client.get(at(ticket, "events/")).json()["results"]

    assert [entry["step"] for entry in entries] == ["create", "accept", "escalate"]
    last = entries[-1]
    assert (last["note"], last["by"]["username"], last["to_level"]) == ("要社区协调", "worker", "community")


# --- steps -------------------------------------------------------------------------------
def test_step_answers_with_its_entry(client: Client, cast: Cast) -> None:
    ticket = told(cast)

    answer = send(client, cast.worker, ticket, "accept", note="马上去")

    entry = answer.json()
    ticket.refresh_from_db()
    assert answer.status_code == 200
    assert (entry["step"], entry["to_status"], entry["note"]) == ("accept", "accepted", "马上去")
    assert (ticket.status, ticket.assignee, ticket.version) == ("accepted", cast.worker, entry["version"])


@pytest.mark.parametrize(
    ("step", "body", "changed"),
    [
        ("assign", {"assignee": "worker"}, {"assignee__username": "worker"}),
        ("hand_over", {"grid": "370103015005002", "note": "在隔壁"}, {"grid__code": "370103015005002"}),
        ("hand_over", {"grid": "370103015003", "note": "在青龙山"}, {"level": "community", "grid": None}),
        ("reclassify", {"urgency": "B"}, {"urgency": "B"}),
    ],
)
def test_step_reads_its_fields(
    client: Client, cast: Cast, step: str, body: dict[str, Any], changed: dict[str, Any]
) -> None:
    ticket = told(cast)

    answer = send(client, cast.leader, ticket, step, **body)

    assert answer.status_code == 200, answer.json()
    assert Ticket.objects.filter(pk=ticket.pk, **changed).exists()


def test_step_merges_into_a_number_however_it_is_typed(client: Client, cast: Cast) -> None:
    parent, ticket = accepted(cast), told(cast)

    answer = send(client, cast.leader, ticket, "merge", parent=parent.number.lower().replace("-", " "))

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.parent) == (200, parent)


def test_step_merges_into_nothing_that_the_caller_may_not_see(client: Client, cast: Cast) -> None:
    parent, ticket = told(cast, place=far(cast)), told(cast)

    answer = send(client, cast.leader, ticket, "merge", parent=parent.number)

    assert answer.status_code == 409
    assert list(answer.json()["errors"]) == ["parent"]


def test_step_takes_photos(client: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    client.force_login(cast.worker)

    photo = SimpleUploadedFile("灯.jpg", encoded(picture(), "JPEG"), "image/jpeg")

    answer = client.post(at(ticket, "steps/handle/"), {"note": "换了灯管", "photos": [photo]})

    assert answer.status_code == 200, answer.json()
    assert Photo.objects.get(ticket=ticket).event_id == answer.json()["id"]


@pytest.mark.parametrize(
    ("who", "step"),
    [("worker", "resolve"), ("worker", "decline"), ("auditor", "accept"), ("instructor", "accept")],
)
def test_step_that_is_not_allowed_is_refused_with_a_sentence(
    client: Client, cast: Cast, who: str, step: str
) -> None:
    ticket = told(cast)

    answer = send(client, getattr(cast, who), ticket, step)

    ticket.refresh_from_db()
    assert answer.status_code == 409
    assert answer.json()["detail"]
    assert (ticket.status, ticket.version) == ("submitted", 1)


@pytest.mark.parametrize("step", ["accept", "no_such_step"])
def test_step_on_a_ticket_out_of_sight_is_not_found(client: Client, cast: Cast, step: str) -> None:
    assert send(client, cast.worker2, told(cast), step).status_code == 404


def test_step_that_does_not_exist_is_not_found(client: Client, cast: Cast) -> None:
    assert send(client, cast.worker, told(cast), "supervise").status_code == 404


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("resolve", {}, "answer"),
        ("resolve", {"answer": "  "}, "answer"),
        ("resolve", {"answer": {"text": "好了"}}, "answer"),
        ("escalate", {}, "note"),
        ("contact", {"how": "telepathy"}, "how"),
        ("request_extension", {"hours": "many", "note": "x"}, "hours"),
        ("request_extension", {"hours": 100_000, "note": "x"}, "hours"),
        ("request_hold", {"review_on": "tomorrow", "note": "x"}, "review_on"),
        ("handle", {"note": "x", "action_id": "once"}, "action_id"),
        ("resolve", {"answer": "好了", "version": "newest"}, "version"),
    ],
)
def test_step_names_the_field_to_mend(
    client: Client, cast: Cast, step: str, body: dict[str, Any], field: str
) -> None:
    answer = send(client, cast.worker, accepted(cast), step, **body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("assignee", ["nobody", 999_999, "a\ud800b", "a\x00b"])
def test_step_refuses_a_person_who_is_not_there(client: Client, cast: Cast, assignee: object) -> None:
    answer = send(client, cast.leader, told(cast), "assign", assignee=assignee)

    assert (answer.status_code, list(answer.json()["errors"])) == (409, ["assignee"])


@pytest.mark.parametrize("body", ["[]", '"accept"', "{", "null"])
def test_step_refuses_a_body_that_is_no_object(client: Client, cast: Cast, body: str) -> None:
    client.force_login(cast.worker)

    answer = client.post(at(told(cast), "steps/accept/"), body, content_type="application/json")

    assert answer.status_code == 400


def test_stale_step_is_told_who_was_faster(client: Client, cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "assign", by=staff(cast.leader), assignee=cast.worker)

    answer = send(client, cast.worker, ticket, "accept", version=1)

    assert answer.status_code == 409
    assert cast.leader.current_posts[0].title in answer.json()["detail"]


def test_same_action_answers_with_its_first_entry(client: Client, cast: Cast) -> None:
    ticket, key = told(cast), str(uuid4())

    first = send(client, cast.worker, ticket, "escalate", note="要社区协调", action_id=key)
    again = send(client, cast.worker, ticket, "escalate", note="要社区协调", action_id=key)

    ticket.refresh_from_db()
    assert again.json() == first.json()
    assert ticket.level == "community"


def test_same_action_is_remembered_when_the_ticket_left_the_callers_sight(client: Client, cast: Cast) -> None:
    ticket, key = told(cast), str(uuid4())
    take(ticket, "accept", by=staff(cast.worker))
    take(ticket, "assign", by=staff(cast.leader), assignee=cast.specialist)

    first = send(client, cast.specialist, ticket, "escalate", note="要社区协调", action_id=key)
    again = send(client, cast.specialist, ticket, "escalate", note="要社区协调", action_id=key)

    assert seen(client, cast.specialist) == []
    assert (again.status_code, again.json()) == (200, first.json())


def test_somebody_elses_action_opens_nothing(client: Client, cast: Cast) -> None:
    ticket, key = told(cast), str(uuid4())
    send(client, cast.worker, ticket, "accept", action_id=key)

    assert send(client, cast.worker2, ticket, "accept", action_id=key).status_code == 404


def test_reclassify_leaves_the_named_staff_named(client: Client, cast: Cast) -> None:
    ticket = told(cast, about_staff=True)
    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.worker])

    send(client, cast.director, ticket, "reclassify", urgency="B")

    ticket.refresh_from_db()
    assert (ticket.urgency, ticket.named_staff) == ("B", [cast.worker.pk])


def test_whole_way_goes_over_the_interface(client: Client, cast: Cast) -> None:
    ticket = resolved(cast)

    answer = send(client, cast.worker, ticket, "answer", how="phone", note="已电话告知")

    assert (answer.status_code, answer.json()["to_status"]) == (200, "answered")
