"""The tree, where branches are missing, one organisation, key projects and their milestones."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grids import access as doors
from grids.doors import member
from grids.models import Community, User, today
from partybuilding import access
from partybuilding.organisations import coverage, services
from partybuilding.organisations.forms import ReachedForm
from partybuilding.organisations.models import Member, Milestone, Organisation, Picture, Project, Term
from partybuilding.organisations.terms import Seat
from partybuilding.organisations.tree import grown
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, photo_file, see_other
from wangguan.refusals import Refused

HERE = "party"
PROJECTS = "party_projects"


def _within(user: User) -> coverage.Within:
    """Communities whose coverage this reader is shown; None: all."""
    scope = doors.admin_scope(user)
    return None if scope.everywhere else scope.communities


@require_GET
@for_office()
def organisations(request: HttpRequest) -> HttpResponse:
    """Coverage per community, and the tree."""
    user = member(request)
    rows = Organisation.objects.visible_to(user).standing().for_tree()
    context = {
        **frame(request, HERE),
        "grounds": coverage.grounds(),
        "coverage": coverage.table(_within(user)),
        "tree": grown(rows),
        "may_write": access.may_write(user),
    }
    return page(request, "organisations/tree.html", context)


@require_GET
@for_office()
def lacking(request: HttpRequest, key: str) -> HttpResponse:
    """Grounds without a branch, of one community or of all that the reader sees."""
    if (ground := coverage.of(key)) is None:
        raise Http404
    within = _within(member(request))
    community = None
    if (asked := request.GET.get("community", "")).isdecimal() and len(asked) < 10:
        seen = Community.objects.all() if within is None else Community.objects.filter(pk__in=within)
        community = get_object_or_404(seen.defer("boundary"), pk=int(asked))
        within = [community.pk]
    context = {
        **frame(request, HERE),
        "ground": ground,
        "community": community,
        "rows": ground.lacking(within),
    }
    return page(request, "organisations/lacking.html", context)


@require_GET
@for_office()
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Who leads it until when, where it stands, what is below it, how many members."""
    user = member(request)
    found = Organisation.objects.visible_to(user).select_related("parent", "community", "estate", "project")
    row = get_object_or_404(found.defer("community__boundary").prefetch_related("grids"), pk=pk)
    keeps = access.keeps(user, row.community_id)
    context = {
        **frame(request, HERE),
        "row": row,
        "today": today(),
        "leaders": sorted(Term.objects.filter(organisation=row), key=_from_the_head),
        "below": row.below.standing().order_by("kind", "name"),
        "members": Member.objects.current().filter(organisation=row).count() if keeps else None,
        "floating": Member.objects.current().filter(organisation=row, is_floating=True).count()
        if keeps
        else None,
        "keeps": keeps,
    }
    return page(request, "organisations/organisation.html", context)


def _from_the_head(term: Term) -> tuple[int, int, int]:
    """The newest terms first, the secretary before the others."""
    return (-term.ends_on.toordinal(), list(Seat).index(Seat(term.seat)), term.pk)


@require_GET
@for_office()
def projects(request: HttpRequest) -> HttpResponse:
    """Running ones by their last day, then those that are finished."""
    rows = Project.objects.visible_to(member(request)).for_list()
    context = {
        **frame(request, PROJECTS),
        "running": rows.running(),
        "finished": rows.filter(finished_on__isnull=False).order_by("-finished_on", "-pk")[:20],
        "may_write": access.may_write(member(request)),
    }
    return page(request, "organisations/projects.html", context)


@require_GET
@for_office()
def project(request: HttpRequest, pk: int) -> HttpResponse:
    return _project(request, _seen(request, pk))


@require_http_methods(["POST"])
@for_office()
def reach(request: HttpRequest, pk: int, milestone: int) -> HttpResponse:
    """Mark a milestone as reached; what was typed stays when it is refused."""
    row = _seen(request, pk)
    step = get_object_or_404(Milestone.objects.select_related("project"), pk=milestone, project=row)
    form = ReachedForm(request.POST, request.FILES)
    if form.is_valid():
        told = form.cleaned_data
        try:
            services.reach(
                step,
                by=member(request),
                on=told["reached_on"],
                words=told["words"],
                pictures=told["photos"],
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("%(name)s: marked as reached.") % {"name": step.name})
            return see_other(reverse("party_project", args=[row.pk]))
    return _project(request, row, at=step, form=form, status=422)


@require_GET
@for_office()
def picture(request: HttpRequest, pk: int, picture: int, size: str) -> FileResponse:
    """Of a milestone of a project that the reader sees."""
    found = Picture.objects.filter(milestone__project=_seen(request, pk))
    return photo_file(get_object_or_404(found, pk=picture), size)


def _seen(request: HttpRequest, pk: int) -> Project:
    rows = Project.objects.visible_to(member(request)).select_related("community")
    return get_object_or_404(rows.defer("community__boundary"), pk=pk)


def _project(
    request: HttpRequest,
    row: Project,
    *,
    at: Milestone | None = None,
    form: ReachedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The project's page; `form` is what was typed for the milestone `at` and could not be taken."""
    keeps = access.keeps(member(request), row.community_id)
    steps = row.milestones.prefetch_related("pictures")
    context: dict[str, Any] = {
        **frame(request, PROJECTS),
        "row": row,
        "branches": row.branches.standing(),
        "milestones": [(step, _form_of(step, at, form) if keeps else None) for step in steps],
        "keeps": keeps,
    }
    return page(request, "organisations/project.html", context, status=status)


def _form_of(step: Milestone, at: Milestone | None, form: ReachedForm | None) -> ReachedForm | None:
    if step.reached_on:
        return None
    return form if form and at == step else ReachedForm(auto_id=f"m{step.pk}-%s")
