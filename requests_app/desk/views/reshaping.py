"""Splitting, merging and renumbering grids: ask, see what would move, confirm, read the record."""

import json
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids import access, boundaries, reshape
from grids.boundaries import BadBoundary
from grids.doors import member
from grids.drawing import hectares
from grids.forms.reshaping import FORMS, ReshapeForm, SplitForm, as_hidden
from grids.models import Grid, Reshaping, ReshapingKind, User
from grids.reshape import Halves, Plan
from requests_app.desk.doors import for_office, frame
from requests_app.desk.views.territory import sized
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(needs="grids.add_reshaping")
def change(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The form; then what would move; with `confirm`, the record."""
    grid = _grid(code, kind)
    form = FORMS[kind](request.POST if request.method == "POST" else None, grid=grid)
    if request.method != "POST" or "mend" in request.POST or not form.is_valid():
        return _ask(request, form)
    try:
        if "confirm" in request.POST:
            return _carry_out(request, form)
        return _preview(request, form, reshape.plan(form.asked()))
    except reshape.Stale as stale:
        return _again(request, form, stale)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _ask(request, form)


def _carry_out(request: HttpRequest, form: ReshapeForm) -> HttpResponse:
    given = form.cleaned_data
    record = reshape.carry_out(form.asked(), seal=given["seal"], key=given["key"], by=member(request))
    messages.success(request, _("Done, with everything in it."))
    return see_other(reverse("reshaping", args=[record.pk]))


def _again(request: HttpRequest, form: ReshapeForm, stale: Refused) -> HttpResponse:
    """Somebody was faster: the new preview under the sentence, or the form where it cannot be done now."""
    try:
        return _preview(request, form, reshape.plan(form.asked()), stale=stale.sentence, status=409)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _ask(request, form)


def _ask(request: HttpRequest, form: ReshapeForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "territory/reshape.html", _about(request, form), status=status)


def _preview(
    request: HttpRequest, form: ReshapeForm, plan: Plan, *, stale: str = "", status: int = 200
) -> HttpResponse:
    context = {
        **_about(request, form),
        "plan": plan,
        "stale": stale,
        "hidden": [*as_hidden(form), ("seal", plan.seal)],
        "grounds": _grounds(plan),
        "counts": named(plan.counts),
        "given": _posts(plan),
    }
    return page(request, "territory/preview.html", context, status=status)


def _about(request: HttpRequest, form: ReshapeForm) -> dict[str, Any]:
    return {
        **frame(request, "territory"),
        "grid": form.grid,
        "kind": form.kind,
        "form": form,
        "shown": [field for field in form.visible_fields() if field.name not in ("drawing", "other_side")],
        **_on_the_map(form),
    }


def _on_the_map(form: ReshapeForm) -> dict[str, str]:
    """GeoJSON of the ground to be cut and of a line to begin with; nothing where none can be drawn."""
    if "drawing" not in form.fields:
        return {}
    try:
        whole = boundaries.parse(form.grid.boundary)
    except BadBoundary:
        return {}
    return {"ground": json.dumps(form.grid.boundary), "across": json.dumps(reshape.across(whole))}


@require_POST
@for_office(needs="grids.add_reshaping")
def check(request: HttpRequest, code: str) -> HttpResponse:
    """What is wrong with the cut that the form of a split holds so far; else the two parts that it makes."""
    form = SplitForm(request.POST, grid=_grid(code, ReshapingKind.SPLIT))
    wrong = form.errors.get("drawing")  # the rest may still be missing
    asked = form.asked()
    if wrong or not (asked.drawing or asked.buildings):
        return JsonResponse({"wrong": wrong or [], "size": ""})
    try:
        halves = reshape.halve(asked)
    except Refused as refusal:
        return JsonResponse({"wrong": [refusal.sentence], "size": ""})
    goes = reshape.as_geojson(halves.goes) if halves.goes else None
    return JsonResponse({"wrong": [], "size": _sizes(halves), "goes": goes})


def _sizes(halves: Halves) -> str:
    """What each part takes, in a line each; after them what is worth a second look."""
    parts = [
        (_("The new grid: %(size)s"), halves.goes, halves.going),
        (_("What stays: %(size)s"), halves.stays, halves.staying),
    ]
    lines = [words % {"size": sized(hectares(area), buildings)} for words, area, buildings in parts if area]
    return "\n".join([*lines, *halves.notes])


def _grounds(plan: Plan) -> list[tuple[str, float]]:
    """How large the two parts of a split are, in hectares."""
    areas = [(_("The new grid, hectares"), plan.move.area), (_("What stays, hectares"), plan.rest)]
    return [(label, hectares(area)) for label, area in areas if area and plan.move.area]


def _posts(plan: Plan) -> list[tuple[str, str]]:
    """Who will serve the grid that takes over, by name and post."""
    people = User.objects.in_bulk([given.user for given in plan.posts.gives])
    from grids.models import Role

    return [(str(people[given.user]), str(Role(given.role).label)) for given in plan.posts.gives]


def _grid(code: str, kind: str) -> Grid:
    """
    Raises:
        Http404: no grid has or had this number, or there is no such change.
    """
    grid = Grid.objects.by_code(code)
    if grid is None or kind not in ReshapingKind.values:
        raise Http404
    return grid


def named(counts: dict[str, int]) -> list[tuple[str | Promise, int]]:
    """Counts with what their parts are called, in the order of the rooms."""
    return [(label, counts[part]) for part, label in reshape.labels().items() if part in counts]


# --- the record --------------------------------------------------------------------------
@require_GET
@for_office(needs="grids.view_reshaping")
def records(request: HttpRequest) -> HttpResponse:
    """What was reshaped, newest first."""
    rows = _seen(request)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: PAGE + 1])
    context = {
        **frame(request, "territory"),
        "records": found[:PAGE],
        "next": f"after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }
    return page(request, "territory/records.html", context)


@require_GET
@for_office(needs="grids.view_reshaping")
def record(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_seen(request), pk=pk)
    context = {**frame(request, "territory"), "record": row, "counts": named(row.counts)}
    return page(request, "territory/record.html", context)


def _seen(request: HttpRequest) -> QuerySet[Reshaping]:
    rows = Reshaping.objects.select_related("source", "target", "community", "by").order_by("-pk")
    unread = ("source__boundary", "target__boundary", "community__boundary", "by__phone")
    return access.admin_scope(member(request)).limit(rows, "community").defer(*unread)
