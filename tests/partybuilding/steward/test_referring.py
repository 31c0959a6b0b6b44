"""A request comes before the table of its estate: who may bring it, once, and nobody learns who told it."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from grids.models import Building, Estate
from partybuilding.access import By
from partybuilding.meetings import offers
from partybuilding.meetings.services import topics
from partybuilding.steward import panels
from partybuilding.steward.messages import BROUGHT
from requests_app import access
from requests_app.models import Category, Ticket
from requests_app.services import staff, take
from requests_app.workflow import STEPS
from tests.cast import Cast
from tests.partybuilding.meetings import scene
from tests.partybuilding.steward.scene import (
    FIRM,
    as_,
    home,
    knowing,
    of_phone,
    settled,
    steward,
    waiting,
)
from tests.requests_app.matters import accepted, told
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
NAME, PHONE, SECRET = "孙丽华", "13812345678", "我家隔壁的老张总是夜里敲墙"
WORDS = "三号楼顶层漏水，雨后三户受影响。"


def here(cast: Cast, *, building: bool = True, **fields: Any) -> Ticket:
    """Accepted, in the estate's building, told by somebody with a name."""
    place = Place(cast.grid, cast.community_unit, cast.building if building else None, outside=False)
    given = {"place": place, "contact_name": NAME, "contact_phone": PHONE, "description": SECRET}
    return accepted(cast, **{**given, **fields})


def test_the_holding_unit_brings_a_matter_and_the_keepers_are_told(cast: Cast) -> None:
    row, ticket = steward(cast), here(cast)
    due, holder = ticket.due_at, ticket.assignee
    event = take(ticket, "refer_to_steward", by=staff(cast.worker), note=WORDS)
    ticket.refresh_from_db()
    (topic,) = waiting(row)
    assert (topic.words, topic.source, topic.ticket) == (WORDS, "ticket", ticket)
    assert (ticket.status, ticket.due_at, ticket.assignee) == ("accepted", due, holder)
    assert (event.detail, event.note) == ({"topic": topic.pk}, WORDS)
    told_ = set(Message.objects.filter(kind=BROUGHT).values_list("user", flat=True))
    assert told_ == {cast.community.pk, cast.community_leader.pk}


def test_it_lies_there_once_and_may_come_back_when_dropped(cast: Cast) -> None:
    row, ticket = steward(cast), here(cast)
    take(ticket, "refer_to_steward", by=staff(cast.worker), note=WORDS)
    with pytest.raises(Refused):
        take(ticket, "refer_to_steward", by=staff(cast.worker), note=WORDS)
    topics.set_aside(waiting(row)[0], "drop", words="先看维修", by=By(cast.community))
    take(ticket, "refer_to_steward", by=staff(cast.worker), note=WORDS)
    assert len(waiting(row)) == 1


@pytest.mark.parametrize("note", [f"{NAME}家漏水", f"请联系 {PHONE}", "电话13900000000", "", "漏" * 501])
def test_words_that_name_somebody_or_are_none_are_refused(cast: Cast, note: str) -> None:
    row, ticket = steward(cast), here(cast)
    with pytest.raises(Refused) as refusal:
        take(ticket, "refer_to_steward", by=staff(cast.worker), note=note)
    assert (refusal.value.field, waiting(row)) == ("note", [])


def test_it_is_offered_only_where_a_table_stands(cast: Cast) -> None:
    step, near = STEPS["refer_to_steward"], here(cast)
    assert not access.may(cast.worker, step, near)
    steward(cast)
    assert access.may(cast.worker, step, near)
    assert access.may(cast.worker, step, here(cast, building=False))  # the grid has one estate
    assert not access.may(cast.worker, step, told(cast))  # accept it first
    for stranger in (cast.worker2, cast.community2, cast.department, cast.auditor, cast.specialist):
        assert not access.may(stranger, step, near)


def test_two_estates_in_a_grid_need_the_building(cast: Cast) -> None:
    steward(cast)
    other = Estate.objects.create(community=cast.community_unit, name="小梁庄")
    Building.objects.create(grid=cast.grid, estate=other, name="1号楼", address="小梁庄1号楼")
    step = STEPS["refer_to_steward"]
    assert not access.may(cast.worker, step, here(cast, building=False))
    assert access.may(cast.worker, step, here(cast))


