"""Becoming a volunteer, leaving, teams and their leaders, thanks and letters."""

from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from docx import Document

from grids.models import today
from partybuilding.access import By
from partybuilding.organisations.models import Member, Organisation
from partybuilding.teams import demo
from partybuilding.teams.models import Membership, Volunteer
from partybuilding.teams.services import calling, enrolling, keeping, letter, shifts
from partybuilding.teams.services.enrolling import Whom
from partybuilding.teams.workflow import State
from tests.cast import Cast
from tests.partybuilding.checkins.scene import member_in
from tests.partybuilding.teams.scene import (
    NAME,
    OTHER_PHONE,
    PHONE,
    call,
    called,
    of_phone,
    team,
    volunteer,
)
from tests.race import at_once
from wangguan.notify.models import Message
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db


def signed_up(cast: Cast, *, phone: str = PHONE, **fields: Any) -> Volunteer:
    given: dict[str, Any] = {
        "community": cast.community_unit,
        "skills": ["tidy"],
        "slots": ["weekend"],
        "wish": None,
        "form_id": uuid4(),
    }
    return enrolling.sign_up(Whom(NAME, phone), **{**given, **fields})


def test_the_office_is_told_and_nobody_is_named(cast: Cast) -> None:
    form = uuid4()
    assert signed_up(cast, form_id=form) == signed_up(cast, form_id=form)
    told = Message.objects.filter(kind="teams_signed_up")
    assert {row.user for row in told} == {cast.community, cast.community_leader}
    assert NAME not in str([(row.context, row.topic) for row in told])


def test_names_and_phones_are_ciphertext(cast: Cast) -> None:
    signed_up(cast)
    enrolling.confirm(Volunteer.objects.get(), by=By(cast.community))
    call(cast)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(a::text, '') FROM teams_volunteer a)"
            " || coalesce((SELECT string_agg(c::text, '') FROM notify_message c), '')"
        )
        (rows,) = cursor.fetchone()
    assert [word in rows for word in (NAME, PHONE)] == [False, False]


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_phone_at_once(cast: Cast) -> None:
    found = at_once(*[lambda: signed_up(cast)] * 2)
    assert sorted(type(each).__name__ for each in found) == ["Known", "Volunteer"]


def test_a_confirmed_volunteer_joins_the_team_that_was_wished_for(cast: Cast) -> None:
    wish = team(cast)
    row = signed_up(cast, wish=wish)
    for _tap in range(2):
        enrolling.confirm(row, grid=cast.grid, by=By(cast.community))
    assert (row.state, row.grid, list(wish.volunteers.all())) == (State.CONFIRMED, cast.grid, [row])
    assert Message.objects.get(kind="teams_confirmed").to == PHONE
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr) == (cast.community, "赵**")


def test_a_grid_of_another_community_is_refused(cast: Cast) -> None:
    row = signed_up(cast)
    with pytest.raises(Refused):
        enrolling.confirm(row, grid=cast.grid_far, by=By(cast.community))
    assert Volunteer.objects.get().state == State.SIGNED_UP


def test_only_the_office_confirms_and_the_second_of_two_hears_of_it(cast: Cast) -> None:
    row, late = signed_up(cast), Volunteer.objects.get()
    for by in (of_phone(), By(cast.community2), By(cast.worker), By(cast.dispatcher), By(cast.auditor)):
        with pytest.raises(Refused):
            enrolling.confirm(row, by=by)
    enrolling.confirm(row, by=By(cast.community))
    with pytest.raises(MovedMeanwhile):
        enrolling.leave(late, by=of_phone(), note="搬走了")


def test_whoever_leaves_leads_nothing_is_called_no_more_and_may_come_back(cast: Cast) -> None:
    row = volunteer(cast)
    led = team(cast, row)
    with pytest.raises(Refused):
        enrolling.leave(row, by=of_phone(), note=" ")
    with pytest.raises(Refused):
        enrolling.leave(row, by=of_phone(OTHER_PHONE), note="搬走了")
    enrolling.leave(row, by=of_phone(), note="搬走了\x00")
    led.refresh_from_db()
    assert (led.leader, Membership.objects.get().until, row.reason) == (None, today(), "搬走了")
    with pytest.raises(Refused):
        call(cast)
    assert signed_up(cast).pk != row.pk


