"""Actions: agreed, carried out, checked or given back; they may go on as a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grids.locate import Place
from grids.models import User, today
from partybuilding import access
from partybuilding.access import By
from partybuilding.meetings import messages
from partybuilding.meetings.access import Person, meet
from partybuilding.meetings.models import Action, Entry, Picture, Seat, Topic
from partybuilding.meetings.models.action import MADE, TICKET
from partybuilding.meetings.services.checks import check, keeper, noted, short, theirs
from partybuilding.meetings.services.meetings import head
from partybuilding.meetings.terms import NAME_MAX, PHOTOS_MOST
from partybuilding.meetings.workflow import ACTION_STEPS, ActionState, TopicState
from requests_app.models import Category, Ticket
from requests_app.services.submit import Matter, submit
from requests_app.workflow import OPEN, Source, Status
from wangguan import clock, photos
from wangguan.notify import outbox
from wangguan.photos import CleanPhoto
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import for_the_record, storable

SETTLED = (Status.ANSWERED, Status.CLOSED)
"""States of a request in which what an action wanted of it is there."""


@dataclass(frozen=True)
class NewAction:
    """What is to be done, by when, and by exactly one of: a seat, somebody of the staff, or words."""

    words: str
    due_on: date
    seat: Seat | None = None
    user: User | None = None
    owner_words: str = ""
    form_id: UUID | None = None


@transaction.atomic
def add(topic: Topic, new: NewAction, *, by: By) -> Action:
    """Agree on one more action of a settled topic; the same form again is the same action.

    Raises:
        Refused: not this person's table, nothing is settled yet, or something of it is missing.
    """
    person = meet(by, topic.body)
    if not head_of(person, topic):
        raise Refused(_("This is not yours to do."))
    if topic.state != TopicState.DECIDED:
        raise Refused(_("Write down the outcome first; then what is to be done."))
    # A second tap waits here for the first, and finds its action.
    Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
    if new.form_id and (first := Action.objects.filter(form_id=new.form_id).first()):
        return first
    return agree(topic, new, person=person)


def head_of(person: Person, topic: Topic) -> bool:
    """Whether this person leads the meeting that the topic was settled at."""
    return head(person, topic.meeting) if topic.meeting else person.keeps


@transaction.atomic
def agree(topic: Topic, new: NewAction, *, person: Person) -> Action:
    """Write an action and tell its owner; whoever calls has checked who may.

    Raises:
        Refused: no words, a day that is over, not exactly one owner, or another table's seat.
    """
    _fits(topic, new)
    action = Action.objects.create(
        topic=topic,
        words=short(new.words),
        due_on=new.due_on,
        seat=new.seat,
        user=new.user,
        owner_words=storable(new.owner_words)[:NAME_MAX],
        form_id=new.form_id,
    )
    enter(action, MADE, person=person)
    outbox.add(messages.of_action(messages.YOURS, action, "made", owners(action)))
    return action


def _fits(topic: Topic, new: NewAction) -> None:
    if not storable(new.words):
        raise Refused(_("Please write what is to be done."), field="words")
    if sum(map(bool, (new.seat, new.user, storable(new.owner_words)))) != 1:
        raise Refused(_("Say who does it: one seat, one person, or in words."), field="owner")
    if new.seat and new.seat.body_id != topic.body_id:
        raise Refused(_("This seat stands at another table."), field="owner")
    if new.due_on < today():
        raise Refused(_("This day is over; choose one that is to come."), field="due_on")


def owners(action: Action) -> Sequence[Seat | User]:
    """Who is told: the person named, or whoever sits for the unit today; nobody for an owner in words."""
    if action.user:
        return [action.user]
    if action.seat is None:
        return []
    own = action.seat
    sitting = Seat.objects.standing().filter(body=own.body_id).select_related("user")
    if own.unit:
        return list(sitting.filter(side=own.side, unit=own.unit).around())
    return list(sitting.filter(pk=own.pk))


@transaction.atomic
def done(
    action: Action,
    *,
    evidence: str,
    by: By,
    pictures: Sequence[CleanPhoto] = (),
    on: date | None = None,
    form_id: UUID | None = None,
) -> None:
    """Its owner, or the office for them, says what was done, with pictures; those who keep the table check.

    Raises:
        Refused: neither theirs nor the office's, done already, a day to come, or no words.
        MovedMeanwhile: somebody else moved it.
    """
    person, words, day = meet(by, action.topic.body), short(evidence), on or today()
    theirs(ACTION_STEPS["done"], person.of(action))
    if form_id and action.entries.filter(form_id=form_id).exists():
        return
    check(ACTION_STEPS["done"], action.state, person.of(action), words, field="evidence")
    if day > today():
        raise Refused(_("This day has not come yet."), field="on")
    kept = [photos.store(picture, Picture(action=action)) for picture in pictures[:PHOTOS_MOST]]
    _moved(action, "done", person, words, form_id, evidence=words, done_at=clock.now(), done_on=day)
    Picture.objects.bulk_create(kept)
    keepers = access.keepers_of(action.topic.body.community_id)
    outbox.add(messages.to_keepers(messages.DONE, action, f"v{action.version}", keepers))


@transaction.atomic
def judge(action: Action, name: str, *, by: By, words: str = "", form_id: UUID | None = None) -> None:
    """Check what was carried out: "confirm", or "give_back" with words why it is not done yet.

    Raises:
        Refused: not this person's to check, nothing to check, their own action, or no words.
        MovedMeanwhile: somebody else moved it.
    """
    person, step, said = meet(by, action.topic.body), ACTION_STEPS[name], short(words)
    theirs(step, person.of(action))
    if action.state == step.to:
        return
    check(step, action.state, person.of(action), said)
    if step.to == ActionState.CONFIRMED:
        marks: dict[str, Any] = {"confirmed_at": clock.now(), "confirmed_by": by.user}
    else:
        marks = {"done_at": None, "done_on": None, "late_told_on": None, "soon_told_on": None}
    _moved(action, name, person, said, form_id, **marks)
    if step.to == ActionState.OPEN:
        outbox.add(messages.of_action(messages.BACK, action, f"v{action.version}", owners(action)))


def _moved(
    action: Action, name: str, person: Person, words: str, form_id: UUID | None, **fields: Any
) -> None:
    step = ACTION_STEPS[name]
    swap(action, state=step.to, **fields)
    enter(action, name, person=person, words=words, form_id=form_id)
    noted(person, action, ActionState(step.to).label)


def enter(
    action: Action, what: str, *, person: Person | None, words: str = "", form_id: UUID | None = None
) -> Entry:
    """Write down what happened to an action; nobody: the portal itself."""
    user = person.by.user if person else None
    seat = person.seats[0] if person and not user and person.seats else None
    return Entry.objects.create(action=action, what=what, user=user, seat=seat, words=words, form_id=form_id)


# --- as a request ----------------------------------------------------------------------------
@transaction.atomic
def become_ticket(
    action: Action, *, by: By, place: Place, category: Category | None = None, words: str = ""
) -> Ticket:
    """Let an action go on as a request; when that is answered, the action is done.

    The request that its topic came from, while that is open; else a new one, found by staff, which holds
    what the table agreed and nobody's name.

    Raises:
        Refused: not this person's table, it is one already, nothing is left to do, or a place elsewhere.
        MovedMeanwhile: somebody else moved it.
    """
    person = meet(by, action.topic.body)
    user = keeper(person)
    if action.ticket_id or not action.is_open:
        raise Refused(_("This is not possible any more; please look at the page again."))
    own = action.topic.ticket
    ticket = own if own and own.status in OPEN else _told(action, user, place, category, words)
    swap(action, ticket=ticket)
    enter(action, TICKET, person=person, words=ticket.number)
    return ticket


def _told(action: Action, user: User, place: Place, category: Category | None, words: str) -> Ticket:
    community = place.grid.community_id if place.grid else place.community and place.community.pk
    if action.topic.body.community_id not in (None, community):
        raise Refused(_("This place lies in another community."), field="grid")
    matter = Matter(
        description=storable(words) or action.words,
        place=place,
        source=Source.PATROL,
        category=category,
        reporter=user,
    )
    ticket, _is_new = submit(matter)
    return ticket


def settle_by_tickets() -> int:
    """Actions whose request was answered or closed are done; how many. May run twice."""
    found = Action.objects.open().filter(ticket__status__in=SETTLED)
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    return sum(_settle(key) for key in keys)


@transaction.atomic
def _settle(key: int) -> int:
    rows = Action.objects.open().filter(pk=key, ticket__status__in=SETTLED)
    locked = rows.select_related("ticket", "topic__body", "topic__meeting")
    action = locked.select_for_update(of=("self",), skip_locked=True).first()
    if action is None or action.ticket is None:
        return 0
    said = for_the_record(_("Request %(number)s was answered.") % {"number": action.ticket.number})
    swap(action, state=ActionState.DONE, evidence=said, done_at=clock.now(), done_on=today())
    enter(action, "done", person=None, words=said)
    keepers = access.keepers_of(action.topic.body.community_id)
    outbox.add(messages.to_keepers(messages.DONE, action, f"v{action.version}", keepers))
    return 1
