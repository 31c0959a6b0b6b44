"""Saying whether one comes, and having come."""

import hmac

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.meetings.access import meet
from partybuilding.meetings.models import Invitation, Meeting, Seat
from partybuilding.meetings.services.checks import short
from partybuilding.meetings.services.meetings import head, held_still
from partybuilding.meetings.terms import Reply, Via
from partybuilding.meetings.workflow import MeetingState
from wangguan import clock
from wangguan.refusals import Refused


@transaction.atomic
def reply(invitation: Invitation, answer: str, *, by: By, words: str = "", statement: str = "") -> None:
    """Say whether this seat comes; on leave, with words and perhaps a written position.

    Raises:
        Refused: neither this seat's nor the office's, the meeting is over, or leave without words.
    """
    row = Invitation.objects.select_for_update(of=("self",)).select_related("meeting__body")
    invitation = row.get(pk=invitation.pk)
    person = meet(by, invitation.meeting.body)
    if not person.keeps and invitation.seat_id not in {seat.pk for seat in person.seats}:
        raise Refused(_("This is not yours to do."))
    if invitation.meeting.state not in (MeetingState.CALLED, MeetingState.HELD):
        raise Refused(_("This meeting takes no replies any more."))
    if answer not in (Reply.COMING, Reply.LEAVE):
        raise Refused(_("Please say whether you come."), field="reply")
    if answer == Reply.LEAVE and not short(words):
        raise Refused(_("Please say why you cannot come."), field="words")
    leaves = answer == Reply.LEAVE
    Invitation.objects.filter(pk=invitation.pk).update(
        reply=answer,
        words=short(words) if leaves else "",
        statement=short(statement) if leaves else "",
        replied_at=clock.now(),
    )


@transaction.atomic
def attend(meeting: Meeting, token: str, *, by: By) -> list[Seat]:
    """Whoever reads the code on the wall is there: every seat of theirs, each marked once.

    Raises:
        Refused: the code is not this meeting's, it is not the time, or they have no seat here.
    """
    if not hmac.compare_digest(meeting.token.encode(), token.encode()):
        raise Refused(_("This code belongs to another meeting."))
    if not held_still(meeting).takes_attendance:
        raise Refused(_("This code is good from two hours before the meeting until it is closed."))
    seats = list(meet(by, meeting.body).seats)
    if not seats:
        raise Refused(_("You have no seat at this table."))
    for seat in seats:
        _came(meeting, seat, Via.QR)
    return seats


@transaction.atomic
def mark(meeting: Meeting, seat: Seat, *, came: bool, by: By) -> None:
    """Enter by hand that somebody came, or take it back while the meeting is under way.

    Raises:
        Refused: not this person's meeting, another table's seat, or it is not the time.
    """
    if not head(meet(by, meeting.body), meeting):
        raise Refused(_("This is not yours to do."))
    if seat.body_id != meeting.body_id:
        raise Refused(_("This seat stands at another table."))
    if not held_still(meeting).takes_attendance:
        raise Refused(_("Attendance is written down while the meeting is under way."))
    if came:
        _came(meeting, seat, Via.BY_HAND)
        return
    if seat.voices.filter(topic__meeting=meeting).exists():
        raise Refused(_("Its voice is written down already; so it was there."))
    meeting.invitations.filter(seat=seat).update(attended_at=None, via="")


def _came(meeting: Meeting, seat: Seat, via: str) -> None:
    """The first mark stands; a seat that was given later has its invitation now."""
    Invitation.objects.bulk_create([Invitation(meeting=meeting, seat=seat)], ignore_conflicts=True)
    missing = meeting.invitations.filter(seat=seat, attended_at__isnull=True)
    missing.update(attended_at=clock.now(), via=via)