def test_members_are_taken_over_with_one_press(cast: Cast) -> None:
    checked_in = member_in(cast, phone=PHONE)
    branch = Organisation.objects.create(
        name="九区党委", kind="working", setting="community", community=cast.community_unit
    )
    in_branch = Member.objects.create(organisation=branch, name="钱秀兰", phone=OTHER_PHONE)
    by = By(cast.community)
    offered = enrolling.who_may_be_taken_over(by)
    assert [list(rows) for rows in offered] == [[checked_in], [in_branch]]
    rows = [enrolling.take_over(person, by=by) for person in (checked_in, in_branch)]
    assert [(row.state, row.source) for row in rows] == [("confirmed", "check_in"), ("confirmed", "member")]
    assert rows[0].skills == checked_in.skills
    assert [list(left) for left in enrolling.who_may_be_taken_over(by)] == [[], []]
    with pytest.raises(Refused):
        enrolling.take_over(checked_in, by=by)
    for name in ("community2", "dispatcher", "auditor", "section"):
        other = By(getattr(cast, name))
        assert [list(left) for left in enrolling.who_may_be_taken_over(other)] == [[], []]
        with pytest.raises(Refused):
            enrolling.take_over(in_branch, by=other)


# --- a team ----------------------------------------------------------------------------------
def test_people_join_once_and_one_of_them_leads(cast: Cast) -> None:
    person, waiting = volunteer(cast), volunteer(cast, OTHER_PHONE, state=State.SIGNED_UP)
    row, by = team(cast), By(cast.community)
    assert [keeping.add(row, [person, waiting], by=by) for _tap in range(2)] == [1, 0]
    keeping.appoint(row, person, by=by)
    with pytest.raises(Refused):
        keeping.appoint(row, waiting, by=by)
    keeping.remove(row.memberships.get(), by=by)
    row.refresh_from_db()
    assert (row.leader, row.memberships.current().count()) == (None, 0)
    assert keeping.add(row, [person], by=by) == 1


def test_others_keep_no_team(cast: Cast) -> None:
    person = volunteer(cast)
    row = team(cast, person)
    others = [By(getattr(cast, name)) for name in ("community2", "worker", "dispatcher", "auditor")]
    for by in (*others, of_phone()):
        with pytest.raises(Refused):
            keeping.add(row, [person], by=by)
        with pytest.raises(Refused):
            keeping.appoint(row, person, by=by)
        with pytest.raises(Refused):
            keeping.remove(row.memberships.get(), by=by)
        with pytest.raises(Refused):
            keeping.thank(row, words="谢谢", volunteer=None, form_id=uuid4(), by=by)


def test_a_dissolved_team_rests(cast: Cast) -> None:
    row = team(cast, volunteer(cast), ended_on=today())
    with pytest.raises(Refused):
        keeping.thank(row, words="谢谢", volunteer=None, form_id=uuid4(), by=By(cast.community))
    with pytest.raises(Refused):
        keeping.begin(row, title="扫雪", words="", kind="tidy", form_id=uuid4(), by=of_phone())


def test_thanks_name_only_whoever_agreed(cast: Cast) -> None:
    shy, open_one = volunteer(cast), volunteer(cast, OTHER_PHONE, may_be_named=True)
    row, form = team(cast, shy, open_one), uuid4()
    told: dict[str, Any] = {"words": "扫雪到半夜", "by": By(cast.community)}
    rows = [keeping.thank(row, volunteer=shy, form_id=form, **told) for _tap in range(2)]
    assert rows[0] == rows[1]
    assert [rows[0].volunteer.public_name, open_one.public_name] == ["赵**", NAME]  # type: ignore[union-attr]
    stranger = volunteer(cast, "19953760003")
    with pytest.raises(Refused):
        keeping.thank(row, volunteer=stranger, form_id=uuid4(), **told)


# --- a letter --------------------------------------------------------------------------------
def test_a_letter_says_name_hours_and_words(cast: Cast) -> None:
    person, by = volunteer(cast), By(cast.community)
    span = {"since": today().replace(day=1), "until": today().replace(day=28)}
    with pytest.raises(Refused):
        letter.letter(person, words="", by=by, **span)
    row = call(cast)
    calling.answer(called(row), "now", by=of_phone())
    calling.give_hours(row, {called(row).pk: Decimal("3.5")}, by=by)
    content = letter.letter(person, words="雪夜有您，心里踏实。", by=by, **{**span, "until": today()})
    said = "\n".join(each.text for each in Document(BytesIO(content)).paragraphs)
    assert [word in said for word in (NAME, "3.5", "雪夜有您", "九区社区")] == [True] * 4
    for name in ("community2", "dispatcher", "auditor"):
        with pytest.raises(Refused):
            letter.letter(person, words="", by=By(getattr(cast, name)), **span)


def test_the_demo_loads_once_and_its_hours_add_up(cast: Cast) -> None:
    assert demo.load() == demo.load() == "4 teams, 40 volunteers, 8 shifts"
    first = Volunteer.objects.order_by("pk")[0]
    assert (first.confirmed_hours(), shifts.proposed().count()) == (Decimal("5.5"), 5)
