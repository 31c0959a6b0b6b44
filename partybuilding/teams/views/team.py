"""A team's page: everybody's, and the leader's, who keeps its shifts by phone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from partybuilding.access import By
from partybuilding.door.views.doors import for_known, known
from partybuilding.teams.access import leads
from partybuilding.teams.models import Activity, Team
from partybuilding.teams.views import acting
from wangguan.answers import page, see_other


@never_cache
@require_GET
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """What the team is for, what is ahead, and how it is thanked."""
    row = _team(pk)
    return _page(request, row)


def _page(request: HttpRequest, row: Team, *, status: int = 200, **making: Any) -> HttpResponse:
    is_led = leads(By(phone_hash=known(request)), row)
    context = {
        **acting.about(row),
        "people": row.memberships.filter(until=None).count(),
        "leads": is_led,
        "back": reverse("teams_me" if known(request) else "teams_public"),
        **(acting.making(row, **making) if is_led else {}),
    }
    return page(request, "teams/team_public.html", context, status=status)


@require_POST
@for_known
def new_activity(request: HttpRequest, pk: int) -> HttpResponse:
    row = _led(request, pk)
    refused = acting.new_activity(request, row, By(phone_hash=known(request)))
    if refused:
        return _page(request, row, refused=refused, status=422)
    messages.success(request, _("Entered; now add its first time."))
    return see_other(reverse("teams_team", args=[pk]))


@require_POST
@for_known
def new_shift(request: HttpRequest, pk: int, activity: int) -> HttpResponse:
    row = _led(request, pk)
    found = get_object_or_404(Activity, pk=activity, team=row)
    found.team = row
    refused = acting.new_shift(request, found, By(phone_hash=known(request)))
    if refused:
        return _page(request, row, refused=refused, of=activity, status=422)
    messages.success(request, _("The time is open; people may sign up."))
    return see_other(reverse("teams_team", args=[pk]))


def _team(pk: int) -> Team:
    rows = Team.objects.standing().select_related("community", "leader").defer("community__boundary")
    return get_object_or_404(rows, pk=pk)


def _led(request: HttpRequest, pk: int) -> Team:
    """The team, if whoever holds this phone leads it; else it is not to be found."""
    row = _team(pk)
    if not leads(By(phone_hash=known(request)), row):
        raise Http404
    return row
