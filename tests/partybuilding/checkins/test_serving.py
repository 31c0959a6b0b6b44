"""Checking in, helping hands, hours, and the year's letter."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from docx import Document

from grids.models import today
from partybuilding.access import By
from partybuilding.checkins.matching import fits
from partybuilding.checkins.models import MemberCheckIn, Service, Unit, UnitCheckIn
from partybuilding.checkins.services import letter, serving, steps
from partybuilding.checkins.services.entering import Whom
from tests.cast import Cast
from tests.partybuilding.checkins.scene import (
    CONTACT,
    NAME,
    OTHER_PHONE,
    PHONE,
    make_need,
    member_in,
    of_phone,
    served,
    unit_in,
)
from tests.race import at_once
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
SUNDAY = clock.now().replace(year=2026, month=11, day=29, hour=2)


# --- checking in -----------------------------------------------------------------------------
def test_the_office_is_told_and_nobody_is_named(cast: Cast) -> None:
    member_in(cast, confirmed=False)
    told = Message.objects.filter(kind="party_submitted")
    assert {row.user for row in told} == {cast.community, cast.community_leader}
    assert NAME not in str([row.context for row in told])


def test_the_same_form_is_one_check_in(cast: Cast) -> None:
    form = uuid4()
    assert member_in(cast, form_id=form, confirmed=False) == member_in(cast, form_id=form, confirmed=False)
    assert unit_in(cast, form_id=form, confirmed=False) == unit_in(cast, form_id=form, confirmed=False)


def test_a_phone_checks_in_once_until_withdrawn(cast: Cast) -> None:
    first = member_in(cast)
    with pytest.raises(Refused, match="报到过"):
        member_in(cast, community=cast.community_unit2)
    steps.take(first, "withdraw", by=of_phone(), note="搬走了")
    assert member_in(cast, community=cast.community_unit2, confirmed=False).pk != first.pk


def test_a_unit_checks_in_to_several_communities_once_each(cast: Cast) -> None:
    unit_in(cast)
    assert unit_in(cast, community=cast.community_unit2, confirmed=False).unit == Unit.objects.get()
    with pytest.raises(Refused, match="报到"):
        unit_in(cast)


def test_whoever_types_a_known_units_name_is_not_its_contact(cast: Cast) -> None:
    unit_in(cast)
    unit_in(cast, community=cast.community_unit2, contact=Whom("冒名", OTHER_PHONE), confirmed=False)
    assert Unit.objects.get().contact_phone == CONTACT


def test_names_and_phones_are_ciphertext(cast: Cast) -> None:
    member_in(cast)
    unit_in(cast)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(a::text, '') FROM checkins_membercheckin a)"
            " || (SELECT string_agg(b::text, '') FROM checkins_unit b)"
            " || (SELECT string_agg(c::text, '') FROM notify_message c)"
        )
        (rows,) = cursor.fetchone()
    assert [word in rows for word in (NAME, PHONE, CONTACT)] == [False, False, False]


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_phone_at_once(cast: Cast) -> None:
    found = at_once(*[lambda: member_in(cast, confirmed=False, form_id=uuid4())] * 2)
    assert sorted(type(each).__name__ for each in found) == ["Known", "MemberCheckIn"]


# --- who fits --------------------------------------------------------------------------------
def test_skill_goes_before_time_and_time_before_place(cast: Cast) -> None:
    both = member_in(cast, skills=["repair", "tidy"], slots=["workday"])
    timely = member_in(cast, phone="19953710002", skills=["repair"], slots=["weekend"])
    near = member_in(cast, phone="19953710003", skills=["repair"], slots=["evening"], grid=cast.grid)
    far = member_in(cast, phone="19953710004", skills=["repair"], slots=["evening"])
    other = member_in(cast, phone="19953710005", skills=["law"], slots=["weekend"])
    need = make_need(cast, skills=["repair", "tidy"], starts_at=SUNDAY, grid=cast.grid)
    found = [fit.member for fit in fits(need, [other, far, near, timely, both])]
    assert found == [both, timely, near, far]


def test_without_a_skill_named_everybody_fits(cast: Cast) -> None:
    assert len(fits(make_need(cast), [member_in(cast, skills=["law"])])) == 1


# --- asked and coming ------------------------------------------------------------------------
def test_members_are_asked_once_and_by_text_message(cast: Cast) -> None:
    need, member = make_need(cast), member_in(cast)
    waiting = member_in(cast, phone=OTHER_PHONE, confirmed=False)
    assert [serving.ask(need, [member, waiting], by=By(cast.community)) for _time in range(2)] == [1, 0]
    message = Message.objects.get(kind="party_asked")
    assert (message.to, message.channel) == (PHONE, "sms")


@pytest.mark.parametrize("stranger", ["community2", "worker", "dispatcher"])
def test_only_the_community_asks(cast: Cast, stranger: str) -> None:
    with pytest.raises(Refused):
        serving.ask(make_need(cast), [member_in(cast)], by=By(getattr(cast, stranger)))


def test_a_place_is_given_free_again(cast: Cast) -> None:
    need, one = make_need(cast, wanted=1), member_in(cast)
    two = member_in(cast, phone=OTHER_PHONE)
    service = serving.come(need, one, by=of_phone())
    with pytest.raises(Refused, match="名额已满"):
        serving.come(need, two, by=of_phone(OTHER_PHONE))
    serving.decline(service, by=of_phone())
    assert serving.come(need, two, by=of_phone(OTHER_PHONE)).turn == "coming"


def test_coming_twice_is_coming_once(cast: Cast) -> None:
    need, member = make_need(cast, wanted=1), member_in(cast)
    assert serving.come(need, member, by=of_phone()) == serving.come(need, member, by=of_phone())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_place_one_gets_it(cast: Cast) -> None:
    need, one, two = make_need(cast, wanted=1), member_in(cast), member_in(cast, phone=OTHER_PHONE)
    found = at_once(
        lambda: serving.come(need, one, by=of_phone()),
        lambda: serving.come(need, two, by=of_phone(OTHER_PHONE)),
    )
    assert sorted(type(each).__name__ for each in found) == ["Refused", "Service"]
    assert need.services.filter(turn="coming").count() == 1


@pytest.mark.parametrize("what", ["somebody else", "elsewhere", "over", "unconfirmed"])
def test_who_does_not_come(cast: Cast, what: str) -> None:
    member = member_in(cast, confirmed=what != "unconfirmed")
    community = cast.community_unit2 if what == "elsewhere" else cast.community_unit
    starts = clock.now() + timedelta(days=-2 if what == "over" else 2)
    need = make_need(cast, community=community, starts_at=starts)
    with pytest.raises(Refused):
        serving.come(need, member, by=of_phone(OTHER_PHONE if what == "somebody else" else PHONE))


# --- hours -----------------------------------------------------------------------------------
def test_the_first_confirmed_hours_make_a_check_in_active(cast: Cast) -> None:
    service = served(member_in(cast), "reported")
    serving.judge(service, "agree", by=By(cast.community))
    assert (service.turn, MemberCheckIn.objects.get().state) == ("confirmed", "active")


def test_hours_that_are_not_so_can_be_reported_again(cast: Cast) -> None:
    service = served(member_in(cast), "reported")
    serving.judge(service, "refuse", by=By(cast.community), note="当天没有签到")
    serving.report(service, by=of_phone(), hours=Decimal("1.5"), words="改了")
    assert (service.turn, service.hours, service.note) == ("reported", Decimal("1.5"), "")


def test_tomorrow_is_not_reported_today(cast: Cast) -> None:
    service = served(member_in(cast), day=today() + timedelta(days=1))
    with pytest.raises(Refused, match="还没有到"):
        serving.report(service, by=of_phone(), hours=Decimal(2), words="")


def test_the_same_own_report_is_one(cast: Cast) -> None:
    member, form = member_in(cast), uuid4()
    for _time in range(2):
        serving.report_own(member, by=of_phone(), day=today(), hours=Decimal(1), words="扫雪", form_id=form)
    assert Service.objects.count() == 1


# --- the year --------------------------------------------------------------------------------
def test_a_year_counts_confirmed_hours_of_the_units_members_here(cast: Cast) -> None:
    unit = unit_in(cast)
    one = member_in(cast, unit_named="市中区交通局")
    two = member_in(cast, phone=OTHER_PHONE, unit_named="市中区交通局")
    stranger = member_in(cast, phone="19953710003")
    for member, turn, day in (
        (one, "confirmed", date(2026, 3, 1)),
        (one, "confirmed", date(2026, 12, 31)),
        (one, "confirmed", date(2025, 12, 31)),
        (two, "reported", date(2026, 3, 1)),
        (stranger, "confirmed", date(2026, 3, 1)),
    ):
        served(member, turn, day=day)
    assert letter.year_of(unit, 2026) == (1, 2, Decimal("4.0"))


def test_the_letter_says_what_was_counted(cast: Cast) -> None:
    unit = unit_in(cast)
    served(member_in(cast, unit_named="市中区交通局"), "confirmed", day=today())
    row = letter.appraise(unit, year=today().year, grade="good", words="来得及时。", by=By(cast.community))
    text = "\n".join(part.text for part in Document(BytesIO(letter.letter(row))).paragraphs)
    for said in ("市中区交通局：", "党员 1 人，参加服务 1 次，共 2 小时", "良好", "来得及时。", "九区社区"):
        assert said in text
    assert NAME not in text


def test_a_year_is_judged_anew_not_twice(cast: Cast) -> None:
    unit = unit_in(cast)
    for grade in ("good", "excellent"):
        letter.appraise(unit, year=today().year, grade=grade, words="", by=By(cast.community))
    assert [row.grade for row in unit.appraisals.all()] == ["excellent"]
    with pytest.raises(Refused):
        letter.appraise(unit, year=today().year, grade="fair", words="", by=By(cast.community2))


def test_the_demo_loads_once(cast: Cast) -> None:
    from partybuilding.checkins import demo

    assert demo.load() == demo.load()
    assert UnitCheckIn.objects.count() == 5
