"""Whistles as pages show them: rows with a deadline in words, one department's state, matters without
their residents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grids import distance
from requests_app.models import Ticket
from requests_app.publicity import masked
from requests_app.views.cards import TITLE_LENGTH, Due, day_and_hour, span, title
from requests_app.views.story import Entry as Line
from requests_app.views.story import Picture
from requests_app.whistles.models import Call, Consent, Deed, DeedPhoto, Entry, Whistle
from requests_app.whistles.workflow import DIALLED, CallState, State
from requests_app.workflow import ActorKind
from wangguan.privacy import mask_address, mask_name, mask_phones


@dataclass(frozen=True)
class Row:
    """One whistle in a list: how many of the called departments came, and the deadline as a card."""

    whistle: Whistle
    due: Due | None
    came: int
    called: int
    urged: str


def rows(whistles: Iterable[Whistle], *, now: datetime) -> list[Row]:
    """Whistles whose `calls` are fetched with their departments."""
    return [row(whistle, list(whistle.calls.all()), now=now) for whistle in whistles]


def row(whistle: Whistle, calls: Sequence[Call], *, now: datetime) -> Row:
    counted = [call for call in calls if call.state not in (CallState.WAITING, CallState.CALLED_OFF)]
    came = sum(call.came for call in counted)
    urged = _("urged %(when)s") % {"when": day_and_hour(whistle.urged_at)} if whistle.urged_at else ""
    return Row(whistle, due_of(whistle, calls, now=now), came, len(counted), urged)


def due_of(whistle: Whistle, calls: Sequence[Call], *, now: datetime) -> Due | None:
    """The worst of its calls; None before it is blown."""
    if whistle.state == State.CONCLUDED:
        return Due("done", _("All over, to be rated"))
    if whistle.state != State.BLOWN or whistle.check_in_due is None:
        return None
    absent = [call for call in calls if call.state == CallState.CALLED]
    if not absent:
        return Due("done", _("All are there"))
    if now > whistle.check_in_due:
        late = _("%(department)s late by %(span)s")
        names = "、".join(str(call.department) for call in absent[:2])
        return Due("red", late % {"department": names, "span": span(now - whistle.check_in_due)})
    half = absent[0].half_at
    words = _("%(span)s left") % {"span": span(whistle.check_in_due - now)}
    return Due("yellow" if half and now >= half else "ok", words)


def due_of_call(call: Call, *, now: datetime) -> Due | None:
    """One department's own card."""
    match call.state:
        case CallState.WAITING | CallState.CALLED_OFF:
            return None
        case CallState.MISSED:
            return Due("red", _("Did not come"))
        case CallState.CALLED if call.check_in_due:
            if now > call.check_in_due:
                return Due("red", _("Late by %(span)s") % {"span": span(now - call.check_in_due)})
            yellow = call.half_at is not None and now >= call.half_at
            words = _("Check in within %(span)s") % {"span": span(call.check_in_due - now)}
            return Due("yellow" if yellow else "ok", words)
    if call.checked_in_at is None:  # never came, and was rated
        return Due("red", _("Did not come"))
    when = {"when": day_and_hour(call.checked_in_at)}
    late = call.lateness()
    if late:
        return Due("red", _("Came %(when)s, late by %(span)s") % {**when, "span": span(late)})
    return Due("done", _("Came %(when)s") % when)


def word_of_call(call: Call) -> str:
    """How far it is, beyond having come."""
    if call.state == CallState.RATED:
        return _("Rated %(rating)s of 5") % {"rating": call.rating}
    return str(call.get_state_display())


def from_the_place(call: Call) -> str:
    """How far from the place it checked in; empty when either point is not known."""
    there, here = call.whistle.point, call.point
    if there is None or here is None:
        return ""
    metres = distance.metres(there, here)
    if metres < 1000:
        return _("%(metres)d m from the place") % {"metres": max(10, round(metres, -1))}
    return _("%(km).1f km from the place") % {"km": metres / 1000}


# --- matters, as departments may read them -----------------------------------------------
@dataclass(frozen=True)
class Told:
    """A matter without whoever told it: masked words, the place to the building."""

    number: str
    title: str
    words: str
    place: str


def told(ticket: Ticket) -> Told:
    whole = masked(_unnamed(ticket))
    first = whole.partition("\n")[0].strip()
    heading = first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"
    return Told(ticket.number, heading, whole if whole != heading else "", place_of(ticket))


def _unnamed(ticket: Ticket) -> str:
    """Its words without the name that whoever told it gave, however they bring it up."""
    words, name = ticket.description.strip(), ticket.contact_name.strip()
    return words.replace(name, mask_name(name)) if len(name) > 1 else words


def place_of(ticket: Ticket) -> str:
    """Where it is, without what leads to a door."""
    return masked(mask_address(ticket.address) or str(ticket.grid or ticket.community or ""))


def title_for_office(ticket: Ticket) -> str:
    return mask_phones(title(ticket))


# --- what happened -----------------------------------------------------------------------
def pictures(photos: Iterable[DeedPhoto], number: str) -> list[Picture]:
    """Behind the permission of the whistle's page."""
    return [
        Picture(
            url=reverse("whistle_photo", args=[number, photo.pk, "image"]),
            thumbnail_url=reverse("whistle_photo", args=[number, photo.pk, "thumbnail"]),
            label=_("Photo of what was done"),
            key=photo.pk,
        )
        for photo in photos
    ]


def timeline(entries: Sequence[Entry], deeds: dict[int, Deed], number: str) -> list[Line]:
    """Latest first; `deeds` by their entry's key, with their photos fetched."""
    newest = entries[0].pk if entries else None
    return [_line(entry, deeds.get(entry.pk), number, now=entry.pk == newest) for entry in entries]


def _line(entry: Entry, deed: Deed | None, number: str, *, now: bool) -> Line:
    about = [str(entry.call.department)] if entry.call else []
    about += [entry.ticket.number] if entry.ticket else []
    heading: str | Promise = f"{' · '.join(about)}: {entry.label}" if about else entry.label
    return Line(
        at=entry.at,
        title=heading,
        by=_who(entry),
        text=entry.note,
        facts=_facts(entry),
        photos=pictures(deed.photos.all(), number) if deed else [],
        now=now,
    )


def _who(entry: Entry) -> str:
    if entry.actor is None:
        return str(ActorKind(entry.actor_kind).label)
    return " · ".join(part for part in (str(entry.actor), entry.actor_title) if part)


def _facts(entry: Entry) -> list[str]:
    found = []
    if entry.detail.get("late"):
        found.append(_("After the limit."))
    if numbers := entry.detail.get("beside"):
        found.append(_("The drafter knew of: %(numbers)s.") % {"numbers": ", ".join(numbers)})
    if rating := entry.detail.get("rating"):
        found.append(_("%(rating)s of 5") % {"rating": rating})
    if answer := entry.detail.get("answer"):
        found.append(str(Consent(answer).label))
    if entry.what == DIALLED:
        found.append(_("The number was shown with the resident's consent."))
    return found
