"""The demo's Red Steward of 王官庄九区: three meetings held, one called, a month judged."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from grids.models import Building, Estate, Role, User, today
from grids.queries import people_of
from partybuilding.access import By
from partybuilding.meetings.models import Action, Meeting, Seat, Topic
from partybuilding.meetings.services import actions, attending, meetings, tables, topics
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.services.topics import Proposal
from partybuilding.meetings.terms import Reply, Source, Stance
from partybuilding.organisations.models import Organisation
from partybuilding.steward.demo_rows import (
    CROSSINGS,
    ESTATE,
    FIRM,
    FORM,
    HELD,
    HOUSEHOLDS,
    MINUTES,
    PHONE,
    SEATS,
    SERVICES,
    VOICES,
    Row,
)
from partybuilding.steward.models import Appraisal, CrossAppointment, Steward
from partybuilding.steward.queries import households_in
from partybuilding.steward.services import closing, founding, log, voices
from partybuilding.steward.services import topics as own_topics
from partybuilding.steward.services.founding import Firm
from partybuilding.steward.services.voices import Speaker
from partybuilding.steward.terms import Question, Via
from requests_app.models import Ticket
from requests_app.services import staff, take
from requests_app.workflow import Status
from wangguan import clock
from wangguan.notify import outbox
from wangguan.privacy import keyed_hash


def load() -> str:
    """Make it where there is none; says how many there are."""
    estate = Estate.objects.filter(name=ESTATE).select_related("community").first()
    if estate and not Steward.objects.exists():
        office = people_of(Role.COMMUNITY_LEADER, community=estate.community)
        if office:
            with transaction.atomic(), outbox.unnudged():
                _make(estate, office[0])
    return f"{Steward.objects.count()} Red Steward's tables"


def _make(estate: Estate, keeper: User) -> None:
    by, day = By(keeper), today()
    with clock.at(_at(day - timedelta(days=200))):
        row = _founded(estate, by)
    table = _Table(row, list(row.body.seats.around()), by, day)
    for number in range(len(HELD)):
        table.held(number)
    table.coming()
    _bring(row)
    _judge_last_month(row)
    _serve(row, day)


def _founded(estate: Estate, by: By) -> Steward:
    """The community's secretary and five by phone; cross appointments both ways."""
    assert by.user
    branch = Organisation.objects.giving_a_branch().filter(estate=estate).first()
    row = founding.set_up(estate, by=by.user, firm=Firm(), households=HOUSEHOLDS, branch=branch)
    founding.change(
        row, by=by.user, firm=Firm(FIRM, "王建国", PHONE.format(1)), households=HOUSEHOLDS, branch=branch
    )
    since = today()
    first = Sitting("community", "九区社区党委", "书记", user=by.user, starts_on=since)
    tables.seat(row.body, first, by=by)
    for number, (side, unit, title, name, chairs) in enumerate(SEATS):
        sitting = Sitting(
            side,
            unit,
            title,
            name=name,
            phone=PHONE.format(number),
            starts_on=since,
            ends_on=since + timedelta(days=3 * 365),
            may_chair=chairs,
        )
        tables.seat(row.body, sitting, by=by)
    for person, own_body, own_post, other_body, other_post in CROSSINGS:
        crossing = CrossAppointment(
            person=person,
            own_body=own_body,
            own_post=own_post,
            other_body=other_body,
            other_post=other_post,
        )
        founding.appoint(row, crossing, by=by.user)
    return row


