"""What the leader's page and the office's do alike: activities, shifts, hours."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from partybuilding.access import By
from partybuilding.gatherings.models import SignUp
from partybuilding.teams.forms import ActivityForm, HoursField, ShiftForm
from partybuilding.teams.models import Activity, Shift, Team, Volunteer
from partybuilding.teams.services import keeping, shifts
from wangguan.refusals import Refused

LATEST = 20


def about(team: Team) -> dict[str, Any]:
    """Context of a team's page: what is ahead, and what was."""
    rows = Shift.objects.filter(activity__team=team).select_related("gathering", "activity").with_taken()
    return {
        "team": team,
        "ahead": rows.ahead()[:LATEST],
        "over": rows.over()[:LATEST],
        "thanks": team.thanks.select_related("volunteer")[:LATEST],
    }


def making(team: Team, refused: ActivityForm | ShiftForm | None = None, of: int = 0) -> dict[str, Any]:
    """Forms of whoever makes shifts; `refused` came back with something to mend, `of` an activity (key)."""
    activities = list(team.activities.order_by("-pk")[:LATEST])
    forms = [
        (each, refused if refused and each.pk == of else ShiftForm(auto_id=f"s{each.pk}-%s"))
        for each in activities
    ]
    own = refused if isinstance(refused, ActivityForm) else ActivityForm(auto_id="activity-%s")
    return {"activities": forms, "activity_form": own}


def new_activity(request: HttpRequest, team: Team, by: By) -> ActivityForm | None:
    """Enter an activity from a sent form; None when it was, else the form with what is wrong."""
    form = ActivityForm(request.POST, auto_id="activity-%s")
    if not form.is_valid():
        return form
    try:
        keeping.begin(team, by=by, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return form
    return None


def new_shift(request: HttpRequest, activity: Activity, by: By) -> ShiftForm | None:
    """The same of a shift."""
    form = ShiftForm(request.POST, auto_id=f"s{activity.pk}-%s")
    if not form.is_valid():
        return form
    starts_at, ends_at = form.span
    told = {name: form.cleaned_data[name] for name in ("place", "places", "form_id")}
    try:
        shifts.open_shift(activity, starts_at=starts_at, ends_at=ends_at, by=by, **told)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return form
    return None


def hours_typed(request: HttpRequest, name: str) -> Decimal | None:
    """Raises: Refused: no hours, or too many."""
    try:
        given: Decimal | None = HoursField().clean(request.POST.get(name, "").strip())
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field=name) from error
    return given


def shift_of(team: Team, pk: int) -> Shift:
    rows = Shift.objects.filter(activity__team=team).select_related("gathering__community", "activity__team")
    return get_object_or_404(rows.defer("gathering__community__boundary"), pk=pk)


def past_of(volunteer: Volunteer) -> Any:
    """Shifts one was at, the last first."""
    rows = SignUp.objects.of_phone(volunteer.phone_hash).attended()
    there = rows.filter(gathering__teams_shift__isnull=False).select_related("gathering")
    return there.order_by("-gathering__starts_at", "-pk")[:LATEST]
