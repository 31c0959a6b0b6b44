"""The list of groups, and one group with what may be done with it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import member
from grids.models import User
from requests_app.desk.doors import for_office, frame
from requests_app.models import Ticket
from requests_app.repeats import access
from requests_app.repeats.forms import CloseForm, FilterForm, ProjectForm, PutInForm, ReasonForm
from requests_app.repeats.models import Group, Hand, Link, Project, Trace
from requests_app.repeats.queries import GroupQuerySet
from requests_app.repeats.services import hands, projects
from requests_app.repeats.services.answering import UNANSWERED, members
from requests_app.repeats.terms import RUNNING, WITHIN, LinkKind
from requests_app.repeats.trend import Trend, trend
from requests_app.views import lists
from requests_app.views.cards import Row, day, rows, title
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

PAGE = 20
HERE = "repeats"
MEMBERS = 100
"""Members shown on a group's page, the newest first."""


@dataclass(frozen=True)
class GroupRow:
    """A group in a list: `recent` of the last thirty days, `title` what its newest matter says."""

    group: Group
    title: str
    recent: int
    kinds: list[str]
    trend: Trend
    project: Project | None


@require_GET
@for_office()
def groups(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    found = _narrowed(Group.objects.visible_to(member(request)), form)
    if place := lists.pointed_at(request.GET.get("after", "")):
        found = found.before(*place)
    shown = list(found.order_by("-last_at", "-pk").for_list()[: PAGE + 1])
    last = shown[PAGE - 1] if len(shown) > PAGE else None
    following = lists.pointer(last.last_at, last.pk) if last else ""
    context = {
        **frame(request, HERE),
        "form": form,
        "rows": told(shown[:PAGE], member(request)),
        "next": lists.query(request.GET, after=following) if following else "",
        "first": (lists.query(request.GET, after="") or "kind=") if request.GET.get("after") else "",
    }
    return page(request, "repeats/list.html", context)


def _narrowed(found: GroupQuerySet, form: FilterForm) -> GroupQuerySet:
    form.is_valid()
    chosen = form.cleaned_data
    if kind := chosen.get("kind"):
        found = found.filter(kinds__contains=[kind])
    if community := chosen.get("community"):
        found = found.filter(community=community)
    if category := chosen.get("category"):
        found = found.filter(Q(category=category) | Q(category__parent=category))
    return found


def told(shown: Sequence[Group], user: User) -> list[GroupRow]:
    """Rows of a list: three queries, however many groups."""
    arrivals: dict[int | None, list[datetime]] = defaultdict(list)
    newest: dict[int | None, int] = {}
    traces = Trace.objects.filter(group__in=shown).order_by("pk")
    for key, group, at in traces.values_list("pk", "group", "arrived_at"):
        arrivals[group].append(at)
        newest[group] = key
    seen = Ticket.objects.visible_to(user).filter(pk__in=newest.values(), about_staff=False)
    titles = {ticket.pk: title(ticket) for ticket in seen.only("description")}
    running = Project.objects.filter(group__in=shown, state__in=RUNNING).select_related("owner")
    own = {project.group_id: project for project in running}
    since = clock.now() - WITHIN
    return [
        GroupRow(
            group,
            titles.get(newest.get(group.pk, 0), str(group.category or "")),
            sum(at >= since for at in arrivals[group.pk]),
            kinds(group),
            trend(arrivals[group.pk]),
            own.get(group.pk),
        )
        for group in shown
    ]


def kinds(group: Group) -> list[str]:
    return [str(LinkKind(kind).label) for kind in group.kinds]


def visible_group(user: User, key: int) -> Group:
    """The group, if this person may see it; else it is not to be found."""
    return get_object_or_404(Group.objects.visible_to(user).for_list(), pk=key)


@require_GET
@for_office()
def group(request: HttpRequest, key: int) -> HttpResponse:
    user = member(request)
    moved = Group.objects.filter(pk=key, merged_into__isnull=False, size=0).first()
    if moved and moved.merged_into_id:
        return see_other(f"/admin/repeats/{visible_group(user, moved.merged_into_id).pk}/")
    return page(request, "repeats/group.html", _context(request, visible_group(user, key)))


def _context(request: HttpRequest, found: Group, **bound: Any) -> dict[str, Any]:
    user = member(request)
    shown = list(members(found, user).order_by("-pk").for_list()[:MEMBERS])
    arrivals = list(found.traces.values_list("arrived_at", flat=True))
    project = found.projects.select_related("owner").order_by("-pk").first()
    may_edit = access.may_edit(user, found)
    return {
        **frame(request, HERE),
        "group": found,
        "title": title(shown[0]) if shown else str(found.category or ""),
        "members": _members(shown, found),
        "unanswered": sum(ticket.status in UNANSWERED for ticket in shown),
        "hidden": max(len(arrivals) - len(shown), 0),
        "recent": sum(at >= clock.now() - WITHIN for at in arrivals),
        "kinds": kinds(found),
        "trend": trend(arrivals),
        "project": project,
        "may_edit": may_edit,
        "may_close": bool(project and project.is_running and (may_edit or project.owner_id == user.pk)),
        "hands": _hands(found, user),
        "project_form": ProjectForm(group=found) if may_edit else None,
        "close_form": CloseForm(),
        "aside_form": ReasonForm(auto_id="aside_%s"),
        "out_form": ReasonForm(auto_id="out_%s"),
        "in_form": PutInForm(auto_id="in_%s"),
        **bound,
    }


def _hands(found: Group, user: User) -> list[Hand]:
    """What people changed here, as far as the reader may see the ticket."""
    seen = Ticket.objects.visible_to(user).filter(about_staff=False)
    own = Hand.objects.filter(group=found, ticket__in=seen)
    return list(own.select_related("ticket", "by")[:PAGE])


def _members(shown: Sequence[Ticket], found: Group) -> list[Row]:
    """Each with the day it was told and why it is here."""
    why: dict[int, set[str]] = defaultdict(set)
    own = found.traces.values("pk")
    for a, b, kind in Link.objects.filter(a__in=own, b__in=own).values_list("a", "b", "kind"):
        why[a].add(kind)
        why[b].add(kind)
    return [
        replace(
            row, tags=[day(ticket.arrived_at), *(kind.label for kind in LinkKind if kind in why[ticket.pk])]
        )
        for row, ticket in zip(rows(shown), shown, strict=True)
    ]


# --- acts --------------------------------------------------------------------------------
@require_POST
@for_office()
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Out, in, aside, project, close: done, or the page again with what is wrong."""
    user = member(request)
    found = visible_group(user, key)
    if name not in _ACTS:
        raise Http404
    slot, form = _form(name, found, request)
    if not form.is_valid():
        return _again(request, found, slot, form, status=422)
    try:
        said = _ACTS[name](found, user, form, request)
    except Refused as refused:
        in_form = refused.field in form.fields
        form.add_error(refused.field if in_form else None, refused.sentence)
        return _again(request, found, slot, form, status=422 if in_form else 409)
    messages.success(request, said)
    still = Group.objects.visible_to(user).filter(pk=key).exists()
    return see_other(found.get_absolute_url() if still else "/admin/repeats/")


def _form(name: str, found: Group, request: HttpRequest) -> tuple[str, Any]:
    match name:
        case "project":
            return "project_form", ProjectForm(request.POST, group=found)
        case "close":
            return "close_form", CloseForm(request.POST)
        case "in":
            return "in_form", PutInForm(request.POST, auto_id="in_%s")
    return f"{name}_form", ReasonForm(request.POST, auto_id=f"{name}_%s")


def _again(request: HttpRequest, found: Group, slot: str, form: Any, *, status: int) -> HttpResponse:
    bound = {slot: form, "out_number": request.POST.get("number", "")[:40]}
    return page(request, "repeats/group.html", _context(request, found, **bound), status=status)


def _out(found: Group, user: User, form: Any, request: HttpRequest) -> str:
    ticket = _member(user, request.POST.get("number", ""))
    hands.take_out(found, ticket, by=user, reason=form.cleaned_data["reason"])
    return _("Taken out; no rule brings it back.")


def _in(found: Group, user: User, form: Any, request: HttpRequest) -> str:
    ticket = _member(user, form.cleaned_data["number"])
    hands.put_in(found, ticket, by=user, reason=form.cleaned_data["reason"])
    return _("It belongs here now.")


def _aside(found: Group, user: User, form: Any, request: HttpRequest) -> str:
    hands.set_aside(found, by=user, reason=form.cleaned_data["reason"])
    return _("Set aside until it grows.")


def _project(found: Group, user: User, form: Any, request: HttpRequest) -> str:
    projects.open_project(found, by=user, **form.cleaned_data)
    return _("It is a project now; its people were told.")


def _close(found: Group, user: User, form: Any, request: HttpRequest) -> str:
    project = found.projects.filter(state__in=RUNNING).select_related("group").first()
    if project is None:
        raise Refused(_("The project is closed already."))
    projects.close(project, by=user, outcome=form.cleaned_data["outcome"])
    return _("The project is closed.")


def _member(user: User, number: str) -> Ticket:
    ticket = Ticket.objects.visible_to(user).filter(number=number[:40], about_staff=False).first()
    if ticket is None:
        raise Refused(_("There is no such request, or it is not for you to see."), field="number")
    return ticket


_ACTS = {"out": _out, "in": _in, "aside": _aside, "project": _project, "close": _close}