@dataclass(frozen=True)
class _Table:
    """The table whose meetings are made; `day` is the real one, whatever moment its clock stands at."""

    row: Steward
    seats: list[Seat]
    by: By
    day: date

    def held(self, number: int) -> None:
        """Three, two and one month ago; the owners' committee sent its position in writing."""
        starts_at = _at(self.day - timedelta(days=91 - 28 * number), time(19))
        with clock.at(starts_at - timedelta(days=8)):
            meeting = self._planned(number, starts_at)
            laid = [self._laid(meeting, each) for each in HELD[number]]
            meetings.call(meeting, by=self.by)
        with clock.at(starts_at):
            meetings.open_(meeting, by=self.by)
            away = meeting.invitations.get(seat=self.seats[5])
            attending.reply(
                away, Reply.LEAVE, words="出差", statement="同意，占地一事待业主大会定。", by=self.by
            )
            for seat in self.seats[: 5 if number < 2 else 4]:
                attending.mark(meeting, seat, came=True, by=self.by)
            for topic, each in zip(laid, HELD[number], strict=True):
                self._decided(topic, each, came=5 if number < 2 else 4)
            meetings.close(meeting, minutes=MINUTES, by=self.by)

    def coming(self) -> None:
        """Called for next week."""
        meeting = self._planned(3, _at(self.day + timedelta(days=7), time(19)))
        self._laid(meeting, Row("南门菜市口早上堵车", "等综合执法到会再议。", Source.SEAT, "", "", 0, 0, ""))
        meetings.call(meeting, by=self.by)
        for seat in self.seats[:3]:
            attending.reply(meeting.invitations.get(seat=seat), Reply.COMING, by=self.by)

    def _planned(self, number: int, starts_at: datetime) -> Meeting:
        return meetings.plan(
            self.row.body,
            starts_at=starts_at,
            place="九区党群服务中心二楼",
            chair=self.seats[1],
            recorder="周网格员",
            form_id=UUID(FORM.format(number)),
            by=self.by,
        )

    def _laid(self, meeting: Meeting, each: Row) -> Topic:
        seat = self.seats[1] if each.source == Source.SEAT else None
        proposal = Proposal(
            each.title,
            each.words,
            each.source,
            seat=seat,
            support=each.support,
            is_owners_matter=each.owners,
        )
        return topics.lay_on(meeting, proposal, by=self.by)

    def _decided(self, topic: Topic, each: Row, *, came: int) -> None:
        due = (self.day if each.state == "open" else today()) + timedelta(days=each.days)
        owner = self.seats[each.owner]
        said = {seat.pk: (str(Stance.FOR), "") for seat in self.seats[:came]}
        said[self.seats[5].pk] = (str(Stance.RESERVE if each.owners else Stance.FOR), "")
        new = NewAction(each.to_do, due_on=due, seat=owner)
        topics.decide(topic, outcome=each.outcome, voices=said, actions=[new], by=self.by)
        topics.share(topic, shared=True, by=self.by)
        if each.state == "confirmed":
            self._done(topic.actions.for_page().get(), owner, each)

    def _done(self, action: Action, owner: Seat, each: Row) -> None:
        with clock.at(clock.now() + timedelta(days=min(each.days, 8))):
            own = By(user=owner.user) if owner.user else By(phone_hash=keyed_hash(owner.phone))
            actions.done(action, evidence="已按会议要求办完，现场已看过。", by=own)
            actions.judge(action, "confirm", words="已核对。", by=self.by)


def _bring(row: Steward) -> None:
    """One open request of the estate lies before the table."""
    homes = Building.objects.filter(estate=row.estate_id)
    running = Ticket.objects.filter(
        building__in=homes, status=Status.ACCEPTED, about_staff=False, assignee__isnull=False
    )
    ticket = running.order_by("category__code", "pk").first()
    if ticket and ticket.assignee and own_topics.table_open_to(ticket):
        words = "同一栋楼反复出现，请物业公司和业委会一起商量长久的办法。"
        take(ticket, "refer_to_steward", by=staff(ticket.assignee), note=words)


def _judge_last_month(row: Steward) -> None:
    """Sixteen households, three of them at the door; closed, so that results stand there."""
    last = today().replace(day=1) - timedelta(days=1)
    opens = last.replace(day=25)
    draw = Random("steward")
    homes = list(households_in(row.estate_id).order_by("pk")[:VOICES])
    with clock.at(_at(opens)):
        asked = Appraisal.objects.create(
            steward=row, month=last.replace(day=1), opens_on=opens, closes_on=last, firm=row.firm
        )
        for number, home in enumerate(homes):
            marks = {question: draw.choice((5, 5, 4, 4, 4, 3, 2)) for question in Question.values}
            comment = {2: "电梯维修要提前说一声。", 9: "保洁比以前勤了。"}.get(number, "")
            who = Speaker(home, Via.VISIT if number < 3 else Via.PHONE)
            voices.give_marks(asked, who, marks=marks, comment=comment)
    closing.close_over()
    with outbox.unnudged():
        closing.open_months()


def _serve(row: Steward, day: date) -> None:
    own = By(phone_hash=row.contact_hash)
    for number, (ago, sort, words, joined_by) in enumerate(SERVICES):
        log.enter(
            row,
            by=own,
            sort=sort,
            day=day - timedelta(days=ago),
            words=words,
            joined_by=joined_by,
            form_id=UUID(FORM.format(100 + number)),
        )


def _at(day: date, hour: time = time(10)) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
