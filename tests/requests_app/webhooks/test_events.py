"""Who hears of what: types and groups, filters, the account's sight, and what stays inside."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Ticket
from requests_app.services import RESIDENT, due, staff, take
from requests_app.webhooks import listening, payload
from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.services import sending
from requests_app.webhooks.terms import INSIDE, STEP_LABELS
from requests_app.workflow import EDGES, STEPS
from tests.cast import Cast
from tests.requests_app.matters import accepted, told
from tests.requests_app.webhooks.conftest import Subscribe
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db


def kinds(**narrowed: Any) -> list[str]:
    """What was written, in order."""
    return list(Delivery.objects.filter(**narrowed).order_by("pk").values_list("kind", flat=True))


def test_every_entry_but_those_inside_is_a_type_of_event() -> None:
    assert {*STEP_LABELS} == {f"ticket.{name}" for name in {*STEPS, *EDGES} - INSIDE}


def test_a_move_is_written_with_its_entry(cast: Cast, subscriber: Subscriber) -> None:
    ticket = accepted(cast)
    assert kinds(number=ticket.number) == ["ticket.create", "ticket.accept"]
    assert Message.objects.filter(channel="webhook").count() == 2


def test_an_event_is_thin(cast: Cast, subscriber: Subscriber) -> None:
    ticket = told(cast, contact_name="张三丰", address="九区3号楼2单元501")
    event = Message.objects.get(channel="webhook").context["event"]
    assert event["data"] == {
        "number": ticket.number,
        "url": f"http://127.0.0.1:8000/api/v1/tickets/{ticket.number}/",
        "version": 1,
        "status": "submitted",
        "level": "grid",
        "unit": cast.grid.code,
        "category": None,
        "urgency": "C",
    }
    assert set(event) == {"type", "timestamp", "data"}


def test_two_subscribers_hear_of_the_same_event_by_the_same_id(cast: Cast, subscribe: Subscribe) -> None:
    subscribe(name="a"), subscribe(name="b")
    told(cast)
    assert Delivery.objects.count() == 2
    assert Delivery.objects.values("identity").distinct().count() == 1


@pytest.mark.parametrize(
    ("wish", "heard"),
    [
        (["new"], ["ticket.create"]),
        (["status"], ["ticket.create", "ticket.accept"]),
        (["passed"], ["ticket.escalate"]),
        (["late"], []),
        (["ticket.escalate", "ticket.accept"], ["ticket.accept", "ticket.escalate"]),
    ],
)
def test_a_wish_narrows_the_events(
    cast: Cast, subscribe: Subscribe, wish: list[str], heard: list[str]
) -> None:
    subscribe(events=wish)
    ticket = accepted(cast)
    take(ticket, "escalate", by=staff(cast.worker), note="要社区来")
    assert kinds() == heard


def test_an_internal_note_stays_inside(cast: Cast, subscriber: Subscriber) -> None:
    take(told(cast), "remark", by=staff(cast.worker), note="家里有狗")
    assert kinds() == ["ticket.create"]


def test_a_red_card_is_told(cast: Cast, subscribe: Subscribe) -> None:
    subscribe(events=["late"])
    ticket = accepted(cast)
    Ticket.objects.filter(pk=ticket.pk).update(wake_at=clock.now())
    due_at = Ticket.objects.get(pk=ticket.pk).due_at
    assert due_at
    with clock.at(due_at):
        due.sweep()
    assert "ticket.supervise" in kinds()


@pytest.mark.parametrize(("urgencies", "count"), [(["A"], 0), (["A", "C"], 1), ([], 1)])
def test_a_filter_of_urgency(cast: Cast, subscribe: Subscribe, urgencies: list[str], count: int) -> None:
    subscribe(urgencies=urgencies)
    told(cast)
    assert Delivery.objects.count() == count


@pytest.mark.parametrize(("field", "unit", "count"), [
    ("communities", "community_unit", 1),
    ("communities", "community_unit2", 0),
    ("grids", "grid", 1),
    ("grids", "grid_beside", 0),
])  # fmt: skip
def test_a_filter_of_place(cast: Cast, subscribe: Subscribe, field: str, unit: str, count: int) -> None:
    subscribe(**{field: [getattr(cast, unit)]})
    told(cast)
    assert Delivery.objects.count() == count


def test_an_account_hears_of_what_it_sees(cast: Cast, subscribe: Subscribe) -> None:
    subscribe(user=cast.community2)
    told(cast)
    assert not Delivery.objects.exists()


def test_a_complaint_about_staff_never_leaves(cast: Cast, subscriber: Subscriber) -> None:
    told(cast, about_staff=True)
    assert not Delivery.objects.exists()


def test_a_move_taken_back_is_not_told(cast: Cast, subscribe: Subscribe) -> None:
    subscribe(events=["ticket.accept"])
    ticket = accepted(cast)
    take(Ticket.objects.get(pk=ticket.pk), "undo", by=staff(cast.worker))
    assert Message.objects.get(channel="webhook").state == "cancelled"


def test_a_move_that_may_be_taken_back_waits(cast: Cast, subscribe: Subscribe) -> None:
    subscribe(events=["ticket.accept"])
    ticket = accepted(cast)
    assert Message.objects.get(channel="webhook").not_before == ticket.undo_until


def test_what_a_resident_does_is_told(cast: Cast, subscriber: Subscriber) -> None:
    ticket = told(cast)
    take(ticket, "withdraw", by=RESIDENT)
    assert kinds() == ["ticket.create", "ticket.withdraw"]


def test_a_paused_subscriber_hears_nothing(cast: Cast, subscriber: Subscriber) -> None:
    Subscriber.objects.update(state="paused", paused_at=clock.now(), paused_why="by_hand")
    listening.changed()
    told(cast)
    assert not Delivery.objects.exists()


def test_an_id_is_stable(cast: Cast) -> None:
    entry = told(cast).events.get()
    assert payload.identity(entry) == payload.identity(entry)
    assert payload.identity(entry).version == 5


@pytest.mark.parametrize("subscribers", [1, 3])
def test_telling_costs_two_writes_and_one_look_for_each_account(
    cast: Cast, subscribe: Subscribe, subscribers: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(subscribers):
        subscribe(name=str(number), events=["ticket.withdraw"])
    ticket = told(cast)
    sending.heard([ticket.events.get()], None)
    entry = take(ticket, "withdraw", by=RESIDENT)
    Delivery.objects.all().delete()
    Message.objects.filter(channel="webhook").delete()
    with django_assert_num_queries(2 + subscribers):
        sending.heard([entry], None)
    assert Delivery.objects.count() == subscribers
