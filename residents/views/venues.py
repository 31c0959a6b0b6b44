"""Venues: the list by the day of the next check, the card, entering and correcting, closing and reopening."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import for_homes, frame, member
from grids.models import User, today
from residents import access
from residents.forms.venues import VenueFilterForm, VenueForm
from residents.models import Finding, Venue, Visit
from residents.queries import VenueQuerySet
from residents.services import venues as service
from residents.services.checks import open_points
from residents.services.record import ChangedMeanwhile
from residents.terms import Checked, Purpose, Secret, VenueKind
from residents.views.dues import Due, due
from residents.views.keyset import Key, page_of, query
from residents.views.unmask import Asked, ask
from wangguan.answers import page, see_other
from wangguan.refusals import Refused
from wangguan.words import storable

CHECKS_SHOWN = 10
LICENCE_SOON = timedelta(days=30)
NEVER_PLANNED = date(1970, 1, 1)
"""Where a venue nobody gave a day stands in the list: before all others."""
BY_DUE = (Key("due_by", date), Key("pk", int))
BY_CLOSING = (Key("closed_back", int), Key("pk", int))


# --- the list ------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    venue: Venue
    due: Due | None
    open_items: int
    licence: str


@require_GET
@for_homes
def venues(request: HttpRequest) -> HttpResponse:
    """Venues of my grids, those due first; figures alone for posts that need no names."""
    user = member(request)
    own, filters = Venue.objects.visible_to(user), VenueFilterForm(request.GET)
    is_closed = request.GET.get("tab") == "closed"
    context = {**frame(request, "visits"), "room": "venues", "filters": filters, "is_closed": is_closed}
    if access.reach(user).grids or access.reach(user).communities:
        found = page_of(*_listed(own, filters, is_closed), after=request.GET.get("after", ""))
        context |= {
            "names": True,
            "figures": _figures(own),
            "rows": [_row(venue) for venue in found.rows],
            "next": query(request.GET, after=found.after) if found.after else "",
            "first": query(request.GET, after="") if request.GET.get("after") else "",
        }
    else:
        counted = Venue.objects.filter(access.counting(user).of_grid("grid"))
        context |= {"figures": _figures(counted), "kinds": _by_kind(counted)}
    return page(request, "residents/venues.html", context)


def _listed(
    rows: VenueQuerySet, filters: VenueFilterForm, is_closed: bool
) -> tuple[VenueQuerySet, tuple[Key, ...]]:
    found = _narrowed(rows, filters).select_related("grid").defer("grid__boundary")
    left = Finding.objects.open().filter(visit__venue=OuterRef("pk")).order_by().values("visit__venue")
    items = left.annotate(items=Count("result__item", distinct=True)).values("items")
    found = found.annotate(open_items=Coalesce(Subquery(items), 0))
    if is_closed:
        return found.filter(closed_on__isnull=False).annotate(closed_back=-F("pk")), BY_CLOSING
    return found.open().annotate(due_by=Coalesce("next_visit_on", NEVER_PLANNED)), BY_DUE


def _narrowed(rows: VenueQuerySet, filters: VenueFilterForm) -> VenueQuerySet:
    filters.is_valid()
    if kind := filters.cleaned_data.get("kind"):
        rows = rows.filter(kind=kind)
    for word in storable(filters.cleaned_data.get("q", "")).split():
        rows = rows.filter(Q(name__icontains=word) | Q(address__icontains=word))
    return rows


def _row(venue: Venue) -> Row:
    return Row(venue, due(venue.next_visit_on), getattr(venue, "open_items", 0), _licence(venue))


def _figures(rows: VenueQuerySet) -> dict[str, int]:
    """How many there are, are due today, and have something open; nobody's name."""
    left = Finding.objects.open().filter(visit__venue=OuterRef("pk"))
    counted: dict[str, int] = (
        rows.open()
        .annotate(has_open=Exists(left))
        .aggregate(
            all=Count("pk"),
            due=Count("pk", filter=Q(next_visit_on__lte=today())),
            open=Count("pk", filter=Q(has_open=True)),
        )
    )
    return counted


def _by_kind(rows: VenueQuerySet) -> list[tuple[str, int]]:
    counts = dict(rows.open().order_by().values_list("kind").annotate(count=Count("pk")))
    return [(str(kind.label), counts[kind]) for kind in VenueKind if kind in counts]


# --- the card ------------------------------------------------------------------------------
def visible_venue(user: User, key: int) -> Venue:
    """The venue, if this person may see it.

    Raises:
        Http404: there is none, or not for them.
    """
    seen = Venue.objects.visible_to(user).select_related("grid__community", "building")
    return get_object_or_404(seen.defer("grid__boundary", "grid__community__boundary"), pk=key)


@require_GET
@for_homes
def venue(request: HttpRequest, key: int) -> HttpResponse:
    return card(request, visible_venue(member(request), key))