def test_those_at_the_table_learn_neither_who_told_it_nor_its_words(cast: Cast, client: Client) -> None:
    row, ticket = steward(cast), here(cast)
    take(ticket, "refer_to_steward", by=staff(cast.worker), note=WORDS)
    meeting = scene.held(cast, row.body, row.body.seats.get())
    (topic,) = waiting(row)
    topics.put_on(topic, meeting, by=By(cast.community), words="急")
    firm = knowing(FIRM)
    pages = [
        f"/together/table/{row.body_id}/",
        f"/together/property/{row.pk}/",
        f"/together/steward/{row.pk}/",
    ]
    shown = "".join(firm.get(page).content.decode() for page in pages)
    shown += as_(cast.community).get(f"/admin/party/meetings/{meeting.pk}/").content.decode()
    shown += as_(cast.community).get(f"/admin/party/stewards/{row.pk}/").content.decode()
    assert WORDS in shown
    for secret in (NAME, PHONE, SECRET, ticket.token):
        assert secret not in shown
    assert firm.get(ticket.get_absolute_url()).status_code == 302
    assert firm.get(f"/api/v1/tickets/{ticket.number}/").status_code in (401, 403, 404)


def test_the_ticket_shows_what_became_of_it_and_the_resident_only_what_was_released(
    cast: Cast, client: Client
) -> None:
    row, ticket = steward(cast), here(cast)
    own = as_(cast.worker)
    take(ticket, "refer_to_steward", by=staff(cast.worker), note=WORDS)
    assert WORDS not in client.get(ticket.tracking_url).content.decode()
    assert 'id="steward"' in client.get(ticket.tracking_url).content.decode()
    (topic,) = waiting(row)
    topics.put_on(topic, scene.held(cast, row.body), by=By(cast.community), words="急")
    scene.action(cast, topic, seat=row.body.seats.get())
    assert all(
        part in own.get(ticket.get_absolute_url()).content.decode() for part in ("换灯换线", "全区楼道")
    )
    assert "全区楼道" not in client.get(ticket.tracking_url).content.decode()
    topic.refresh_from_db()
    topics.share(topic, shared=True, by=By(cast.community))
    page = client.get(ticket.tracking_url).content.decode()
    assert ("全区楼道" in page, "换灯换线" in page) == (True, False)


def test_the_step_is_taken_on_the_ticket_page_and_in_the_api(cast: Cast) -> None:
    row, ticket = steward(cast), here(cast)
    client = as_(cast.worker)
    address = f"/api/v1/tickets/{ticket.number}/"
    assert "refer_to_steward" in {step["name"] for step in client.get(address).json()["allowed_steps"]}
    page = client.post(f"{ticket.get_absolute_url()}steps/refer_to_steward/", {"note": f"{NAME}说漏水"})
    assert (page.status_code, f"{NAME}说漏水" in page.content.decode()) == (409, True)
    done = client.post(f"{ticket.get_absolute_url()}steps/refer_to_steward/", {"note": WORDS})
    assert (done.status_code, len(waiting(row))) == (303, 1)


def test_the_agenda_is_offered_requests_without_their_words(cast: Cast) -> None:
    row, roof = (
        steward(cast),
        Category.objects.create(code="0904", name="房屋漏水", line="livelihood", urgency="C"),
    )
    ticket = here(cast, category=roof)
    (offer,) = offers.of(row.body, cast.community)
    assert (offer.ticket, SECRET in offer.title + offer.words) == (ticket, False)
    take(ticket, "refer_to_steward", by=staff(cast.worker), note=WORDS)
    assert offers.of(row.body, cast.community) == []
    assert offers.of(row.body, cast.community2) == []


def test_panels_cost_one_query_where_there_is_no_table(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = here(cast)
    with django_assert_num_queries(1):
        assert panels.for_staff(ticket, cast.worker) is None


def test_residents_of_the_estate_read_it_only_when_it_is_released(cast: Cast) -> None:
    row = steward(cast)
    home(cast)
    settled(cast, row, shared=False)
    assert "全区楼道" not in Client().get(f"/together/steward/{row.pk}/").content.decode()
    assert of_phone(FIRM).phone_hash == row.contact_hash
