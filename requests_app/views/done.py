"""What a taken step is called afterwards: a sentence that says what has happened and who knows of it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Ticket
from requests_app.workflow import STEPS, UNDO

SENTENCES: dict[str, str | Promise] = {
    UNDO: gettext_lazy("Taken back: everything is as before, and nobody was told."),
    "ask": gettext_lazy("Asked; the matter rests until the resident replies."),
    "handle": gettext_lazy("Written down."),
    "remark": gettext_lazy("Noted for colleagues; the resident does not see it."),
    "contact": gettext_lazy("The contact is on record."),
    "refer_to_steward": gettext_lazy("It stands before the table; those who keep it were told."),
    "request_extension": gettext_lazy("Asked; the unit above decides and you will be told."),
    "request_hold": gettext_lazy("Asked; the unit above decides and you will be told."),
}


def sentence_after(name: str, ticket: Ticket) -> str:
    """For the message after a step; steps without a sentence of their own are named."""
    if name == "resolve":
        return _resolved(ticket)
    if name in SENTENCES:
        return str(SENTENCES[name])
    return _("Done: %(step)s.") % {"step": STEPS[name].label}


def _resolved(ticket: Ticket) -> str:
    if ticket.has_phone:
        return _("Settled; the answer is on its way to %(phone)s.") % {"phone": ticket.masked_phone}
    return _("Settled; the resident reads the answer on the matter's own page.")
