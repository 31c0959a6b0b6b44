"""One move of a booking: the only place where its state is written."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.centre import messages
from partybuilding.centre.access import seats
from partybuilding.centre.models import Booking
from partybuilding.centre.terms import WORDS_MAX
from partybuilding.centre.workflow import OF_ALL_WEEKS, STEPS, State, Step
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import for_the_record, storable


@transaction.atomic
def take(booking: Booking, name: str, *, by: By, note: str = "", alone: bool = False) -> None:
    """Take one step; taken twice by the same tap it is one.

    Args:
        alone: an answer is for this week only; else for every week of the series that waits.

    Raises:
        Refused: not this person's step, not from here, begun already, or words are missing.
        MovedMeanwhile: somebody else moved the booking since it was read.
    """
    step, note = STEPS[name], storable(note)[:WORDS_MAX]
    if booking.state == step.to:
        return
    _check(step, booking, by, note)
    rows = [booking, *(_beside(booking) if name in OF_ALL_WEEKS and not alone else ())]
    fields: dict[str, Any] = {"state": step.to, "note": note}
    if step.name != "give_back":
        fields |= {"answered_by": by.user, "answered_at": clock.now()}
    for row in rows:
        swap(row, **fields)
    if by.user:
        journal.note(by.user, rows, journal.CHANGE, for_the_record(State(step.to).label))
    if step.name != "give_back":
        outbox.add(messages.of_answer(rows))


def _beside(booking: Booking) -> list[Booking]:
    """The other weeks of the series that wait and have not begun.

    This one is held with them: two who answer different weeks take the rows in one order.
    """
    rows = Booking.objects.filter(form_id=booking.form_id, state=State.REQUESTED)
    ahead = rows.filter(span__startswith__gt=clock.now()).for_list().order_by("week")
    return [row for row in ahead.select_for_update(of=("self",)) if row.pk != booking.pk]


def _check(step: Step, booking: Booking, by: By, note: str) -> None:
    if not step.who & seats(by, booking):
        raise Refused(_("This is not yours to do."))
    if booking.is_of_activity:
        raise Refused(_("The room goes with an activity; call that off instead."))
    if booking.state not in step.starts:
        raise Refused(_("This is not possible any more; please look at the page again."))
    if booking.has_begun:
        raise Refused(_("It has begun already."))
    if step.needs_note and not note:
        raise Refused(_("Please write why."), field="note")
