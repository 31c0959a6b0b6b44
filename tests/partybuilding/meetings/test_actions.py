"""Actions followed to their end: carried out, checked, given back, reminded of, gone on as requests."""

from datetime import timedelta
from uuid import uuid4

import pytest

from grids.locate import Place
from grids.models import today
from partybuilding.access import By
from partybuilding.meetings.figures import Followed, followed
from partybuilding.meetings.models import Action, Body, Meeting, Seat, Topic
from partybuilding.meetings.services import actions, reminders, tables, topics
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.terms import Source
from partybuilding.meetings.workflow import ActionState
from requests_app.models import Ticket
from requests_app.services import SYSTEM, staff, take
from tests.cast import Cast
from tests.partybuilding.meetings import scene
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(cast: Cast) -> Body:
    return scene.table(cast)


@pytest.fixture
def firm(cast: Cast, body: Body) -> Seat:
    return scene.seats(cast, body)[1]


@pytest.fixture
def row(cast: Cast, body: Body, firm: Seat) -> Topic:
    return scene.topic(cast, body, scene.held(cast, body, firm))


def told(kind: str) -> list[tuple[str, str]]:
    """Channel and path of every message of this kind."""
    rows = Message.objects.filter(kind=kind).order_by("channel", "pk")
    return [(row.channel, row.context["path"]) for row in rows]


def test_exactly_one_owner(cast: Cast, row: Topic, firm: Seat) -> None:
    day, by = today(), scene.keeper(cast)
    topics.decide(row, outcome="查。", by=by)
    other = scene.seats(cast, scene.table(cast, name="别的桌"))[1]
    for new in (
        NewAction("换灯", day),
        NewAction("换灯", day, seat=firm, owner_words="市政"),
        NewAction("换灯", day, seat=firm, user=cast.worker),
        NewAction("换灯", day, seat=other),
    ):
        with pytest.raises(Refused) as refusal:
            actions.add(row, new, by=by)
        assert refusal.value.field == "owner"
    for new, field in (
        (NewAction(" ", day, seat=firm), "words"),
        (NewAction("换灯", day - timedelta(days=1), seat=firm), "due_on"),
    ):
        with pytest.raises(Refused) as refusal:
            actions.add(row, new, by=by)
        assert refusal.value.field == field
    assert not row.actions.exists()


def test_actions_follow_an_outcome(cast: Cast, row: Topic, firm: Seat) -> None:
    new = NewAction("换灯", today(), seat=firm, form_id=uuid4())
    with pytest.raises(Refused):
        actions.add(row, new, by=scene.keeper(cast))
    topics.decide(row, outcome="查。", by=scene.keeper(cast))
    for by in (By(cast.worker), By(cast.community2), scene.of_phone()):
        with pytest.raises(Refused):
            actions.add(row, new, by=by)
    assert actions.add(row, new, by=scene.keeper(cast)) == actions.add(row, new, by=scene.keeper(cast))
    assert told("meeting_action") == [("sms", f"/together/table/action/{row.actions.get().pk}/")]


def test_its_owner_carries_it_out_and_the_office_checks(cast: Cast, row: Topic, firm: Seat) -> None:
    to_do, form_id = scene.action(cast, row, seat=firm), uuid4()
    with pytest.raises(Refused) as refusal:
        actions.done(to_do, evidence=" ", by=scene.of_phone())
    assert refusal.value.field == "evidence"
    for _tap in range(2):
        actions.done(to_do, evidence="换了 18 盏灯。", by=scene.of_phone(), form_id=form_id)
    assert [path for _channel, path in told("meeting_action_done")] == [
        f"/admin/party/meetings/actions/{to_do.pk}/"
    ] * 2
    for by in (scene.of_phone(), By(cast.worker), By(cast.community2)):
        with pytest.raises(Refused):
            actions.judge(to_do, "confirm", by=by)
    actions.judge(to_do, "confirm", by=scene.keeper(cast))
    to_do.refresh_from_db()
    assert (to_do.state, to_do.confirmed_by, to_do.was_in_time) == ("confirmed", cast.community, True)
    assert [(e.what, e.by) for e in to_do.entries.all()] == [
        ("made", str(cast.community)),
        ("done", "安居物业"),
        ("confirm", str(cast.community)),
    ]


