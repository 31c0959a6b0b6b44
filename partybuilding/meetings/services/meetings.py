"""A meeting: planned, called, opened, closed with its minutes, or called off."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings import chairs, messages
from partybuilding.meetings.access import Person, meet
from partybuilding.meetings.models import Body, Invitation, Meeting, Seat
from partybuilding.meetings.services.checks import check, keeper, noted, short, theirs
from partybuilding.meetings.terms import MINUTES_MAX
from partybuilding.meetings.workflow import AHEAD, MEETING_STEPS, MeetingState, TopicState
from wangguan import clock
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable


@transaction.atomic
def plan(
    body: Body,
    *,
    starts_at: datetime,
    place: str,
    by: By,
    form_id: UUID,
    title: str = "",
    chair: Seat | None = None,
    recorder: str = "",
    topics_until: date | None = None,
) -> Meeting:
    """Enter the next meeting of a table; the same form again is the same meeting.

    Raises:
        Refused: not this person's table, the table meets no more, or the chair does not sit at it.
    """
    person = meet(by, body)
    user = keeper(person)
    row = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    # A second tap that waited for the first one's lock finds its meeting only now.
    if first := Meeting.objects.filter(form_id=form_id).first():
        return first
    if row.ended_on:
        raise Refused(_("This table meets no more."))
    _may_chair(row, chair)
    turn = chairs.in_turn(row, timezone.localdate(starts_at))
    last = row.meetings.aggregate(last=Max("number"))["last"] or 0
    meeting = Meeting.objects.create(
        body=row,
        number=last + 1,
        title=storable(title),
        starts_at=starts_at,
        place=storable(place),
        chair=chair,
        recorder=storable(recorder),
        topics_until=topics_until or _until(row, starts_at),
        form_id=form_id,
        planned_by=user,
    )
    noted(person, meeting, MeetingState.PLANNED.label)
    if turn and chair != turn:
        said = _("%(chosen)s chairs; in turn it was %(seat)s.")
        noted(person, meeting, said % {"chosen": chair or _("Nobody yet"), "seat": turn})
    return meeting


def _until(body: Body, starts_at: datetime) -> date:
    return timezone.localdate(starts_at) - timedelta(days=body.ahead_days)


def _may_chair(body: Body, chair: Seat | None) -> None:
    if chair and (chair.body_id != body.pk or not chair.is_standing()):
        raise Refused(_("Whoever chairs sits at this table."), field="chair")


@transaction.atomic
def rearrange(
    meeting: Meeting,
    *,
    starts_at: datetime,
    place: str,
    by: By,
    title: str = "",
    chair: Seat | None = None,
    recorder: str = "",
) -> None:
    """Another hour, place, chair; whoever was invited is told anew when hour or place changed.

    Raises:
        Refused: not this person's table, the meeting has begun, or the chair does not sit at the table.
        MovedMeanwhile: somebody else changed it.
    """
    person = meet(by, meeting.body)
    keeper(person)
    if meeting.state not in AHEAD:
        raise Refused(_("This is not possible any more; please look at the page again."))
    _may_chair(meeting.body, chair)
    moved = (meeting.starts_at, meeting.place) != (starts_at, storable(place))
    fields: dict[str, Any] = {"title": storable(title), "chair": chair, "recorder": storable(recorder)}
    if moved:
        until = _until(meeting.body, starts_at)
        fields |= {"starts_at": starts_at, "place": storable(place), "topics_until": until}
    swap(meeting, **fields)
    noted(person, meeting, _("Changed"))
    if moved and meeting.state == MeetingState.CALLED:
        outbox.add(messages.of_meeting(messages.MOVED, meeting, invited(meeting)))


@transaction.atomic
def call(meeting: Meeting, *, by: By) -> int:
    """Send the invitations with the agenda; how many. Called twice by the same tap it is once.

    Raises:
        Refused: not this person's table, its hour is over, or nobody sits at the table that day.
    """
    person = meet(by, meeting.body)
    theirs(MEETING_STEPS["call"], person.at(meeting))
    if meeting.state == MeetingState.CALLED:
        return meeting.invitations.count()
    check(MEETING_STEPS["call"], meeting.state, person.at(meeting), "")
    if meeting.starts_at <= clock.now():
        raise Refused(_("Its hour is over; open it, or give it another hour."))
    if not _invite(meeting, timezone.localdate(meeting.starts_at)):
        raise Refused(_("Nobody has a seat at this table on that day; give seats first."))
    swap(meeting, state=MeetingState.CALLED, called_at=clock.now())
    seats = invited(meeting)
    outbox.add(messages.of_meeting(messages.CALLED, meeting, seats))
    noted(person, meeting, MeetingState.CALLED.label)
    return len(seats)


@transaction.atomic
def open_(meeting: Meeting, *, by: By) -> None:
    """The meeting begins: from now on who came and what came of each topic is written down.

    Raises:
        Refused: not this person's to open, not from here, or nobody sits at the table.
    """
    person = meet(by, meeting.body)
    theirs(MEETING_STEPS["open"], person.at(meeting))
    if meeting.state == MeetingState.HELD:
        return
    check(MEETING_STEPS["open"], meeting.state, person.at(meeting), "")
    if not _invite(meeting, today()):
        raise Refused(_("Nobody has a seat at this table on that day; give seats first."))
    swap(meeting, state=MeetingState.HELD, opened_at=clock.now())
    noted(person, meeting, MeetingState.HELD.label)


@transaction.atomic
def close(meeting: Meeting, *, minutes: str, by: By) -> None:
    """Keep the minutes; after that nothing of the meeting changes.

    Raises:
        Refused: not this person's to close, a topic has no outcome, nobody came, or there are no minutes.
    """
    person, words = meet(by, meeting.body), storable(minutes)[:MINUTES_MAX]
    theirs(MEETING_STEPS["close"], person.at(meeting))
    if meeting.state == MeetingState.CLOSED:
        return
    check(MEETING_STEPS["close"], meeting.state, person.at(meeting), "")
    _may_close(held_still(meeting), words)
    swap(meeting, state=MeetingState.CLOSED, minutes=words, closed_at=clock.now())
    noted(person, meeting, MeetingState.CLOSED.label)


def _may_close(meeting: Meeting, words: str) -> None:
    waiting = meeting.topics.filter(state=TopicState.ON_AGENDA).count()
    if waiting:
        said = ngettext(
            "%(count)d topic has no outcome yet: write it down, or put it off.",
            "%(count)d topics have no outcome yet: write them down, or put them off.",
            waiting,
        )
        raise Refused(said % {"count": waiting})
    if not meeting.invitations.filter(attended_at__isnull=False).exists():
        raise Refused(_("Nobody is marked as having come."))
    if not words:
        raise Refused(_("Please write the minutes."), field="minutes")


@transaction.atomic
def draft(meeting: Meeting, *, minutes: str, by: By) -> None:
    """Keep what is written of the minutes so far.

    Raises:
        Refused: not this person's, or the meeting is not under way.
    """
    person = meet(by, meeting.body)
    check(MEETING_STEPS["close"], meeting.state, person.at(meeting), "")
    swap(meeting, minutes=storable(minutes)[:MINUTES_MAX])


@transaction.atomic
def call_off(meeting: Meeting, *, words: str, by: By) -> None:
    """It does not take place; its topics wait for the next one, and whoever was invited is told.

    Raises:
        Refused: not this person's table, it has begun, or no words.
    """
    person, said = meet(by, meeting.body), short(words)
    theirs(MEETING_STEPS["call_off"], person.at(meeting))
    if meeting.state == MeetingState.CALLED_OFF:
        return
    check(MEETING_STEPS["call_off"], meeting.state, person.at(meeting), said)
    seats = invited(meeting)
    swap(meeting, state=MeetingState.CALLED_OFF, reason=said)
    for topic in meeting.topics.filter(state=TopicState.ON_AGENDA):
        swap(topic, state=TopicState.PUT_OFF, note=said)
    outbox.add(messages.of_meeting(messages.CALLED_OFF, meeting, seats))
    noted(person, meeting, MeetingState.CALLED_OFF.label)


def held_still(meeting: Meeting) -> Meeting:
    """The meeting as it stands, and so it stays until the transaction ends: nobody closes it meanwhile."""
    return Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)


def invited(meeting: Meeting) -> list[Seat]:
    return list(Seat.objects.filter(invitations__meeting=meeting).select_related("user").around())


def _invite(meeting: Meeting, on: date) -> int:
    """An invitation for every seat in force on this day; how many there are."""
    seats = meeting.body.seats.standing(on)
    rows = [Invitation(meeting=meeting, seat=seat) for seat in seats]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True)
    return meeting.invitations.count()


def is_past(meeting: Meeting) -> bool:
    """Whether the last day for its topics is over."""
    return today() > meeting.topics_until


def head(person: Person, meeting: Meeting) -> bool:
    """Whether this person leads the meeting: keeps the table, or chairs."""
    return MEETING_STEPS["close"].is_of(person.at(meeting))
