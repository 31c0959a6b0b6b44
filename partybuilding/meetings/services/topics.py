"""Topics: laid on a table, put on an agenda, settled, put off, not taken up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import User
from partybuilding import access
from partybuilding.access import By
from partybuilding.meetings import messages
from partybuilding.meetings.access import meet
from partybuilding.meetings.models import Body, Meeting, Seat, Topic, Voice
from partybuilding.meetings.services.actions import NewAction, agree
from partybuilding.meetings.services.checks import check, keeper, noted, short, theirs
from partybuilding.meetings.services.meetings import held_still
from partybuilding.meetings.terms import LONG_MAX, NAME_MAX, Source, Stance
from partybuilding.meetings.workflow import AHEAD, TOPIC_STEPS, MeetingState, TopicState
from requests_app.models import Ticket
from residents.models import Finding
from wangguan import clock
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable


@dataclass(frozen=True)
class Proposal:
    """What is to lie on the table. `title` and `words` are for the table: nobody's name, no reporter.

    `offer` names what a room above offered, so that it lies there once.
    """

    title: str
    words: str = ""
    source: str = Source.OFFICE
    ticket: Ticket | None = None
    finding: Finding | None = None
    offer: str = ""
    seat: Seat | None = None
    support: int = 0
    is_owners_matter: bool = False

    def columns(self) -> dict[str, Any]:
        given = ("source", "ticket", "finding", "offer", "seat", "support", "is_owners_matter")
        return {
            "title": storable(self.title)[:NAME_MAX],
            "words": short(self.words),
            **{name: getattr(self, name) for name in given},
        }


Voices = Mapping[int, tuple[str, str]]
"""Stance and words by the seat's key."""


@transaction.atomic
def propose(body: Body, proposal: Proposal, *, by: By, form_id: UUID | None = None) -> Topic:
    """The office, or a seat for itself, hands a topic in; the same form again is the same topic.

    What comes after the last day for topics waits for the meeting after (`put_on`).

    Raises:
        Refused: a stranger to this table, no title, or it lies there already.
    """
    person = meet(by, body)
    if person.is_stranger:
        raise Refused(_("You have no seat at this table."))
    if not person.keeps:
        proposal = Proposal(proposal.title, proposal.words, Source.SEAT, seat=person.seats[0])
    topic = lay(body, proposal, made_by=by.user, form_id=form_id)
    if not person.keeps:
        outbox.add(messages.of_topic(topic, access.keepers_of(body.community_id)))
    return topic


@transaction.atomic
def lay(body: Body, proposal: Proposal, *, made_by: User | None = None, form_id: UUID | None = None) -> Topic:
    """Lay a topic on a table; rooms above that asked themselves whether somebody may do so.

    Raises:
        Refused: no title, the table meets no more, or it lies there already.
    """
    if form_id and (first := Topic.objects.filter(form_id=form_id).first()):
        return first
    if not storable(proposal.title):
        raise Refused(_("Please say in a few words what it is about."), field="title")
    if body.ended_on:
        raise Refused(_("This table meets no more."))
    try:
        with transaction.atomic():
            return Topic.objects.create(body=body, made_by=made_by, form_id=form_id, **proposal.columns())
    except IntegrityError:
        raise Refused(_("This lies on the table already."), field="title") from None


@transaction.atomic
def put_on(topic: Topic, meeting: Meeting, *, by: By, words: str = "") -> None:
    """Put a topic on a meeting's agenda; one that was handed in too late needs words why it is urgent.

    Raises:
        Refused: not this person's, another table's meeting, a meeting over, or late without words.
        MovedMeanwhile: somebody else moved the topic.
    """
    person, meeting = meet(by, topic.body), held_still(meeting)
    check(TOPIC_STEPS["put_on"], topic.state, person.at(meeting), "")
    if meeting.body_id != topic.body_id:
        raise Refused(_("This meeting is another table's."))
    if meeting.state not in (*AHEAD, MeetingState.HELD):
        raise Refused(_("This meeting is over; choose the next one."))
    urgent = short(words)
    if is_late(topic, meeting) and not urgent:
        said = _("Topics for this meeting were taken until %(day)s. Say why this one cannot wait.")
        raise Refused(said % {"day": meeting.topics_until.isoformat()}, field="words")
    last = meeting.topics.aggregate(last=Max("place"))["last"] or 0
    note = {"note": urgent} if urgent else {}
    swap(topic, state=TopicState.ON_AGENDA, meeting=meeting, place=last + 1, **note)
    noted(person, topic, TopicState.ON_AGENDA.label)


