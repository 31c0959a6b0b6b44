"""A meeting from its plan to its minutes: called, attended, topics settled."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings.figures import Attendance, attendance
from partybuilding.meetings.models import Invitation, Meeting, Topic
from partybuilding.meetings.services import attending, meetings, topics
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.topics import Proposal
from partybuilding.meetings.terms import Reply, Source
from partybuilding.meetings.workflow import MeetingState, TopicState
from tests.cast import Cast
from tests.partybuilding.meetings import scene
from tests.race import at_once
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db


def outsiders(cast: Cast) -> list[By]:
    staff = (cast.community2, cast.leader, cast.dispatcher, cast.section, cast.department, cast.auditor)
    return [*map(By, staff), scene.of_phone(scene.STRANGER), By()]


def test_meetings_of_a_table_are_counted(cast: Cast) -> None:
    body, form_id = scene.table(cast), uuid4()
    first, again = (scene.planned(cast, body, form_id=form_id) for _ in range(2))
    assert first == again
    assert scene.planned(cast, body).number == 2
    assert first.topics_until == timezone.localdate(first.starts_at) - timedelta(days=3)


def test_the_chair_sits_at_the_table(cast: Cast) -> None:
    body, other = scene.table(cast), scene.table(cast, name="别的桌")
    _branch, firm, _owners = scene.seats(cast, other)
    with pytest.raises(Refused) as refusal:
        scene.planned(cast, body, chair=firm)
    assert refusal.value.field == "chair"


def test_calling_invites_every_seat_once(cast: Cast) -> None:
    body = scene.table(cast)
    scene.seats(cast, body)
    meeting = scene.planned(cast, body)
    assert meetings.call(meeting, by=scene.keeper(cast)) == 3
    assert meetings.call(meeting, by=scene.keeper(cast)) == 3
    told = Message.objects.filter(kind="meeting_called")
    assert sorted(told.values_list("channel", flat=True)) == ["in_app", "sms", "sms"]
    paths = sorted({row.context["path"].rsplit("/", 2)[0] for row in told})
    assert paths == ["/together/table", "/worker/tables"]
    assert all(scene.NAME not in str(row.context) and scene.PHONE not in row.key for row in told)


def test_only_those_who_keep_the_table_call_and_call_off(cast: Cast) -> None:
    body = scene.table(cast)
    branch, _firm, _owners = scene.seats(cast, body)
    meeting = scene.planned(cast, body, chair=branch)
    for by in (*outsiders(cast), By(cast.worker), scene.of_phone()):
        with pytest.raises(Refused):
            meetings.call(meeting, by=by)
        with pytest.raises(Refused):
            meetings.call_off(meeting, words="有雨", by=by)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED


def test_a_meeting_whose_hour_is_over_is_not_called(cast: Cast) -> None:
    body = scene.table(cast)
    scene.seats(cast, body)
    with pytest.raises(Refused):
        meetings.call(scene.planned(cast, body, days=-1), by=scene.keeper(cast))


def test_a_table_without_seats_invites_nobody(cast: Cast) -> None:
    with pytest.raises(Refused):
        meetings.call(scene.planned(cast, scene.table(cast)), by=scene.keeper(cast))


def test_who_was_invited_hears_when_it_moves_and_when_it_is_called_off(cast: Cast) -> None:
    body, by = scene.table(cast), scene.keeper(cast)
    scene.seats(cast, body)
    meeting = scene.planned(cast, body)
    row = scene.topic(cast, body, meeting)
    meetings.call(meeting, by=by)
    meetings.rearrange(meeting, starts_at=meeting.starts_at, place=meeting.place, title="专题会", by=by)
    assert not Message.objects.filter(kind="meeting_moved").exists()
    later = meeting.starts_at + timedelta(days=1)
    meetings.rearrange(meeting, starts_at=later, place=meeting.place, by=by)
    meetings.call_off(meeting, words="大雪", by=by)
    assert Message.objects.filter(kind="meeting_moved").count() == 3
    assert Message.objects.filter(kind="meeting_called_off").count() == 3
    row.refresh_from_db()
    assert (row.state, row.note) == (TopicState.PUT_OFF, "大雪")


def test_leave_wants_words_and_may_carry_a_statement(cast: Cast) -> None:
    body = scene.table(cast)
    _branch, firm, _owners = scene.seats(cast, body)
    meeting = scene.planned(cast, body)
    meetings.call(meeting, by=scene.keeper(cast))
    own = meeting.invitations.get(seat=firm)
    with pytest.raises(Refused) as refusal:
        attending.reply(own, Reply.LEAVE, by=scene.of_phone())
    assert refusal.value.field == "words"
    attending.reply(own, Reply.LEAVE, words="出差", statement="同意查线路。", by=scene.of_phone())
    own.refresh_from_db()
    assert (own.reply, own.words, own.has_voice, own.came) == (Reply.LEAVE, "出差", True, False)
    attending.reply(own, Reply.COMING, words="不作数", by=scene.of_phone())
    own.refresh_from_db()
    assert (own.reply, own.words, own.statement) == (Reply.COMING, "", "")


def test_nobody_replies_for_another_seat_but_the_office(cast: Cast) -> None:
    body = scene.table(cast)
    _branch, firm, _owners = scene.seats(cast, body)
    meeting = scene.planned(cast, body)
    meetings.call(meeting, by=scene.keeper(cast))
    own = meeting.invitations.get(seat=firm)
    for by in (*outsiders(cast), By(cast.worker), scene.of_phone(scene.OTHER_PHONE)):
        with pytest.raises(Refused):
            attending.reply(own, Reply.COMING, by=by)
    attending.reply(own, Reply.COMING, by=scene.keeper(cast))


def test_the_code_on_the_wall_is_good_when_the_meeting_is(cast: Cast) -> None:
    body = scene.table(cast)
    _branch, firm, _owners = scene.seats(cast, body)
    meeting = scene.planned(cast, body, days=2)
    meetings.call(meeting, by=scene.keeper(cast))
    with pytest.raises(Refused):
        attending.attend(meeting, meeting.token, by=scene.of_phone())
    with clock.at(meeting.starts_at - timedelta(minutes=30)):
        with pytest.raises(Refused):
            attending.attend(meeting, meeting.token, by=scene.of_phone(scene.STRANGER))
        with pytest.raises(Refused):
            attending.attend(meeting, "another", by=scene.of_phone())
        assert attending.attend(meeting, meeting.token, by=scene.of_phone()) == [firm]
        attending.attend(meeting, meeting.token, by=scene.of_phone())
    row = meeting.invitations.get(attended_at__isnull=False)
    assert (row.seat, row.via, row.attended_at) == (firm, "qr", meeting.starts_at - timedelta(minutes=30))


def test_attendance_by_hand_is_taken_back_while_it_has_no_voice(cast: Cast) -> None:
    body, by = scene.table(cast), scene.keeper(cast)
    branch, firm, _owners = scene.seats(cast, body)
    meeting = scene.held(cast, body, branch, firm)
    attending.mark(meeting, firm, came=False, by=by)
    assert meeting.invitations.filter(attended_at__isnull=False).count() == 1
    row = scene.topic(cast, body, meeting)
    topics.decide(row, outcome="查线路。", voices={branch.pk: ("for", "")}, by=by)
    with pytest.raises(Refused):
        attending.mark(meeting, branch, came=False, by=by)


def test_a_seat_hands_a_topic_in_and_the_office_hears(cast: Cast) -> None:
    body, form_id = scene.table(cast), uuid4()
    _branch, firm, _owners = scene.seats(cast, body)
    given = Proposal("楼道灯换了又坏", source=Source.TICKET, support=99, is_owners_matter=True)
    rows = [topics.propose(body, given, by=scene.of_phone(), form_id=form_id) for _ in range(2)]
    assert rows[0] == rows[1]
    assert (rows[0].source, rows[0].seat, rows[0].support) == (Source.SEAT, firm, 0)
    assert {row.user_id for row in Message.objects.filter(kind="meeting_topic")} == {
        cast.community.pk,
        cast.community_leader.pk,
    }
    for by in outsiders(cast):
        with pytest.raises(Refused):
            topics.propose(body, given, by=by)


def test_a_topic_handed_in_too_late_needs_words(cast: Cast) -> None:
    body = scene.table(cast)
    scene.seats(cast, body)
    early = scene.topic(cast, body)
    meeting = scene.planned(cast, body, days=4)
    with clock.at(clock.now() + timedelta(days=3)):
        late = scene.topic(cast, body, title="水管爆了")
        topics.put_on(early, meeting, by=scene.keeper(cast))
        with pytest.raises(Refused) as refusal:
            topics.put_on(late, meeting, by=scene.keeper(cast))
        assert refusal.value.field == "words"
        topics.put_on(late, meeting, words="家里泡水了", by=scene.keeper(cast))
    assert list(meeting.topics.values_list("place", flat=True)) == [1, 2]


def test_what_came_of_a_topic(cast: Cast) -> None:
    body, by = scene.table(cast), scene.keeper(cast)
    branch, firm, owners = scene.seats(cast, body)
    meeting = scene.held(cast, body, branch, firm)
    row = scene.topic(cast, body, meeting)
    to_do = NewAction("换灯", due_on=today() + timedelta(days=7), seat=firm)
    with pytest.raises(Refused) as refusal:
        topics.decide(row, outcome="查。", voices={owners.pk: ("for", "")}, by=by)
    assert refusal.value.field == "voices"
    voices = {branch.pk: ("for", ""), firm.pk: ("reserve", "费用另议")}
    topics.decide(row, outcome="查一遍线路。", voices=voices, actions=[to_do], by=by)
    row.refresh_from_db()
    assert (row.state, row.outcome, row.actions.get().seat) == (TopicState.DECIDED, "查一遍线路。", firm)
    assert {(v.seat_id, v.stance, v.words) for v in row.voices.all()} == {
        (branch.pk, "for", ""),
        (firm.pk, "reserve", "费用另议"),
    }


def test_a_written_statement_has_a_voice(cast: Cast) -> None:
    body, by = scene.table(cast), scene.keeper(cast)
    branch, _firm, owners = scene.seats(cast, body)
    meeting = scene.held(cast, body, branch)
    absent = meeting.invitations.get(seat=owners)
    attending.reply(absent, Reply.LEAVE, words="住院", statement="保留意见。", by=by)
    row = scene.topic(cast, body, meeting)
    topics.decide(row, outcome="查。", voices={owners.pk: ("reserve", "")}, by=by)
    assert row.voices.get().seat == owners


def test_nothing_is_settled_before_the_meeting_opens_or_by_others(cast: Cast) -> None:
    body = scene.table(cast)
    branch, _firm, _owners = scene.seats(cast, body)
    meeting = scene.planned(cast, body, chair=branch)
    row = scene.topic(cast, body, meeting)
    with pytest.raises(Refused):
        topics.decide(row, outcome="查。", by=scene.keeper(cast))
    meetings.open_(meeting, by=By(cast.worker))
    for by in (*outsiders(cast), scene.of_phone()):
        with pytest.raises(Refused):
            topics.decide(row, outcome="查。", by=by)
        with pytest.raises(Refused):
            topics.set_aside(row, "put_off", words="再议", by=by)
    row = Topic.objects.get(pk=row.pk)
    topics.decide(row, outcome="查。", by=By(cast.worker))


def test_a_topic_put_off_comes_back_at_the_next_meeting(cast: Cast) -> None:
    body, by = scene.table(cast), scene.keeper(cast)
    branch, _firm, _owners = scene.seats(cast, body)
    meeting = scene.held(cast, body, branch)
    row = scene.topic(cast, body, meeting)
    with pytest.raises(Refused):
        topics.set_aside(row, "put_off", words="", by=by)
    topics.set_aside(row, "put_off", words="等综合执法到会再议", by=by)
    meetings.close(meeting, minutes="放到下次。", by=by)
    after = scene.planned(cast, body)
    topics.put_on(row, after, by=by)
    row.refresh_from_db()
    assert (row.state, row.meeting) == (TopicState.ON_AGENDA, after)


def test_a_meeting_closes_when_everything_is_written_down(cast: Cast) -> None:
    body, by = scene.table(cast), scene.keeper(cast)
    branch, _firm, _owners = scene.seats(cast, body)
    meeting = scene.held(cast, body)
    row = scene.topic(cast, body, meeting)
    refused = []
    for step in (
        lambda: topics.set_aside(row, "drop", words="已解决", by=by),
        lambda: attending.mark(meeting, branch, came=True, by=by),
    ):
        with pytest.raises(Refused) as refusal:
            meetings.close(meeting, minutes="记录。", by=by)
        refused.append(refusal.value.sentence)
        step()
    with pytest.raises(Refused) as refusal:
        meetings.close(meeting, minutes=" ", by=by)
    assert len({*refused, refusal.value.sentence}) == 3
    meetings.close(meeting, minutes="记录。", by=by)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.minutes) == (MeetingState.CLOSED, "记录。")
    with pytest.raises(Refused):
        topics.put_on(scene.topic(cast, body, title="新议题"), meeting, by=by)
    with pytest.raises(Refused):
        attending.mark(meeting, branch, came=False, by=by)


def test_residents_read_an_outcome_once_it_is_shared(cast: Cast) -> None:
    body, by = scene.table(cast), scene.keeper(cast)
    branch, _firm, _owners = scene.seats(cast, body)
    row = scene.topic(cast, body, scene.held(cast, body, branch, chair=branch))
    with pytest.raises(Refused):
        topics.share(row, shared=True, by=by)
    topics.decide(row, outcome="查。", by=by)
    for other in (*outsiders(cast), By(cast.worker), scene.of_phone()):
        with pytest.raises(Refused):
            topics.share(row, shared=True, by=other)
    topics.share(row, shared=True, by=by)
    assert Topic.objects.get(pk=row.pk).is_shared


def test_attendance_recomputed_plainly(cast: Cast) -> None:
    body = scene.table(cast)
    branch, firm, owners = scene.seats(cast, body)
    first, second = scene.held(cast, body, branch, firm), scene.held(cast, body, branch)
    leave = second.invitations.get(seat=owners)
    attending.reply(leave, Reply.LEAVE, words="住院", by=scene.keeper(cast))
    scene.planned(cast, body)
    rows = list(Invitation.objects.filter(meeting__in=(first, second)))
    plain = Attendance(
        invited=len(rows),
        came=sum(row.came for row in rows),
        on_leave=sum(row.reply == "leave" and not row.came for row in rows),
    )
    assert attendance(body=body) == plain == Attendance(6, 3, 1)
    assert (plain.absent, plain.percent) == (2, 50)
    assert attendance(body=scene.table(cast, name="空桌")).percent is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_settle_one_topic_one_does(cast: Cast) -> None:
    body = scene.table(cast)
    branch, firm, _owners = scene.seats(cast, body)
    row = scene.topic(cast, body, scene.held(cast, body, branch, firm, chair=branch))
    mine, yours = Topic.objects.get(pk=row.pk), Topic.objects.get(pk=row.pk)
    to_do = NewAction("换灯", due_on=today(), seat=firm)
    said = at_once(
        lambda: topics.decide(mine, outcome="甲", actions=[to_do], by=scene.keeper(cast)),
        lambda: topics.decide(yours, outcome="乙", actions=[to_do], by=By(cast.worker)),
    )
    assert [type(each) for each in said if each] == [MovedMeanwhile]
    row.refresh_from_db()
    assert row.outcome == ("乙" if isinstance(said[0], MovedMeanwhile) else "甲")
    assert row.actions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_scans_at_once_are_one_attendance(cast: Cast) -> None:
    body = scene.table(cast)
    _branch, firm, _owners = scene.seats(cast, body)
    meeting = scene.held(cast, body)
    Invitation.objects.filter(seat=firm).delete()

    def scan() -> list[int]:
        here = Meeting.objects.get(pk=meeting.pk)
        return [seat.pk for seat in attending.attend(here, here.token, by=scene.of_phone())]

    assert at_once(scan, scan) == [[firm.pk], [firm.pk]]
    assert meeting.invitations.filter(seat=firm, attended_at__isnull=False).count() == 1
