"""Who is told what of a case: numbers and a link, never the words of a resident, a reason or an answer."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from grids.models import User
from requests_app.supervision.models import Case
from requests_app.supervision.terms import Cause
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.choices import Group, chosen
from wangguan.notify.outbox import Draft

# name: (title, text, path)
_TICKET, _CASE = "/worker/tickets/%(number)s/", "/admin/supervision/%(case)s/"
_KINDS = {
    "case_opened": (
        _("Under supervision: please answer"),
        _("%(number)s was put under supervision. Please answer by the limit."),
        _TICKET,
    ),
    "case_returned": (
        _("Under supervision: answer again"),
        _("%(number)s: your answer was not accepted. Please answer again by the new limit."),
        _TICKET,
    ),
    "case_accepted": (
        _("Your answer was accepted"),
        _("%(number)s: the supervision is closed."),
        _TICKET,
    ),
    "case_withdrawn": (
        _("Supervision withdrawn"),
        _("%(number)s: no answer is asked of your unit any more."),
        _TICKET,
    ),
    "case_late": (
        _("Supervision: the answer is late"),
        _("%(number)s: the answer to the supervision is overdue."),
        _TICKET,
    ),
    "case_answered": (
        _("Please judge an answer"),
        _("%(number)s: the supervision was answered and waits for your judgement."),
        _CASE,
    ),
    "case_unjudged": (
        _("A judgement is late"),
        _("%(number)s: the answer to the supervision still waits for judgement."),
        _CASE,
    ),
    "case_climbed": (
        _("Supervision without an answer"),
        _("%(number)s: the unit below has not answered the supervision in time."),
        _CASE,
    ),
}
BY_SMS = frozenset({"case_opened", "case_returned", "case_late", "case_climbed"})
"""Also by text message, to whoever chose to hear of deadlines that way."""


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text, path) in _KINDS.items():
        sms = f"STAFF_{name.upper()}"
        kinds.register(kinds.Kind(name, title, text, path, sms_template=sms, sms_params=("number", "link")))


def drafts(kind: str, case: Case, people: Iterable[User]) -> list[Draft]:
    """One in the portal to each, once per turn of the case; a red card has been a text message itself."""
    found = []
    by_sms = kind in BY_SMS and not (kind == "case_opened" and case.cause == Cause.RED_CARD)
    start = hours.window(clock.now())
    for person in {person.pk: person for person in people}.values():
        key = f"{kind}:{case.pk}:v{case.version}.{case.reminders}"
        common: dict[str, Any] = {
            "kind": kind,
            "user": person,
            "topic": case.ticket.number,
            "context": {"number": case.ticket.number, "case": case.pk},
        }
        found.append(Draft(key=f"{key}:in_app:{person.pk}", channel="in_app", **common))
        if by_sms and person.phone and chosen(person.told_by, Group.DEADLINES, "sms"):
            found.append(Draft(key=f"{key}:sms:{person.pk}", channel="sms", not_before=start, **common))
    return found
