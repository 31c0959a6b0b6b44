"""The way of a whistle: every step from every state by every role, who is told, two at once."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import Error, transaction

from grids.models import Post, Role, User, today
from requests_app.models import Ticket
from requests_app.services import staff
from requests_app.services import take as take_of_ticket
from requests_app.whistles import access
from requests_app.whistles.models import Call, Deed, Entry, KindRule, Whistle
from requests_app.whistles.services.drafting import Another, change, draft
from requests_app.whistles.services.steps import take
from requests_app.whistles.workflow import CALL_STEPS, STEPS, WHISTLE_STEPS, CallState, State
from tests.cast import ROLES
from tests.factories import make_department, make_leave, make_user
from tests.requests_app.matters import told
from tests.requests_app.whistles.scene import Scene, climbed, fresh
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
OFFICE = {"dispatcher", "section"}


def heard(kind: str, channel: str = "in_app") -> set[str]:
    found = Message.objects.filter(kind=kind, channel=channel)
    return set(found.values_list("user__username", flat=True))


# --- the table ---------------------------------------------------------------------------
def who_of_whistle(step: str) -> set[str]:
    """Of the cast, with a draft by the dispatcher."""
    return {"approve": {"director"}, "return": {"director"}}.get(step, OFFICE | {"director"})


@pytest.mark.parametrize("state", State)
def test_each_role_is_offered_what_the_table_says(scene: Scene, state: str) -> None:
    whistle = scene.drafted()
    whistle.state = state
    for name in ROLES:
        expected = {
            step.name for step in WHISTLE_STEPS if step.starts_at(state) and name in who_of_whistle(step.name)
        }
        assert {step.name for step in access.allowed(getattr(scene.cast, name), whistle)} == expected, name


def test_each_role_is_offered_steps_of_a_call(scene: Scene) -> None:
    call = scene.own(scene.blown())
    everywhere = product(CallState, [State.BLOWN, State.CONCLUDED, State.WITHDRAWN], ROLES)
    for call.state, call.whistle.state, name in everywhere:
        seated = {"rate"} if name in OFFICE | {"director"} else set()
        seated |= {"check_in", "deed", "conclude"} if name == "department" else set()
        running = call.whistle.state != State.WITHDRAWN
        expected = {s.name for s in CALL_STEPS if running and s.starts_at(call.state) and s.name in seated}
        offered = {step.name for step in access.allowed_for(getattr(scene.cast, name), call)}
        assert offered == expected, (call.state, call.whistle.state, name)


@pytest.mark.parametrize("step", [step.name for step in WHISTLE_STEPS if step.name != "edit"])
def test_who_may_not_is_refused_and_who_may_is_not(scene: Scene, step: str) -> None:
    made = {"approve": scene.drafted, "return": scene.drafted, "blow": scene.approved, "archive": scene.rated}
    whistle = made.get(step, scene.blown)()
    for role in ROLES.keys() - who_of_whistle(step):
        with pytest.raises(Refused):
            take(whistle, step, by=staff(getattr(scene.cast, role)), note="说明")
    assert fresh(whistle).state == whistle.state
    take(whistle, step, by=staff(getattr(scene.cast, min(who_of_whistle(step)))), note="说明")
    assert fresh(whistle).entries.filter(what=step).count() == 1


def test_raw_sql_takes_no_arrow_that_is_not_there(scene: Scene) -> None:
    whistle = scene.drafted()
    with pytest.raises(Error), transaction.atomic():
        Whistle.objects.filter(pk=whistle.pk).update(state=State.ARCHIVED)
    call = scene.own(scene.blown(knows_other=True))
    with pytest.raises(Error), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(state=CallState.RATED, rating=5)


def test_entries_stay_as_they_are(scene: Scene) -> None:
    whistle = scene.drafted()
    with pytest.raises(Error), transaction.atomic():
        whistle.entries.update(what="blow")
    with pytest.raises(Error), transaction.atomic():
        Entry.objects.filter(whistle=whistle).delete()


# --- drafting ----------------------------------------------------------------------------
def test_a_draft_tells_the_leaders(scene: Scene) -> None:
    whistle = scene.drafted()
    assert heard("whistle_approve") == {"director"}
    assert whistle.number.startswith("CS-")
    assert sorted(call.task for call in whistle.calls.all()) == ["查油烟净化", "清理占道"]


def test_the_same_form_is_one_whistle(scene: Scene) -> None:
    once = uuid4()
    first = draft(scene.plan(), by=scene.cast.dispatcher, form_id=once)
    assert draft(scene.plan(), by=scene.cast.dispatcher, form_id=once) == first
    assert Whistle.objects.count() == 1


@pytest.mark.parametrize("role", ["community", "worker", "department", "auditor", "leader"])
def test_others_draft_nothing(scene: Scene, role: str) -> None:
    with pytest.raises(Refused):
        scene.drafted(by=getattr(scene.cast, role))


def test_only_street_matters_are_whistled_for(scene: Scene) -> None:
    with pytest.raises(Refused, match=r"街道|street"):
        scene.drafted(tickets=(told(scene.cast),))


def test_a_complaint_about_staff_is_never_whistled_for(scene: Scene) -> None:
    complaint = told(scene.cast, about_staff=True)
    assert complaint.level == "street"
    with pytest.raises(Refused):
        scene.drafted(tickets=(complaint,))


def test_a_draft_needs_a_matter_and_a_department(scene: Scene) -> None:
    lacking: list[dict[str, Any]] = [{"tickets": ()}, {"tasks": {}}]
    for fields in lacking:
        with pytest.raises(Refused):
            scene.drafted(**fields)


def test_a_second_for_the_same_matter_is_warned_of(scene: Scene) -> None:
    first = scene.drafted()
    with pytest.raises(Another) as refused:
        scene.drafted()
    assert refused.value.others == [first]


def test_who_knows_of_it_goes_on_and_that_is_recorded(scene: Scene) -> None:
    first = scene.drafted()
    second = scene.drafted(knows_other=True)
    assert second.entries.get(what="draft").detail == {"beside": [first.number]}
    assert second.knows_other


@pytest.mark.parametrize("state", ["concluded", "rated"])
def test_one_that_is_over_is_warned_of_too(scene: Scene, state: str) -> None:
    first = getattr(scene, state)()
    with pytest.raises(Another) as refused:
        scene.drafted()
    assert refused.value.others == [getattr(first, "whistle", first)]


def test_one_that_was_withdrawn_warns_of_nothing(scene: Scene) -> None:
    take(scene.drafted(), "withdraw", by=staff(scene.cast.dispatcher), note="不用了")
    assert not scene.drafted().knows_other


def test_a_change_keeps_matters_and_departments_in_step(scene: Scene) -> None:
    whistle, more = scene.drafted(), climbed(scene.cast)
    plan = scene.plan(tickets=(more,), tasks={scene.other.pk: "改为夜查"}, title="改过")
    change(whistle, plan, by=scene.cast.section)
    assert [ticket.pk for ticket in whistle.tickets.all()] == [more.pk]
    assert [(call.department, call.task) for call in whistle.calls.all()] == [(scene.other, "改为夜查")]
    assert fresh(whistle).title == "改过"


def test_of_two_who_change_it_the_second_is_told(scene: Scene) -> None:
    whistle = scene.drafted()
    change(whistle, scene.plan(title="甲"), by=scene.cast.section, version=1)
    with pytest.raises(MovedMeanwhile):
        change(whistle, scene.plan(title="乙"), by=scene.cast.dispatcher, version=1)


def test_one_that_came_back_waits_for_approval_once_changed(scene: Scene) -> None:
    whistle = scene.drafted()
    take(whistle, "return", by=staff(scene.cast.director), note="写清时间")
    assert heard("whistle_returned") == {"dispatcher"}
    change(fresh(whistle), scene.plan(), by=scene.cast.dispatcher)
    assert fresh(whistle).state == State.DRAFTED


# --- approving and blowing ---------------------------------------------------------------
def test_a_leader_does_not_approve_their_own_draft(scene: Scene) -> None:
    make_user("second", post=Role.STREET_LEADER, at=scene.cast.street)
    whistle = scene.drafted(by=scene.cast.director)
    with pytest.raises(Refused):
        take(whistle, "approve", by=staff(scene.cast.director))


def test_a_leader_who_is_alone_does(scene: Scene) -> None:
    whistle = scene.drafted(by=scene.cast.director)
    take(whistle, "approve", by=staff(scene.cast.director))
    assert fresh(whistle).state == State.APPROVED


def test_everybody_in_post_is_called_deputies_included(scene: Scene) -> None:
    deputy = make_user("deputy", post=Role.PART_TIME_WORKER, at=scene.cast.grid)
    make_leave(scene.cast.department.posts.get(), deputy)
    scene.blown()
    assert heard("whistle_called") == {"deputy", "market"} == heard("whistle_called", "sms")


def test_messages_carry_no_word_of_the_matter(scene: Scene) -> None:
    scene.blown()
    for message in Message.objects.filter(kind__startswith="whistle"):
        whole = f"{message.title} {message.text}"
        assert not any(word in whole for word in ("青龙山", "韩大山", "139", "3号楼"))


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        ("emergency", MONDAY + timedelta(minutes=30)),
        ("joint", MONDAY + timedelta(hours=24)),
        ("key_work", datetime(2026, 3, 5, 10, 0, tzinfo=SHANGHAI)),
    ],
)
def test_the_limit_goes_by_the_kind(scene: Scene, kind: str, due: datetime) -> None:
    with clock.at(MONDAY):
        whistle = scene.blown(kind=kind)
    assert whistle.check_in_due == due
    assert {call.check_in_due for call in whistle.calls.all()} == {due}


def test_an_office_sets_other_limits(scene: Scene) -> None:
    KindRule.objects.filter(kind="joint").update(amount=2)
    with clock.at(MONDAY):
        assert scene.blown().check_in_due == MONDAY + timedelta(hours=2)


@pytest.mark.parametrize(("kind", "hour"), [("emergency", 2), ("joint", 8)])
def test_at_night_only_an_emergency_rings_phones(scene: Scene, kind: str, hour: int) -> None:
    with clock.at(MONDAY.replace(hour=2)):
        scene.blown(kind=kind)
    sent = Message.objects.filter(kind="whistle_called", channel="sms")
    assert {message.not_before.astimezone(SHANGHAI).hour for message in sent} == {hour}


def test_a_department_without_people_is_refused_by_name(scene: Scene) -> None:
    empty = make_department(name="市中区民政局")
    whistle = scene.approved(tasks={empty.pk: ""})
    with pytest.raises(Refused, match="市中区民政局"):
        take(whistle, "blow", by=staff(scene.cast.dispatcher))
    assert fresh(whistle).state == State.APPROVED


def test_the_ticket_tells_of_it_and_its_clock_goes_on(scene: Scene) -> None:
    due = scene.ticket.resolve_due
    scene.concluded()
    after = Ticket.objects.get(pk=scene.ticket.pk)
    steps = list(after.events.filter(step__startswith="whistle").values_list("step", flat=True))
    assert (steps, after.resolve_due, after.version) == (
        ["whistled", "whistle_over"],
        due,
        scene.ticket.version,
    )


# --- checking in -------------------------------------------------------------------------
def test_a_check_in_says_who_and_when(scene: Scene) -> None:
    call = scene.own(scene.blown())
    take(call, "check_in", by=staff(scene.cast.department), latitude=36.63, longitude=116.93)
    call.refresh_from_db()
    assert (call.state, call.checked_in_by, call.latitude) == ("checked_in", scene.cast.department, 36.63)
    assert call.came_in_time


def test_half_a_point_is_none(scene: Scene) -> None:
    call = scene.own(scene.blown())
    take(call, "check_in", by=staff(scene.cast.department), latitude=36.63)
    call.refresh_from_db()
    assert (call.latitude, call.longitude) == (None, None)


def test_a_double_tap_is_one_check_in(scene: Scene) -> None:
    call, once = scene.own(scene.blown()), uuid4()
    first = take(call, "check_in", by=staff(scene.cast.department), action_id=once)
    assert take(call, "check_in", by=staff(scene.cast.department), action_id=once) == first
    assert call.entries.filter(what="check_in").count() == 1


def test_a_colleague_hears_who_was_faster(scene: Scene) -> None:
    call = scene.own(scene.blown())
    colleague = make_user("kollege", post=Role.DEPARTMENT_STAFF, at=scene.cast.department_unit)
    take(call, "check_in", by=staff(scene.cast.department))
    with pytest.raises(MovedMeanwhile, match=scene.cast.department.real_name):
        take(call, "check_in", by=staff(colleague))


def test_nobody_checks_in_for_another_department(scene: Scene) -> None:
    with pytest.raises(Refused):
        take(scene.others(scene.blown()), "check_in", by=staff(scene.cast.department))


def test_whose_post_has_ended_checks_in_no_more(scene: Scene) -> None:
    call = scene.own(scene.blown())
    Post.objects.filter(user=scene.cast.department).update(ends_on=today() - timedelta(days=1))
    with pytest.raises(Refused):
        take(call, "check_in", by=staff(User.objects.get(pk=scene.cast.department.pk)))


def test_what_was_done_is_kept_with_its_words(scene: Scene) -> None:
    call = scene.own(scene.blown())
    take(call, "check_in", by=staff(scene.cast.department))
    once: Any = uuid4()
    for _tap in range(2):
        take(call, "deed", by=staff(scene.cast.department), note="清走炉具 3 个", action_id=once)
    assert [deed.words for deed in Deed.objects.all()] == ["清走炉具 3 个"]


@pytest.mark.parametrize("step", ["deed", "conclude"])
def test_words_are_asked_for(scene: Scene, step: str) -> None:
    call = scene.own(scene.blown())
    take(call, "check_in", by=staff(scene.cast.department))
    with pytest.raises(Refused) as refused:
        take(call, step, by=staff(scene.cast.department))
    assert refused.value.field == "note"


# --- the end -----------------------------------------------------------------------------
def test_the_last_conclusion_ends_it(scene: Scene) -> None:
    whistle = scene.concluded()
    assert whistle.state == State.CONCLUDED
    assert heard("whistle_concluded") == {"dispatcher"}


def test_ending_it_records_who_never_came(scene: Scene) -> None:
    whistle = scene.blown()
    take(scene.own(whistle), "check_in", by=staff(scene.cast.department))
    take(whistle, "finish", by=staff(scene.cast.dispatcher), note="不等了")
    assert (scene.own(whistle).state, scene.others(whistle).state) == ("concluded", "missed")


def test_archiving_waits_for_every_rating(scene: Scene) -> None:
    whistle = scene.concluded()
    take(scene.own(whistle), "rate", by=staff(scene.cast.dispatcher), rating=5, note="好")
    with pytest.raises(Refused, match=scene.other.name):
        take(whistle, "archive", by=staff(scene.cast.dispatcher))
    take(scene.others(whistle), "rate", by=staff(scene.cast.dispatcher), rating=2, note="来得晚")
    take(fresh(whistle), "archive", by=staff(scene.cast.dispatcher))
    assert fresh(whistle).state == State.ARCHIVED


@pytest.mark.parametrize("rating", [0, 6, None])
def test_a_rating_is_one_to_five(scene: Scene, rating: Any) -> None:
    with pytest.raises(Refused):
        take(scene.own(scene.concluded()), "rate", by=staff(scene.cast.dispatcher), rating=rating, note="因")


def test_withdrawn_after_blowing_calls_departments_off(scene: Scene) -> None:
    whistle = scene.blown()
    take(whistle, "withdraw", by=staff(scene.cast.dispatcher), note="已自行解决")
    assert heard("whistle_off") == {"department", "market"}
    assert set(whistle.calls.values_list("state", flat=True)) == {"called_off"}
    assert Ticket.objects.get(pk=scene.ticket.pk).events.filter(step="whistle_over").exists()


def test_withdrawn_before_blowing_tells_no_department(scene: Scene) -> None:
    take(scene.approved(), "withdraw", by=staff(scene.cast.dispatcher), note="不用了")
    assert heard("whistle_off") == set()


def test_urging_tells_those_who_have_not_come_every_ten_minutes_at_most(scene: Scene) -> None:
    with clock.at(MONDAY):
        whistle = scene.blown()
        take(scene.own(whistle), "check_in", by=staff(scene.cast.department))
        take(whistle, "urge", by=staff(scene.cast.dispatcher))
        with pytest.raises(Refused):
            take(fresh(whistle), "urge", by=staff(scene.cast.section))
    assert heard("whistle_urged") == {"market"}
    with clock.at(MONDAY + timedelta(minutes=11)):
        take(fresh(whistle), "urge", by=staff(scene.cast.section))
    assert Message.objects.filter(kind="whistle_urged", channel="in_app").count() == 2


def test_a_matter_that_moves_on_keeps_its_whistle(scene: Scene) -> None:
    whistle = scene.blown()
    ticket = Ticket.objects.with_units().get(pk=scene.ticket.pk)
    take_of_ticket(ticket, "resolve", by=staff(scene.cast.dispatcher), answer="您好，已处理。")
    take(scene.own(whistle), "check_in", by=staff(scene.cast.department))
    assert fresh(whistle).state == State.BLOWN


def test_every_step_of_the_table_is_tested_here() -> None:
    assert set(STEPS) == {step.name for step in (*WHISTLE_STEPS, *CALL_STEPS)}
