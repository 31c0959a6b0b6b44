"""Writing a visit down: where it went, the form, and where its worker goes on from."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.doors import for_homes, frame, member
from grids.models import Grid, User
from residents import access
from residents.forms.visits import StopForm, VisitForm
from residents.models import CareEvent, Household, Patrol, Venue, Visit
from residents.services.visits import Report, log
from residents.terms import Purpose, VisitLevel
from residents.views.shown import log_address
from wangguan.answers import done, page, see_other, wants_json, why_json
from wangguan.refusals import Refused

LONGEST_KEY = 18


@dataclass(frozen=True)
class Aim:
    """Where a visit goes: exactly one of the three."""

    household: Household | None = None
    venue: Venue | None = None
    patrol: Patrol | None = None

    @property
    def name(self) -> str:
        return "household" if self.household else "venue" if self.venue else "patrol"

    @property
    def row(self) -> Household | Venue | Patrol:
        row = self.household or self.venue or self.patrol
        if row is None:
            raise ValueError("a visit goes somewhere")
        return row

    @property
    def grid(self) -> Grid:
        return self.household.dwelling.grid if self.household else self.row.grid  # type: ignore[union-attr]

    @property
    def title(self) -> str:
        """The place, as its form and what waits on the phone name it."""
        if self.patrol:
            return _("On patrol in %(grid)s") % {"grid": self.patrol.grid}
        return self.household.address if self.household else str(self.venue)

    @property
    def back(self) -> str:
        return reverse("worker_patrol") if self.patrol else reverse("worker_visits")

    @property
    def form_address(self) -> str:
        return log_address(self.row)


def _aim(given: QueryDict, user: User) -> Aim | None:
    """What the address or the form names, as far as this person may see it; None where nothing is named.

    Raises:
        Http404: there is none, or not for them.
    """
    if key := given.get("household"):
        homes = Household.objects.visible_to(user).here().with_home()
        return Aim(household=get_object_or_404(homes, pk=_key(key)))
    if key := given.get("venue"):
        venues = Venue.objects.visible_to(user).open().select_related("grid__community")
        return Aim(venue=get_object_or_404(venues, pk=_key(key)))
    if key := given.get("patrol"):
        return Aim(patrol=get_object_or_404(Patrol.objects.with_grid().filter(by=user), pk=_key(key)))
    return None


def _key(typed: str) -> int:
    """Raises: Http404: no key looks like this."""
    if not typed.isascii() or not typed.isdigit() or len(typed) > LONGEST_KEY:
        raise Http404
    return int(typed)


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent twice, by an impatient thumb or a phone without signal, it is one visit."""
    user = member(request)
    aim = _aim(request.POST if request.method == "POST" else request.GET, user)
    if aim is None:
        return see_other(reverse("worker_visits"))
    if not access.may_write(user, aim.grid):
        raise PermissionDenied(_("Visits are written down by those who serve in this grid."))
    if request.method != "POST":
        return _form(request, aim, _filled(aim))
    form = _form_of(aim, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, aim, form, status=422)
    try:
        visit, _is_new = log(_report(aim, form), actor=user)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _form(request, aim, form, status=409)
    return _written(request, aim, visit)


def _form_of(aim: Aim, *data: Any, **options: Any) -> StopForm:
    if aim.patrol:
        return StopForm(*data, **options)
    people = aim.household.people.here().order_by("id") if aim.household else None
    return VisitForm(*data, people=people, at_a_venue=bool(aim.venue), **options)


def _filled(aim: Aim) -> StopForm:
    return _form_of(aim, initial={"submission_id": uuid4(), "purpose": _purpose(aim), "again": ""})


def _purpose(aim: Aim) -> Purpose:
    """What it most likely is for: an event first, then care, else getting to know each other."""
    if aim.household is None:
        return Purpose.ROUTINE
    if CareEvent.objects.filter(household=aim.household, settled_on__isnull=True).exists():
        return Purpose.AFTER_EVENT
    return Purpose.ROUTINE if aim.household.visit_level == VisitLevel.HALF_YEARLY else Purpose.CARE


def _form(request: HttpRequest, aim: Aim, form: StopForm, *, status: int = 200) -> HttpResponse:
    if status != 200 and wants_json(request):
        return why_json(form, status=status)
    if status != 200:
        form.keep()
    context = {**frame(request, "visits"), "form": form, "aim": aim}
    return page(request, "residents/visit_new.html", context, status=status)


def _report(aim: Aim, form: StopForm) -> Report:
    told = form.cleaned_data
    common: dict[str, Any] = {
        "submission_id": told["submission_id"],
        aim.name: aim.row,
        "visited_at": form.told_at(),
        "note": told["note"],
        "needs": form.found,
        "photos": told["photos"],
        "point": form.point,
    }
    if not isinstance(form, VisitForm):
        return Report(**common, purpose=Purpose.PATROL)
    return Report(
        **common,
        resident=told.get("resident"),
        purpose=told["purpose"],
        met=told["met"],
        follow_up_on=form.look_in_again,
    )


def _written(request: HttpRequest, aim: Aim, visit: Visit) -> HttpResponse:
    """On to what was found, where there is something to settle; else back to where the next one waits."""
    if visit.findings.exists():
        messages.success(request, _("Written down. Should something become a request? Choose below."))
        return done(request, visit.get_absolute_url())
    messages.success(request, _next_day(aim))
    return done(request, aim.back)


def _next_day(aim: Aim) -> str:
    if aim.household:
        day = Household.objects.values_list("next_visit_on", flat=True).get(pk=aim.household.pk)
        if day:
            return _("Written down. Next visit by %(day)s.") % {"day": date_format(day, _("M j"))}
    return _("Written down.")
