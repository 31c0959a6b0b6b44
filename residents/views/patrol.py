"""A round through the grid: set out, note on the way, come home."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import for_homes, frame, member
from grids.models import Grid, User
from residents import access
from residents.forms.visits import EndForm, StartForm
from residents.models import Patrol, Policy
from residents.services import patrols
from residents.views.shown import visits
from wangguan.answers import done, page, see_other, wants_json, why_json
from wangguan.refusals import Refused

MINE = 5
"""Rounds of one's own that the page looks back on."""
STOPS = 50


def _grids(user: User) -> "QuerySet[Grid]":
    """Where this person may walk a round."""
    reach = access.reach(user)
    own = Grid.objects.filter(pk__in=reach.grids) | Grid.objects.filter(community__in=reach.communities)
    return own.filter(ended_on__isnull=True).defer("boundary").order_by("code")


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def patrol(request: HttpRequest) -> HttpResponse:
    """The round that is on, or the button to set out."""
    user = member(request)
    grids = _grids(user)
    if request.method == "POST":
        return _start(request, StartForm(request.POST, grids=grids))
    if running := Patrol.objects.open_of(user).with_grid().first():
        return _running(request, running, EndForm(initial={"submission_id": uuid4()}))
    return _before(request, StartForm(initial={"submission_id": uuid4()}, grids=grids))


def _before(request: HttpRequest, form: StartForm, *, status: int = 200) -> HttpResponse:
    user = member(request)
    grids = list(form.fields["grid"].queryset)  # type: ignore[attr-defined]
    if not grids:
        raise PermissionDenied(_("Rounds are walked by those who serve in a grid or a community."))
    mine = Patrol.objects.visible_to(user).filter(by=user, ended_at__isnull=False).with_grid()
    context = {
        **frame(request, "visits"),
        "form": form,
        "only": grids[0] if len(grids) == 1 else None,
        "mine": list(mine.annotate(stop_count=Count("stops")).order_by("-started_at", "-id")[:MINE]),
    }
    return page(request, "residents/patrol_start.html", context, status=status)


def _start(request: HttpRequest, form: StartForm) -> HttpResponse:
    if not form.is_valid():
        return _before(request, form, status=422)
    try:
        patrols.start(
            form.cleaned_data["grid"],
            actor=member(request),
            submission_id=form.cleaned_data["submission_id"],
        )
    except Refused as refusal:
        form.add_error("grid", refusal.sentence)
        return _before(request, form, status=409)
    return see_other(reverse("worker_patrol"))


def _running(request: HttpRequest, running: Patrol, form: EndForm, *, status: int = 200) -> HttpResponse:
    context = {
        **frame(request, "visits"),
        "patrol": running,
        "form": form,
        "tracks": Policy.current().tracks,
        "stops": visits(list(running.stops.with_aim().order_by("-id")[:STOPS])),
    }
    return page(request, "residents/patrol.html", context, status=status)


@require_POST
@for_homes
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Home again; sent twice it ends once. Somebody else's round is not to be found here."""
    running = get_object_or_404(Patrol.objects.with_grid().filter(by=member(request)), pk=pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        if wants_json(request):
            return why_json(form, status=422)
        return _running(request, running, form, status=422)
    told = form.cleaned_data
    if patrols.end(running, at=form.told_at(), note=told["note"], track=told["track"]):
        messages.success(request, _("The round is over. Thank you."))
    return done(request, reverse("worker_patrol_over", args=[running.pk]))


@require_GET
@for_homes
def over(request: HttpRequest, pk: int) -> HttpResponse:
    """A round that is over, to those who know the grid."""
    found = get_object_or_404(Patrol.objects.visible_to(member(request)).with_grid(), pk=pk)
    stops = list(found.stops.with_aim().order_by("-id")[:STOPS])
    context = {**frame(request, "visits"), "patrol": found, "stops": visits(stops)}
    return page(request, "residents/patrol_over.html", context)