def test_strangers_carry_nothing_out(cast: Cast, row: Topic, firm: Seat) -> None:
    to_do = scene.action(cast, row, seat=firm)
    staff = (cast.community2, cast.worker, cast.leader, cast.dispatcher, cast.department, cast.auditor)
    for by in (*map(By, staff), scene.of_phone(scene.OTHER_PHONE), scene.of_phone(scene.STRANGER), By()):
        with pytest.raises(Refused):
            actions.done(to_do, evidence="办了。", by=by)
    assert Action.objects.get().state == ActionState.OPEN


def test_given_back_with_words_it_is_open_again(cast: Cast, row: Topic, firm: Seat) -> None:
    to_do, by = scene.action(cast, row, seat=firm), scene.keeper(cast)
    actions.done(to_do, evidence="换了。", by=scene.of_phone())
    with pytest.raises(Refused):
        actions.judge(to_do, "give_back", by=by)
    actions.judge(to_do, "give_back", words="三单元还是黑的", by=by)
    to_do.refresh_from_db()
    assert (to_do.state, to_do.done_on, to_do.done_at) == ("open", None, None)
    assert len(told("meeting_action_back")) == 1
    assert to_do.entries.last().words == "三单元还是黑的"  # type: ignore[union-attr]
    actions.done(to_do, evidence="三单元也换了。", by=scene.of_phone())


def test_nobody_checks_their_own(cast: Cast, row: Topic) -> None:
    to_do = scene.action(cast, row, user=cast.community)
    actions.done(to_do, evidence="报了。", by=scene.keeper(cast))
    with pytest.raises(Refused):
        actions.judge(to_do, "confirm", by=scene.keeper(cast))
    actions.judge(to_do, "confirm", by=By(cast.community_leader))


def test_a_page_that_is_old_moves_nothing(cast: Cast, row: Topic, firm: Seat) -> None:
    to_do = scene.action(cast, row, seat=firm)
    old = Action.objects.get(pk=to_do.pk)
    actions.done(to_do, evidence="换了。", by=scene.of_phone())
    with pytest.raises(MovedMeanwhile):
        actions.done(old, evidence="我也换了。", by=scene.of_phone())
    assert Action.objects.get().evidence == "换了。"


def test_an_action_outlives_a_term(cast: Cast, body: Body, row: Topic, firm: Seat) -> None:
    to_do = scene.action(cast, row, seat=firm)
    tables.vacate(firm, on=today(), by=scene.keeper(cast))
    follower = tables.seat(
        body, Sitting("property", "安居物业", name="新经理", phone="19953720005"), by=scene.keeper(cast)
    )
    with clock.at(clock.now() + timedelta(days=1)):
        assert actions.owners(to_do) == [follower]
        assert list(Action.objects.of_person(scene.of_phone("19953720005"))) == [to_do]
        assert not Action.objects.of_person(scene.of_phone()).exists()
        with pytest.raises(Refused):
            actions.done(to_do, evidence="换了。", by=scene.of_phone())
        actions.done(to_do, evidence="换了。", by=scene.of_phone("19953720005"))


