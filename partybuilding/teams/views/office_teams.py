"""The office's pages of teams: the list, one team with its people, shifts, hours to confirm and thanks."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from grids.doors import member as staff
from grids.models import User
from partybuilding import access
from partybuilding.access import By
from partybuilding.gatherings.models import SignUp
from partybuilding.teams.access import keeps
from partybuilding.teams.forms import ThanksForm
from partybuilding.teams.models import Activity, Membership, Shift, Team, Volunteer
from partybuilding.teams.services import keeping, shifts
from partybuilding.teams.views import acting
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "teams_office"
MOST = 100
"""Teams on the list, and volunteers of one team, shown at most."""
OFFERED = 50
"""Volunteers who may join, offered at once."""


@require_GET
@for_office()
def teams(request: HttpRequest) -> HttpResponse:
    """Teams that stand; with `?all=1` those that were dissolved too."""
    user, everything = staff(request), request.GET.get("all") == "1"
    rows = Team.objects.visible_to(user)
    rows = (rows if everything else rows.standing()).with_counts().select_related("community", "leader")
    found = list(rows.defer("community__boundary").order_by("community__code", "name", "pk")[: MOST + 1])
    context = {
        **frame(request, HERE),
        "rows": found[:MOST],
        "more": len(found) > MOST,
        "everything": everything,
        "may_write": access.may_write(user),
        "proposals": _proposed(user),
    }
    return page(request, "teams/teams.html", context)


def _proposed(user: User) -> list[Team]:
    """Teams of one's own with hours to confirm."""
    if not access.may_write(user):
        return []
    rows = Team.objects.filter(activities__shifts__gathering__sign_ups__in=shifts.proposed())
    rows = rows if access.keeps_street(user) else rows.filter(community__in=access.own_communities(user))
    return list(rows.distinct().order_by("pk")[:MOST])


@require_GET
@for_office()
def team(request: HttpRequest, pk: int) -> HttpResponse:
    return _team(request, _found(request, pk))


def _team(request: HttpRequest, row: Team, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page; `more` are forms that came back with something to mend, or a refusal."""
    does = keeps(By(staff(request)), row.community_id) and row.is_standing
    making = more.pop("making", {})
    current = row.memberships.filter(until=None).select_related("volunteer").order_by("pk")
    context = {
        **frame(request, HERE),
        **acting.about(row),
        **(acting.making(row, **making) if does else {}),
        "keeps": does,
        "memberships": current[:MOST],
        "may_join": _may_join(row) if does else [],
        "proposed": _to_confirm(row) if does else [],
        "thanks_form": ThanksForm(team=row, auto_id="thanks-%s") if does else None,
        **more,
    }
    return page(request, "teams/team.html", context, status=status)


def _may_join(row: Team) -> Any:
    """Confirmed volunteers of the team's community (of the street for its teams) who are not in it."""
    rows = Volunteer.objects.confirmed().exclude(memberships__in=row.memberships.filter(until=None))
    own = rows.filter(community=row.community_id) if row.community_id else rows
    return own.order_by("-pk")[:OFFERED]


def _to_confirm(row: Team) -> list[tuple[Shift, list[SignUp]]]:
    """Shifts with hours that the leader gave and nobody confirmed, each with these."""
    rows = shifts.proposed().filter(gathering__teams_shift__activity__team=row)
    rows = rows.select_related("user", "gathering__teams_shift").order_by("gathering__starts_at", "pk")
    found: dict[Shift, list[SignUp]] = {}
    for each in rows[:MOST]:
        found.setdefault(each.gathering.teams_shift, []).append(each)
    return list(found.items())


@require_POST
@for_office()
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the chosen volunteers into the team."""
    row = _found(request, pk)
    chosen = [int(key) for key in request.POST.getlist("volunteer") if key.isdecimal() and len(key) < 18]
    rows = Volunteer.objects.visible_to(staff(request)).filter(pk__in=chosen)
    try:
        count = keeping.add(row, rows, by=By(staff(request)))
    except Refused as refusal:
        return _team(request, row, refusal=refusal.sentence, status=409)
    said = ngettext("%(count)d volunteer joined.", "%(count)d volunteers joined.", count) % {"count": count}
    messages.success(request, said if count else _("Please choose at least one volunteer."))
    return see_other(reverse("teams_team_office", args=[pk]))


@require_POST
@for_office()
def member(request: HttpRequest, pk: int, membership: int, name: str) -> HttpResponse:
    """Make somebody of the team its leader, or take them out of it."""
    row, by = _found(request, pk), By(staff(request))
    found = get_object_or_404(Membership.objects.select_related("volunteer"), pk=membership, team=row)
    found.team = row
    try:
        if name == "lead":
            keeping.appoint(row, found.volunteer, by=by)
        elif name == "remove":
            keeping.remove(found, by=by)
        else:
            raise Http404
    except Refused as refusal:
        return _team(request, row, refusal=refusal.sentence, status=409)
    messages.success(request, _("Kept."))
    return see_other(reverse("teams_team_office", args=[pk]))


@require_POST
@for_office()
def thank(request: HttpRequest, pk: int) -> HttpResponse:
    """Words of thanks, to stand on the team's page."""
    row = _found(request, pk)
    form = ThanksForm(request.POST, team=row, auto_id="thanks-%s")
    if not form.is_valid():
        return _team(request, row, thanks_form=form, status=422)
    try:
        keeping.thank(row, by=By(staff(request)), **form.cleaned_data)
    except Refused as refusal:
        return _team(request, row, refusal=refusal.sentence, thanks_form=form, status=409)
    messages.success(request, _("It stands on the team's page now."))
    return see_other(reverse("teams_team_office", args=[pk]))


@require_POST
@for_office()
def new_activity(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    if refused := acting.new_activity(request, row, By(staff(request))):
        return _team(request, row, making={"refused": refused}, status=422)
    messages.success(request, _("Entered; now add its first time."))
    return see_other(reverse("teams_team_office", args=[pk]))


@require_POST
@for_office()
def new_shift(request: HttpRequest, pk: int, activity: int) -> HttpResponse:
    row = _found(request, pk)
    found = get_object_or_404(Activity, pk=activity, team=row)
    found.team = row
    if refused := acting.new_shift(request, found, By(staff(request))):
        return _team(request, row, making={"refused": refused, "of": activity}, status=422)
    messages.success(request, _("The time is open; people may sign up."))
    return see_other(reverse("teams_team_office", args=[pk]))


@require_POST
@for_office()
def agree(request: HttpRequest, pk: int, shift: int) -> HttpResponse:
    """Confirm the hours that the leader proposed for one shift."""
    row = _found(request, pk)
    try:
        count = shifts.agree(acting.shift_of(row, shift), by=By(staff(request)))
    except Refused as refusal:
        return _team(request, row, refusal=refusal.sentence, status=409)
    said = ngettext(
        "Hours of %(count)d person are confirmed.", "Hours of %(count)d people are confirmed.", count
    )
    messages.success(request, said % {"count": count})
    return see_other(reverse("teams_team_office", args=[pk]))


def _found(request: HttpRequest, pk: int) -> Team:
    rows = Team.objects.visible_to(staff(request)).select_related("community", "organisation", "leader")
    return get_object_or_404(rows.defer("community__boundary"), pk=pk)
