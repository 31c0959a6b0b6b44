"""Our rows in the words of GeoReport v2; every field is there, and null where there is nothing to say."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import Street
from requests_app import category_words
from requests_app.models import Category, Publication, Ticket
from requests_app.open311.formats import Value
from requests_app.open311.models import Attribute
from requests_app.open311.terms import State, state
from requests_app.workflow import RUNNING, Status, Urgency
from wangguan.interfaces.models import ApiKey

KEYWORDS = 6
ROUGH = 3
"""Decimals of a public coordinate: about a hundred metres, so that nobody's door is shown."""


# --- services ----------------------------------------------------------------------------
def service(category: Category, *, asks: bool) -> Value:
    """One kind of matter (“GET Service List”); `asks`: it has attributes."""
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": _about(category),
        "metadata": asks,
        "type": "realtime",
        "keywords": ", ".join(category_words.signs(category.code)[:KEYWORDS]) or None,
        "group": category.parent.name if category.parent else None,
    }


def _about(category: Category) -> str:
    within = _("Settled within %(limit)s as a rule.") % {"limit": category.limits().resolve.words}
    if category.urgency != Urgency.A:
        return within
    return f"{_('In danger call 119, 120 or 110 first.')} {within}"


def definition(category: Category, attributes: Iterable[Attribute]) -> Value:
    """What is asked besides (“GET Service Definition”); an empty list when nothing is."""
    return {"service_code": category.code, "attributes": [_attribute(row) for row in attributes]}


def _attribute(row: Attribute) -> Value:
    values: Value = [{"key": choice.key, "name": choice.name} for choice in row.choices.all()]
    return {
        "variable": row.variable,
        "code": row.code,
        "datatype": row.datatype,
        "required": row.required,
        "datatype_description": row.hint or None,
        "order": row.position,
        "description": row.description,
        "values": values,
    }


# --- requests ----------------------------------------------------------------------------
def created(ticket: Ticket, *, notice: str) -> Value:
    """What a POST is answered with; the number is there at once, so no token is given."""
    return {"service_request_id": ticket.number, "service_notice": notice, "account_id": None}


def requests(tickets: Iterable[Ticket], *, key: ApiKey | None) -> Value:
    """Rows of `queries.found` (“GET Service Requests”): the caller's own as sent, others as released."""
    street = Street.objects.values_list("name", flat=True).first() or ""
    return [_request(ticket, key=key, street=street) for ticket in tickets]


def _request(ticket: Ticket, *, key: ApiKey | None, street: str) -> Value:
    sent = getattr(ticket, "open311", None)
    is_own = key is not None and sent is not None and sent.key_id == key.pk
    told = _as_sent(ticket) if is_own else _as_released(ticket, ticket.publication)
    return {
        "service_request_id": ticket.number,
        "status": state(ticket.status),
        "status_notes": told["status_notes"],
        "service_name": ticket.category.name if ticket.category else None,
        "service_code": ticket.category.code if ticket.category else None,
        "description": told["description"],
        "agency_responsible": str(ticket.holder or street) or None,
        "service_notice": None,
        "requested_datetime": moment(ticket.arrived_at),
        "updated_datetime": moment(ticket.updated_at),  # type: ignore[attr-defined]  # annotated
        "expected_datetime": moment(_expected(ticket)),
        "address": told["address"],
        "address_id": told["address_id"],
        "zipcode": None,
        "lat": told["lat"],
        "long": told["long"],
        "media_url": told["media_url"],
    }


def _as_sent(ticket: Ticket) -> dict[str, Value]:
    """What the system itself told, and the answer it passes on to its user."""
    given = ticket.newest_answers[:1] if state(ticket.status) == State.CLOSED else []  # type: ignore[attr-defined]
    latitude, longitude = _point(ticket)
    return {
        "status_notes": given[0].text if given else None,
        "description": ticket.description,
        "address": ticket.address or None,
        "address_id": str(ticket.building_id) if ticket.building_id else None,
        "lat": latitude,
        "long": longitude,
        "media_url": _picture(ticket, getattr(ticket, "publication", None))
        or ticket.open311.media_url
        or None,
    }


def _as_released(ticket: Ticket, row: Publication) -> dict[str, Value]:
    """What a person read and released; no place that its words do not name, and its point only roughly."""
    latitude, longitude = _point(ticket) if row.place else (None, None)
    return {
        "status_notes": row.answer or None,
        "description": row.words,
        "address": row.place or None,
        "address_id": None,
        "lat": None if latitude is None else round(latitude, ROUGH),
        "long": None if longitude is None else round(longitude, ROUGH),
        "media_url": _picture(ticket, row),
    }


def _point(ticket: Ticket) -> tuple[float | None, float | None]:
    """Where it was told to be, or else its building."""
    if ticket.latitude is None and ticket.building:
        return ticket.building.latitude, ticket.building.longitude
    return ticket.latitude, ticket.longitude


def _picture(ticket: Ticket, row: Publication | None) -> str | None:
    """The first photo that was released; the protocol knows one."""
    if row is None or not row.is_released or not row.pictures:
        return None
    return absolute(reverse("board_photo", args=[ticket.number, row.pictures[0], "image"]))


def _expected(ticket: Ticket) -> datetime | None:
    """The promised moment while the clock runs, the day it is looked at again while it rests."""
    if ticket.status in RUNNING:
        return ticket.resolve_due
    return ticket.review_at if ticket.status == Status.ON_HOLD else None


def absolute(path: str) -> str:
    """The whole address of one of our pages."""
    return f"{settings.SITE_URL}{path}"


def moment(at: datetime | None) -> str | None:
    """W3C date and time of the street, to the second, with its offset: 2026-11-27T08:30:00+08:00."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None