@transaction.atomic
def lay_on(meeting: Meeting, proposal: Proposal, *, by: By, words: str = "") -> Topic:
    """What was offered goes on this agenda at once, or not at all.

    Raises:
        Refused: as `propose` and `put_on`.
    """
    topic = propose(meeting.body, proposal, by=by)
    put_on(topic, meeting, by=by, words=words)
    return topic


def is_late(topic: Topic, meeting: Meeting) -> bool:
    """Whether it was handed in after the last day for this meeting's topics."""
    return timezone.localdate(topic.made_at) > meeting.topics_until


@transaction.atomic
def decide(
    topic: Topic,
    *,
    outcome: str,
    by: By,
    voices: Voices | None = None,
    actions: Sequence[NewAction] = (),
) -> None:
    """Write down what came of a topic, who stood how, and what is to be done; of two at once one does.

    Raises:
        Refused: not this person's, the meeting is not under way, no words, or a voice of an absent seat.
        MovedMeanwhile: somebody else settled it.
    """
    person, said = meet(by, topic.body), storable(outcome)[:LONG_MAX]
    check(TOPIC_STEPS["decide"], topic.state, person.at(topic.meeting), "")
    meeting = _under_way(topic)
    if not said:
        raise Refused(_("Please write what was agreed."), field="outcome")
    heard = _heard(meeting, topic, voices or {})
    swap(topic, state=TopicState.DECIDED, outcome=said, note="", decided_at=clock.now())
    Voice.objects.bulk_create(heard)
    for action in actions:
        agree(topic, action, person=person)
    noted(person, topic, TopicState.DECIDED.label)


def _under_way(topic: Topic) -> Meeting:
    """The meeting, held still until the outcome is written: nobody closes it meanwhile."""
    meeting = held_still(topic.meeting) if topic.meeting else None
    if meeting is None or meeting.state != MeetingState.HELD:
        raise Refused(_("Outcomes are written down while the meeting is under way; open it first."))
    return meeting


def _heard(meeting: Meeting, topic: Topic, voices: Voices) -> list[Voice]:
    there = {row.seat_id for row in meeting.invitations.all() if row.has_voice}
    if not set(voices) <= there:
        raise Refused(_("Only who came, or sent a position in writing, has a voice."), field="voices")
    if not {stance for stance, _words in voices.values()} <= set(Stance.values):
        raise Refused(_("Please choose how each side stands to it."), field="voices")
    return [
        Voice(topic=topic, seat_id=seat, stance=stance, words=short(words))
        for seat, (stance, words) in voices.items()
    ]


@transaction.atomic
def set_aside(topic: Topic, name: str, *, words: str, by: By) -> None:
    """Put a topic off, or do not take it up (`name`: "put_off" or "drop"), with words why.

    Raises:
        Refused: not this person's, not from here, or no words.
        MovedMeanwhile: somebody else moved it.
    """
    person, step, said = meet(by, topic.body), TOPIC_STEPS[name], short(words)
    theirs(step, person.at(topic.meeting))
    if topic.state == step.to:
        return
    check(step, topic.state, person.at(topic.meeting), said)
    swap(topic, state=step.to, note=said)
    noted(person, topic, TopicState(step.to).label)


@transaction.atomic
def share(topic: Topic, *, shared: bool, by: By) -> None:
    """Let residents read the outcome, or no longer.

    Raises:
        Refused: not this person's table, or nothing is settled yet.
    """
    person = meet(by, topic.body)
    keeper(person)
    if shared and topic.state != TopicState.DECIDED:
        raise Refused(_("There is no outcome to show yet."))
    swap(topic, is_shared=shared)
    noted(person, topic, _("Residents may read the outcome") if shared else _("Hidden from residents"))