def card(request: HttpRequest, found: Venue, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The whole page; `refusal` says why the last press did nothing."""
    context = {
        **frame(request, "visits"),
        "venue": found,
        "size": _size(found),
        "licence": _licence(found),
        "due": due(found.next_visit_on),
        "points": open_points(found, member(request)),
        "checks": list(_checks(found)),
        "refusal": refusal,
    }
    return page(request, "residents/venue.html", context, status=status)


def _checks(found: Venue) -> QuerySet[Visit]:
    failed = Count("results", filter=Q(results__outcome=Checked.FAILED))
    own = found.visits.filter(purpose=Purpose.INSPECTION).select_related("by").annotate(failed=failed)
    return own.order_by("-visited_at", "-id")[:CHECKS_SHOWN]


def _size(found: Venue) -> str:
    """“80 seats (at most 100)”, as far as it is known."""
    limit = VenueKind(found.kind).limit
    if limit is None:
        return f"{found.size.normalize():f}" if found.size is not None else ""
    at_most = _("less than %(most)d %(unit)s") if limit.below else _("at most %(most)d %(unit)s")
    bound = at_most % {"most": limit.most, "unit": limit.unit.label}
    if found.size is None:
        return bound
    own = {"size": f"{found.size.normalize():f}", "unit": limit.unit.label, "bound": bound}
    return _("%(size)s %(unit)s (a small venue of this kind has %(bound)s)") % own


def _licence(found: Venue) -> str:
    """A warning about the licence, in a word: "", "soon" or "over"."""
    if found.licence_until is None or found.closed_on:
        return ""
    if found.licence_until < today():
        return "over"
    return "soon" if found.licence_until <= today() + LICENCE_SOON else ""


# --- entering and correcting ---------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def new(request: HttpRequest) -> HttpResponse:
    user = member(request)
    if request.method != "POST":
        return _form(request, VenueForm(user=user))
    form = VenueForm(request.POST, user=user)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        made = service.add(actor=user, **form.for_service())
    except Refused as refused:
        form.add_error(refused.field or None, refused.sentence)
        return _form(request, form, status=409)
    messages.success(request, _("Entered; the first check is due by the day below."))
    return see_other(reverse("worker_venue", args=[made.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """The form with what is on record; somebody else's change meanwhile is said, what was typed stays."""
    user = member(request)
    found = visible_venue(user, key)
    if request.method != "POST":
        form = VenueForm(instance=found, user=user, initial={"version": found.version})
        return _form(request, form, found)
    form = VenueForm(request.POST, instance=visible_venue(user, key), user=user)
    if not form.is_valid():
        return _form(request, form, found, status=422)
    try:
        version = form.cleaned_data["version"] or 0
        service.correct(found, actor=user, version=version, **form.for_service())
    except ChangedMeanwhile as refused:
        return _changed_meanwhile(request, form, found, refused)
    except Refused as refused:
        form.add_error(refused.field or None, refused.sentence)
        return _form(request, form, found, status=409)
    messages.success(request, _("The entry is corrected."))
    return see_other(reverse("worker_venue", args=[found.pk]))


def _changed_meanwhile(request: HttpRequest, form: VenueForm, found: Venue, refused: Refused) -> HttpResponse:
    """The typed values under the version as it stands now; whoever saves again has seen it."""
    data = request.POST.copy()
    data["version"] = str(found.version)
    again = VenueForm(data, instance=form.instance, user=member(request))
    again.is_valid()
    again.add_error(None, refused.sentence)
    return _form(request, again, found, status=409)


def _form(
    request: HttpRequest, form: VenueForm, found: Venue | None = None, *, status: int = 200
) -> HttpResponse:
    has_grids = form.fields["grid"].queryset.exists()  # type: ignore[attr-defined]
    context = {**frame(request, "visits"), "form": form, "venue": found, "has_grids": has_grids}
    return page(request, "residents/venue_form.html", context, status=status)


# --- closing, reopening, the contact's phone -------------------------------------------------
@require_POST
@for_homes
def close(request: HttpRequest, key: int) -> HttpResponse:
    return _turn(
        request, key, service.close, _("Marked as closed. It stays on record and is checked no more.")
    )


@require_POST
@for_homes
def reopen(request: HttpRequest, key: int) -> HttpResponse:
    return _turn(request, key, service.reopen, _("It is open again; the next check is due by the day below."))


def _turn(request: HttpRequest, key: int, turn: Any, said: str) -> HttpResponse:
    """Pressed twice it is done once; somebody else's change in between is shown first."""
    found = visible_venue(member(request), key)
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    try:
        turn(found, actor=member(request), version=version)
    except Refused as refused:
        return card(request, visible_venue(member(request), key), refusal=refused.sentence, status=409)
    messages.success(request, said)
    return see_other(reverse("worker_venue", args=[found.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def unmask(request: HttpRequest, key: int) -> HttpResponse:
    """The contact's phone in the open, for a reason that is written down."""
    found = visible_venue(member(request), key)
    back = reverse("worker_venue", args=[key])
    name = found.contact_name or found.name
    return ask(request, Asked(found, Secret.PHONE, found.masked_phone, name, back))
