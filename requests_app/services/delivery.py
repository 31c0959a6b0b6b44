"""What follows when a message arrived, or did not. Called by the outbox, inside its transaction."""

from grids.models import User
from requests_app import access, messages
from requests_app.models import Answer, Ticket
from requests_app.roster import Roster
from requests_app.services import answers
from requests_app.services.actor import SYSTEM
from requests_app.services.change import Change
from requests_app.services.steps import take
from requests_app.workflow import FAILED
from wangguan.notify import outbox
from wangguan.notify.models import Message


def answer_delivered(message: Message) -> None:
    """The gateway's report came: the answer reached the resident."""
    given, ticket = _locked(message)
    if given.is_settled:
        return
    if given == ticket.current_answer() and answers.waits_for_delivery(ticket):
        take(ticket, "answer", by=SYSTEM, how="sms")
    else:  # a late report: the ticket has moved on
        answers.reached(given, how="sms", at=message.delivered_at or message.created_at)


def answer_failed(message: Message) -> None:
    """The last try failed: an entry, and a call to make for whoever holds it."""
    _call_resident(message, "undelivered")


def answer_unsure(message: Message) -> None:
    """The send was interrupted where a repeat would tell it twice: a person makes sure."""
    _call_resident(message, "unsure")


def group_message_unsure(message: Message) -> None:
    """A staff or group message may or may not have arrived: its ticket's holder is told in the portal."""
    ticket = _ticket(message.topic)
    people = _callers(ticket)
    outbox.add(messages.to_staff("group_unsure", ticket, people, phase=f"m{message.pk}"))


def _call_resident(message: Message, kind: str) -> None:
    given, ticket = _locked(message)
    if given.is_settled or given != ticket.current_answer() or not answers.waits_for_delivery(ticket):
        return
    entry = Change(ticket, FAILED, SYSTEM, free=True, detail={"answer": given.pk, "error": message.error})
    entry.tell(messages.to_staff(kind, ticket, _callers(ticket), phase=f"a{given.pk}"))
    ask_to_call(ticket, entry)


def ask_to_call(ticket: Ticket, entry: Change) -> None:
    """Leave the task “call the resident” with the holder, and the entry that says since when."""
    Ticket.objects.filter(pk=ticket.pk, call_since__isnull=True).update(call_since=entry.now)
    entry.write()


def _locked(message: Message) -> tuple[Answer, Ticket]:
    """The answer and its ticket, which nobody can move until this transaction ends."""
    given = Answer.objects.get(pk=messages.answer_of(message))
    ticket = Ticket.objects.with_units("parent__assignee")
    return given, ticket.select_for_update(of=("self",)).get(pk=given.ticket_id)


def _ticket(number: str) -> Ticket:
    return Ticket.objects.with_units().get(number=number)


def _callers(ticket: Ticket) -> list[User]:
    return callers(ticket, Roster.around(grid_id=ticket.grid_id, community_id=ticket.community_id))


def callers(ticket: Ticket, roster: Roster) -> list[User]:
    """Who calls the resident: for a merged ticket whoever has its parent, if they see it too."""
    if ticket.parent and ticket.parent.assignee and access.seats(ticket.parent.assignee, ticket):
        return [ticket.parent.assignee]
    return roster.in_charge(ticket)
