"""Telling a matter: what is kept, who holds it, who is told, and the same form twice."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from grids.locate import Place
from grids.models import Line, Post, User
from requests_app.models import Category, Ticket
from requests_app.numbers import number_of, tidy
from requests_app.services import Matter, audit, staff, submit, take
from tests.cast import Cast
from tests.factories import make_leave, make_shift
from tests.requests_app.matters import PHONE, told
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)


@pytest.fixture
def place(cast: Cast) -> Place:
    return Place(grid=cast.grid, community=cast.community_unit)


@pytest.fixture
def gas(db: None) -> Category:
    return Category.objects.create(code="10-4", name="燃气隐患", urgency="A", line=Line.SAFETY)


def heard(kind: str, ticket: Ticket, channel: str = "in_app") -> set[User | None]:
    sent = Message.objects.filter(kind=kind, topic=ticket.number, channel=channel).select_related("user")
    return {message.user for message in sent}


# --- what is kept ------------------------------------------------------------------------
def test_told_matter_is_numbered_and_has_its_first_entry(place: Place) -> None:
    with clock.at(MONDAY):
        ticket, is_new = submit(Matter(description="路灯坏了", place=place))

    entry = ticket.events.get()
    assert is_new
    assert tidy(ticket.number) == ticket.number
    assert ticket.number.startswith("WG-20260302-")
    assert (entry.step, entry.version, entry.actor_kind) == ("create", 1, "resident")
    assert len(ticket.token) >= 22


@pytest.mark.parametrize(
    "typed",
    ["wg 20260302 000007 {}", "WG-20260302-000007-{}", "wg20260302000007{}", " WG—20260302—000007—{} "],
)
def test_number_is_recognised_as_people_type_it(typed: str) -> None:
    number = number_of(MONDAY, 7)

    assert tidy(typed.format(number[-1])) == number


def test_number_with_two_digits_swapped_is_not_recognised() -> None:
    number = number_of(MONDAY, 1234567)

    assert tidy(number.replace("1234567", "1234576")) == ""


def test_deadlines_follow_the_urgency(place: Place, gas: Category) -> None:
    with clock.at(MONDAY):
        plain, urgent = told_here(place), told_here(place, category=gas)

    assert (plain.accept_due, plain.resolve_due) == (MONDAY + timedelta(days=1), MONDAY + timedelta(days=7))
    assert (urgent.accept_due, urgent.resolve_due) == (
        MONDAY + timedelta(minutes=30),
        MONDAY + timedelta(hours=2),
    )


def told_here(place: Place, **fields: Any) -> Ticket:
    return submit(Matter(description="楼道灯不亮", place=place, **fields))[0]


def test_phone_is_kept_encrypted_with_hashes_to_find_it(cast: Cast) -> None:
    ticket = told(cast)

    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM requests_app_ticket WHERE id = %s", [ticket.pk])
        (stored,) = cursor.fetchone()
    assert PHONE not in stored
    assert (ticket.phone_hash, ticket.phone_tail_hash) == (keyed_hash(PHONE), keyed_hash(PHONE[-4:]))


def test_matter_without_a_phone_has_no_hash(cast: Cast) -> None:
    ticket = told(cast, contact_phone="")

    assert (ticket.phone_hash, ticket.phone_tail_hash, ticket.has_phone) == ("", "", False)


@pytest.mark.parametrize(
    "words", ["😀\x00\ud83d路灯", "<script>alert(1)</script>", "％(number)s {} %s", "字" * 20_000]
)
def test_odd_words_are_kept(place: Place, words: str) -> None:
    ticket = submit(Matter(description=words, place=place))[0]

    ticket.refresh_from_db()
    assert ticket.description == words.replace("\x00", "").replace("\ud83d", "")


@pytest.mark.parametrize("words", ["", "  \n", "\x00", "字" * 20_001])
def test_no_words_and_too_many_words_are_refused(place: Place, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        submit(Matter(description=words, place=place))
    assert (refusal.value.field, Ticket.objects.count()) == ("description", 0)


def test_complaint_about_staff_is_never_published(cast: Cast) -> None:
    assert told(cast, may_publish=True).may_publish
    assert not told(cast, may_publish=True, about_staff=True).may_publish


# --- the same form twice -----------------------------------------------------------------
def test_same_form_twice_is_one_ticket(place: Place) -> None:
    form = Matter(description="路灯坏了", place=place, submission_id=uuid4())
    first, _ = submit(form)

    assert submit(form) == (first, False)
    assert Message.objects.filter(kind="new", channel="in_app").count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"description": "路灯坏了。"},
        {"contact_phone": "13800000098"},
        {"address": "3号楼"},
        {"about_staff": True},
    ],
)
def test_different_form_with_the_same_key_is_another_ticket(place: Place, changed: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"description": "路灯坏了", "place": place, "submission_id": uuid4()}
    submit(Matter(**fields))

    assert submit(Matter(**fields | changed))[1]


def test_same_words_in_two_forms_are_two_tickets(place: Place) -> None:
    fields: dict[str, Any] = {"description": "路灯坏了", "place": place}
    submit(Matter(**fields, submission_id=uuid4()))

    assert submit(Matter(**fields, submission_id=uuid4()))[1]
    assert submit(Matter(**fields))[1]


def test_form_sent_again_after_the_matter_was_closed_is_still_the_same(cast: Cast, place: Place) -> None:
    form = Matter(description="路灯坏了", place=place, submission_id=uuid4())
    ticket, _ = submit(form)
    take(ticket, "accept", by=staff(cast.worker))

    assert submit(form)[0].status == "accepted"


# --- who holds it and who is told --------------------------------------------------------
def test_grid_hears_of_it_leader_and_workers(cast: Cast, place: Place) -> None:
    assert heard("new", told_here(place)) == {cast.leader, cast.worker}


def test_deputy_hears_of_it_in_the_leaders_place(cast: Cast, place: Place) -> None:
    make_leave(Post.objects.get(user=cast.leader), cast.leader_beside)

    assert heard("new", told_here(place)) == {cast.leader_beside, cast.worker}


def test_place_without_grid_is_the_community_desks(cast: Cast) -> None:
    ticket = told_here(Place(community=cast.community_unit))

    assert (ticket.level, ticket.grid, ticket.due_kind) == ("community", None, "accept")
    assert heard("new", ticket) == {cast.community, cast.community_leader}


def test_place_nobody_knows_is_the_street_desks(cast: Cast) -> None:
    ticket = told_here(Place())

    assert (ticket.level, ticket.section) == ("street", Line.LIVELIHOOD)
    assert heard("new", ticket) == {cast.section, cast.dispatcher}


def test_grid_without_people_is_heard_by_the_community(cast: Cast, place: Place) -> None:
    Post.objects.filter(grid=cast.grid).delete()

    ticket = told_here(place)

    assert (ticket.level, heard("new", ticket)) == ("grid", {cast.community, cast.community_leader})


def test_matter_is_kept_even_when_nobody_is_in_any_post(cast: Cast, place: Place) -> None:
    Post.objects.all().delete()

    ticket = told_here(place)

    assert heard("new", ticket) == set()
    assert audit.violations() == {}


def test_complaint_is_heard_by_the_street_leader_alone(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)

    assert heard("new", ticket) == {cast.director}


def test_resident_is_told_that_it_arrived(cast: Cast) -> None:
    ticket = told(cast)

    sms = Message.objects.get(kind="received", topic=ticket.number)
    assert (sms.channel, sms.to, sms.context["token"]) == ("sms", PHONE, ticket.token)
    assert not Message.objects.filter(kind="received", topic=told(cast, contact_phone="").number).exists()


def test_night_duty_hears_of_urgent_matters(cast: Cast, place: Place, gas: Category) -> None:
    with clock.at(NIGHT):
        make_shift(cast.community2, community=cast.community_unit)
        urgent, plain = told_here(place, category=gas), told_here(place)

    assert heard("new_on_duty", urgent) == heard("new_on_duty", urgent, "sms") == {cast.community2}
    assert heard("new_on_duty", plain) == set()


@pytest.mark.parametrize(
    "at", [datetime(2026, 3, 7, 10, 0, tzinfo=SHANGHAI), datetime(2026, 3, 2, 18, 0, tzinfo=SHANGHAI)]
)
def test_duty_hears_on_free_days_and_after_the_office_closed(
    cast: Cast, place: Place, gas: Category, at: datetime
) -> None:
    with clock.at(at):
        make_shift(cast.community2, community=cast.community_unit)

        assert heard("new_on_duty", told_here(place, category=gas)) == {cast.community2}


def test_day_needs_no_duty(cast: Cast, place: Place, gas: Category) -> None:
    with clock.at(MONDAY):
        make_shift(cast.community2, community=cast.community_unit)

        assert heard("new_on_duty", told_here(place, category=gas)) == set()


def test_complaint_at_night_is_not_told_to_the_duty(cast: Cast, gas: Category) -> None:
    with clock.at(NIGHT):
        make_shift(cast.community, community=cast.community_unit)

        assert heard("new_on_duty", told(cast, about_staff=True, category=gas)) == set()


def test_staff_who_write_for_somebody_stand_in_the_entry(cast: Cast, place: Place) -> None:
    ticket = told_here(place, reporter=cast.worker, source="phone")

    entry = ticket.events.get()
    assert (entry.actor_kind, entry.actor, entry.actor_title) == (
        "staff",
        cast.worker,
        cast.worker.current_posts[0].title,
    )


def test_no_personal_data_leaves_with_messages(cast: Cast) -> None:
    ticket = told(cast, contact_name="张三", address="九区3号楼2单元")

    for message in Message.objects.filter(topic=ticket.number):
        said = f"{message.context} {message.title} {message.text}"
        assert not [word for word in ("张三", PHONE, "3号楼", ticket.description) if word in said]
