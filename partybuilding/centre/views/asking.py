"""Asking for a room: the same form by phone and in the office, and the way back when something is wrong."""

from typing import Any
from uuid import UUID

from partybuilding.access import By
from partybuilding.centre.access import Known
from partybuilding.centre.forms import BookForm
from partybuilding.centre.models import Booking, Room
from partybuilding.centre.services import booking
from partybuilding.centre.services.booking import Clashes, Whom
from wangguan.refusals import Refused


def form_of(data: Any, room: Room, known: Known | None, start: dict[str, Any]) -> BookForm:
    """The form, empty or as it was typed; `start`: day and hour, from a link in the week."""
    given = {name: start[name] for name in ("day", "first", "last") if name in start}
    return BookForm(data or None, room=room, known=known, initial=given)


def booked(form: BookForm, room: Room, *, by: By) -> list[Booking]:
    """What was booked; empty when the form now says what is wrong. Nothing typed is lost."""
    if not form.is_valid():
        return []
    whom = form.whom
    if by.user and not whom.phone:
        whom = Whom(user=by.user)
    form_id: UUID = form.cleaned_data["form_id"]
    try:
        return booking.book(room, form.wish, whom=whom, by=by, form_id=form_id)
    except Clashes as clash:
        for said in clash.found:
            form.add_error("day", said)
        if clash.free:
            form.show_clash()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    return []
