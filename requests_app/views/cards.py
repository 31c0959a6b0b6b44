"""Deadlines as cards, and a matter as one row of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import Ticket
from requests_app.workflow import DueKind, Status
from wangguan import clock

TITLE_LENGTH = 60
ACCEPT_SOON = timedelta(minutes=30)
"""So shortly before the limit to accept the card turns yellow."""


@dataclass(frozen=True)
class Due:
    """A card: `state` is ok, yellow, red, stopped or done."""

    state: str
    words: str


@dataclass(frozen=True)
class Row:
    """One matter in a list."""

    url: str
    level: str
    status: str
    title: str
    place: str
    kind: str
    due: Due | None
    tags: list[str | Promise]
    number: str = ""


def rows(tickets: Iterable[Ticket]) -> list[Row]:
    now = clock.now()
    return [row(ticket, now=now) for ticket in tickets]


def row(ticket: Ticket, *, now: datetime) -> Row:
    """A row as staff read it."""
    kind = f"{ticket.category} {ticket.urgency}" if ticket.category else ticket.urgency
    return Row(
        url=ticket.get_absolute_url(),
        level=ticket.level,
        status=ticket.status,
        title=title(ticket),
        place=ticket.address or str(ticket.grid or ticket.community or ""),
        kind=kind,
        due=due_card(ticket, now=now),
        tags=tags(ticket),
        number=ticket.number,
    )


def title(ticket: Ticket) -> str:
    """The first line of what happened, shortened."""
    return titled(ticket.description)[0]


def below_title(ticket: Ticket) -> str:
    """What the title does not say: the other lines, or everything when the first line was shortened."""
    return titled(ticket.description)[1]


def titled(words: str) -> tuple[str, str]:
    """Free words as a title and what it does not say."""
    whole = words.strip()
    first = whole.partition("\n")[0].strip()
    if len(first) > TITLE_LENGTH:
        return first[: TITLE_LENGTH - 1].rstrip() + "…", whole
    return first, whole.removeprefix(first).strip()


def tags(ticket: Ticket) -> list[str | Promise]:
    """What else a worker has to know at a glance."""
    found: list[str | Promise] = []
    if ticket.call_since:
        found.append(_("Call the resident"))
    if ticket.open_request:
        found.append(ticket.get_open_request_display())
    if ticket.contested_at:
        found.append(_("The street leader decides"))
    if ticket.voices:
        found.append(others_say(ticket.voices))
    if ticket.round:
        found.append(_("Reopened"))
    if ticket.about_staff:
        found.append(_("About staff"))
    return found


def others_say(voices: int) -> str:
    """How many others say so too."""
    words = ngettext("%(count)d other says so too", "%(count)d others say so too", voices)
    return words % {"count": voices}


def due_card(ticket: Ticket, *, now: datetime) -> Due | None:
    """The next deadline as a card; what is over shows when it was over."""
    if ticket.due_at is None:
        done = ticket.closed_at or ticket.answered_at or ticket.resolved_at
        return Due("done", _("Done on %(day)s") % {"day": day(done)}) if done else None
    if ticket.question_since:
        words = _("Waits for the resident until %(when)s")
        return Due("stopped", words % {"when": day_and_hour(ticket.due_at)})
    if ticket.status == Status.ON_HOLD:
        return Due("stopped", _("Resting until %(day)s") % {"day": day(ticket.due_at)})
    if ticket.due_at <= now:
        return Due("red", _overdue(ticket) % {"span": span(now - ticket.due_at)})
    soon = ticket.is_due_soon(now) or (
        ticket.due_kind == DueKind.ACCEPT and ticket.due_at - now <= ACCEPT_SOON
    )
    return Due("yellow" if soon else "ok", _left(ticket) % {"span": span(ticket.due_at - now)})


def _overdue(ticket: Ticket) -> str:
    match ticket.due_kind:
        case DueKind.ACCEPT:
            return _("Not accepted, %(span)s late")
        case DueKind.DELIVERY:
            return _("Answer not delivered, %(span)s late")
    return _("Overdue by %(span)s")


def _left(ticket: Ticket) -> str:
    match ticket.due_kind:
        case DueKind.ACCEPT:
            return _("Accept within %(span)s")
        case DueKind.DELIVERY:
            return _("Deliver within %(span)s")
        case DueKind.VERDICT:
            return _("Closes in %(span)s")
        case DueKind.DECISION:
            return _("Decide within %(span)s")
    return _("%(span)s left")


def span(length: timedelta) -> str:
    """A length of time in its largest unit: “3 days”, “5 hours”, “14 minutes”."""
    minutes = max(int(length / timedelta(minutes=1)), 1)
    if minutes >= 48 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes >= 60:
        hours = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def day(moment: datetime) -> str:
    """A date as text, where no `<time>` fits."""
    return date_format(timezone.localtime(moment), _("M j"))


def day_and_hour(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), _("M j, H:i"))
