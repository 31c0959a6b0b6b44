"""What a ticket's pages show of its whistles; one query each."""

from itertools import groupby
from typing import Any
from uuid import uuid4

from django.db.models import F
from django.urls import reverse

from grids.models import User
from requests_app.beside import Panel
from requests_app.models import Ticket
from requests_app.whistles import access
from requests_app.whistles.forms import ConsentForm
from requests_app.whistles.models import Call, Consent, Whistle
from requests_app.whistles.queries import CallQuerySet
from requests_app.whistles.shown import due_of_call, word_of_call
from requests_app.whistles.workflow import CallState, State
from wangguan import clock


def _calls(ticket: Ticket) -> CallQuerySet:
    """Calls of every whistle for this matter, each with what its resident said."""
    found = Call.objects.filter(whistle__matters__ticket=ticket).select_related("whistle", "department")
    said = found.annotate(matter=F("whistle__matters"), consent=F("whistle__matters__consent"))
    return said.order_by("-whistle", "department__code")


def for_staff(ticket: Ticket, user: User) -> Panel | None:
    """Each whistle with the state of its departments; the way to draft one, for who may."""
    if ticket.about_staff:
        return None
    shown = [
        _one(list(calls), ticket, user) for _key, calls in groupby(_calls(ticket), lambda c: c.whistle_id)
    ]
    draft = ""
    if access.may_draft(user) and not access.why_not_whistled(ticket):
        draft = f"{reverse('whistle_new')}?ticket={ticket.number}"
    if not shown and not draft:
        return None
    return Panel("whistles/panel.html", {"whistles": shown, "draft": draft, "ticket": ticket})


def _one(calls: list[Any], ticket: Ticket, user: User) -> dict[str, Any]:
    now, whistle = clock.now(), calls[0].whistle
    running = whistle.state == State.BLOWN
    form = None
    if running and ticket.has_phone and access.may_record_consent(user, ticket):
        form = ConsentForm(auto_id=f"consent-{whistle.pk}-%s")
    return {
        "whistle": whistle,
        "calls": [(call, due_of_call(call, now=now), word_of_call(call)) for call in calls],
        "url": whistle.get_absolute_url() if access.may_look(user) else "",
        "consent": Consent(calls[0].consent).label if running and ticket.has_phone else "",
        "form": form,
    }


def for_resident(ticket: Ticket) -> Panel | None:
    """That departments work on it together, and until it is answered: may they call?"""
    if ticket.about_staff:
        return None
    seen = [State.BLOWN, State.CONCLUDED, State.ARCHIVED]
    calls: list[Any] = list(_calls(ticket).filter(whistle__state__in=seen, state__in=_SEEN_BY_RESIDENT))
    if not calls:
        return None
    newest: Whistle = calls[0].whistle
    own = [call for call in calls if call.whistle_id == newest.pk]
    context = {
        "whistle": newest,
        "departments": [call.department for call in own],
        "came": sum(call.came for call in own),
        "running": newest.state == State.BLOWN,
        "asks": newest.state == State.BLOWN and ticket.has_phone,
        "consent": own[0].consent,
        "ticket": ticket,
        "action_id": uuid4(),
    }
    return Panel("whistles/resident_panel.html", context)


_SEEN_BY_RESIDENT = [
    CallState.CALLED,
    CallState.CHECKED_IN,
    CallState.CONCLUDED,
    CallState.MISSED,
    CallState.RATED,
]