def test_reminders_three_days_before_then_the_day_after_then_weekly(
    cast: Cast, row: Topic, firm: Seat
) -> None:
    to_do = scene.action(cast, row, days=10, seat=firm)
    due = to_do.due_on

    def counts(day_offset: int) -> tuple[int, int]:
        day = due + timedelta(days=day_offset)
        return reminders.remind_soon(day), reminders.remind_late(day)

    walked = [counts(offset) for offset in (-4, -3, -3, -1, 0, 1, 1, 2, 7, 8, 8, 15)]
    soon, late = [each[0] for each in walked], [each[1] for each in walked]
    assert soon == [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert late == [0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1]
    assert len(told("meeting_action_soon")) == 1
    own = [path for _channel, path in told("meeting_action_late") if path.startswith("/together/")]
    assert (len(own), len(told("meeting_action_late"))) == (3, 3 + 2 * 3)


def test_an_action_that_is_done_is_told_of_no_more(cast: Cast, row: Topic, firm: Seat) -> None:
    to_do = scene.action(cast, row, seat=firm)
    actions.done(to_do, evidence="换了。", by=scene.of_phone())
    assert reminders.remind_soon(to_do.due_on) == reminders.remind_late(to_do.due_on + timedelta(days=1)) == 0


def test_those_who_keep_the_table_hear_once_that_a_seat_ends(cast: Cast, body: Body, firm: Seat) -> None:
    Seat.objects.filter(pk=firm.pk).update(ends_on=today() + timedelta(days=30))
    assert [reminders.remind_of_terms(), reminders.remind_of_terms()] == [1, 0]
    assert told("meeting_seat_ending") == [("in_app", f"/admin/party/meetings/bodies/{body.pk}/")] * 2


def test_an_action_goes_on_as_a_request_and_is_done_with_it(cast: Cast, row: Topic, firm: Seat) -> None:
    to_do, place = scene.action(cast, row, seat=firm), Place(grid=cast.grid)
    for by in (By(cast.worker), scene.of_phone(), By(cast.community2)):
        with pytest.raises(Refused):
            actions.become_ticket(to_do, by=by, place=place)
    ticket = actions.become_ticket(to_do, by=scene.keeper(cast), place=place)
    assert (ticket.grid, ticket.description, ticket.contact_name) == (cast.grid, "换灯换线", "")
    with pytest.raises(Refused):
        actions.become_ticket(to_do, by=scene.keeper(cast), place=place)
    assert actions.settle_by_tickets() == 0
    take(ticket, "accept", by=staff(cast.worker))
    take(ticket, "resolve", by=staff(cast.worker), answer="您好，灯已经换好。")
    assert actions.settle_by_tickets() == 0
    take(ticket, "answer", by=SYSTEM, how="sms")
    assert [actions.settle_by_tickets(), actions.settle_by_tickets()] == [1, 0]
    to_do.refresh_from_db()
    assert (to_do.state, ticket.number in to_do.evidence) == (ActionState.DONE, True)


def test_a_request_elsewhere_is_refused(cast: Cast, row: Topic, firm: Seat) -> None:
    to_do = scene.action(cast, row, seat=firm)
    with pytest.raises(Refused):
        actions.become_ticket(to_do, by=scene.keeper(cast), place=Place(grid=cast.grid_far))
    assert not Ticket.objects.exists()


def test_the_request_of_its_topic_goes_on(cast: Cast, body: Body, firm: Seat) -> None:
    from requests_app.services.submit import Matter, submit

    own, _new = submit(
        Matter("邻居王大爷家屋顶漏水，电话找我", place=Place(grid=cast.grid, building=cast.building))
    )
    row = scene.topic(cast, body, scene.held(cast, body, firm), source=Source.TICKET, ticket=own)
    to_do = scene.action(cast, row, seat=firm)
    assert actions.become_ticket(to_do, by=scene.keeper(cast), place=Place(grid=cast.grid)) == own
    assert Ticket.objects.count() == 1
    assert own.number in row.about_ticket
    assert "王大爷" not in row.about_ticket


def test_actions_recomputed_plainly(cast: Cast, body: Body, row: Topic, firm: Seat) -> None:
    """One in time, one too late, one late and open, one open and not due yet."""
    topics.decide(row, outcome="查。", by=scene.keeper(cast))
    days = (3, 1, 2, 30)
    made = [
        actions.add(row, NewAction("换灯", today() + timedelta(days=d), seat=firm), by=scene.keeper(cast))
        for d in days
    ]
    later = clock.now() + timedelta(days=5)
    actions.done(made[0], evidence="换了。", by=scene.of_phone())
    with clock.at(later):
        actions.done(made[1], evidence="换了。", by=scene.of_phone())
        day, rows = today(), list(Action.objects.all())
        due = [r for r in rows if not r.is_open or r.due_on < day]
        plain = Followed(
            total=len(rows),
            open=sum(r.is_open for r in rows),
            late=sum(r.is_late for r in rows),
            done=sum(not r.is_open for r in rows),
            due=len(due),
            in_time=sum(r.was_in_time for r in due),
        )
        assert followed(body=body) == plain == Followed(4, 2, 1, 2, 3, 1)
        assert plain.percent == 33
    assert Meeting.objects.count() == 1


def test_the_demo_has_tables_whose_actions_are_followed(cast: Cast) -> None:
    from partybuilding.meetings import demo

    assert demo.load() == demo.load()
    assert sorted(Body.objects.values_list("kind", flat=True)) == ["party", "party"]
    states = Meeting.objects.values_list("state", flat=True)
    assert sorted(states) == ["called", "called", "closed", "closed", "closed", "closed"]
    assert set(Action.objects.values_list("state", flat=True)) == {"open", "done", "confirmed"}
