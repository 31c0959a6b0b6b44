"""The one thing to do next with a matter of the desk, as far as it takes no words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grids.models import User
from requests_app import access
from requests_app.models import OpenRequest, OpenRequestKind, Ticket
from requests_app.roster import Roster
from requests_app.views.cards import Due, due_card, tags, title
from requests_app.workflow import Status
from wangguan.privacy import mask_phones


@dataclass(frozen=True)
class Act:
    """One press: a step, and what goes with it."""

    step: str
    label: str | Promise
    key: UUID
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One matter of a queue. `acts` are taken at once, `look` is a page where more than a press is needed."""

    ticket: Ticket
    url: str
    title: str
    meta: str
    words: str
    due: Due | None
    tags: list[str | Promise]
    acts: list[Act]
    look: str
    look_label: str | Promise


def lines(tickets: Iterable[Ticket], user: User, *, now: datetime, roster: Roster) -> list[Line]:
    """The rows of a queue as this person may act on them."""
    return [_line(ticket, user, now=now, roster=roster) for ticket in tickets]


def _line(ticket: Ticket, user: User, *, now: datetime, roster: Roster) -> Line:
    page = reverse("admin:requests_app_ticket_change", args=[ticket.pk])
    allowed = {step.name for step in access.allowed_steps(user, ticket)}
    asked = _asked(ticket)
    look, label = _look(ticket, user, allowed, page)
    return Line(
        ticket=ticket,
        url=page,
        title=mask_phones(title(ticket)),
        meta=_meta(ticket),
        words=_wish(asked) if asked else "",
        due=due_card(ticket, now=now),
        tags=[tag for tag in tags(ticket) if not asked or tag != ticket.get_open_request_display()],
        acts=_acts(ticket, user, allowed, roster),
        look=look,
        look_label=label,
    )


def _meta(ticket: Ticket) -> str:
    """Where, and whose: the unit that holds it and who is in charge."""
    place = str(ticket.grid or ticket.community or "")
    charge = _("in charge: %(person)s") % {"person": ticket.assignee} if ticket.assignee else ""
    return " · ".join(part for part in (ticket.number, place, charge) if part)


def _asked(ticket: Ticket) -> OpenRequest | None:
    found = getattr(ticket, "undecided", None)
    return found[0] if found else None


def _wish(asked: OpenRequest) -> str:
    """What the unit below asks for, and why."""
    if asked.kind == OpenRequestKind.EXTENSION:
        what = _("%(hours)d hours more") % {"hours": asked.hours}
    else:
        what = _("rest until %(day)s") % {"day": asked.review_on}
    return f"{what}: {mask_phones(asked.reason)}"


# --- what a press does ---------------------------------------------------------------------
def _acts(ticket: Ticket, user: User, allowed: set[str], roster: Roster) -> list[Act]:
    if ticket.open_request:
        return _decisions(ticket, user, allowed)
    if ticket.status == Status.ON_HOLD and "resume" in allowed:
        return [_act(ticket, user, "resume", _("Take up again"))]
    return _first_step(ticket, user, allowed, roster)


def _decisions(ticket: Ticket, user: User, allowed: set[str]) -> list[Act]:
    if ticket.open_request == OpenRequestKind.EXTENSION:
        yes, no = "grant_extension", "refuse_extension"
    else:
        yes, no = "hold", "refuse_hold"
    named = [(yes, _("Agree")), (no, _("Refuse"))]
    return [_act(ticket, user, name, label) for name, label in named if name in allowed]


def _first_step(ticket: Ticket, user: User, allowed: set[str], roster: Roster) -> list[Act]:
    """Accept what lies with one's own people; pass on to who is on duty what lies elsewhere."""
    team = roster.team(ticket) if {"accept", "assign"} & allowed else []
    if "accept" in allowed and user in team and team[0] in (user, ticket.assignee):
        return [_act(ticket, user, "accept", _("Accept"))]
    duty = next((person for person in team if person.pk != ticket.assignee_id), None)
    if "assign" in allowed and duty and _is_unheld(ticket, team):
        label = _("Take it myself") if duty == user else _("Give to %(person)s") % {"person": duty}
        return [_act(ticket, user, "assign", label, assignee=duty.pk)]
    if "accept" in allowed:
        return [_act(ticket, user, "accept", _("Accept"))]
    return []


def _is_unheld(ticket: Ticket, team: list[User]) -> bool:
    """Nobody yet, or only whoever passes matters on while a section could do it."""
    return ticket.assignee_id is None or (bool(ticket.section) and ticket.assignee_id != team[0].pk)


def _act(ticket: Ticket, user: User, step: str, label: str | Promise, **fields: Any) -> Act:
    """Pressed twice it is one act: its key follows from who, what and the state they saw."""
    seen = f"desk:{user.pk}:{ticket.number}:{ticket.version}:{step}"
    return Act(step, label, uuid5(NAMESPACE_URL, seen), fields)


def _look(ticket: Ticket, user: User, allowed: set[str], page: str) -> tuple[str, str]:
    """Where the matter is dealt with when a press is not enough, and what the link says."""
    if ticket.call_since and "answer" in allowed:
        return reverse("admin:requests_app_ticket_step", args=[ticket.pk, "answer"]), _("Record the call")
    if ticket.assignee_id == user.pk and "resolve" in allowed:
        return reverse("admin:requests_app_ticket_step", args=[ticket.pk, "resolve"]), _("Resolve")
    return page, _("Decide") if ticket.contested_at and allowed else _("Look")
