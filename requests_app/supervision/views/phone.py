"""Supervision on the workers' pages: what my unit is asked, one case, and opening one from a ticket."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import for_staff, frame, member
from requests_app.models import Ticket
from requests_app.supervision import access
from requests_app.supervision.forms import OpenForm
from requests_app.supervision.models import Case
from requests_app.supervision.services.cases import open_case
from requests_app.supervision.views.acting import about, act_on, visible_case
from requests_app.supervision.views.rows import rows
from requests_app.views import lists
from requests_app.views.cards import title
from requests_app.views.worker import visible_ticket
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

PAGE = 20
HERE = "tickets"


@require_GET
@for_staff
def asked(request: HttpRequest) -> HttpResponse:
    """Open cases that my units are asked about, what is due first on top."""
    found = Case.objects.answered_by(member(request)).open().order_by("due_at", "pk")
    if place := lists.pointed_at(request.GET.get("after", "")):
        found = found.after(*place)
    shown = list(found.for_list()[: PAGE + 1])
    last = shown[PAGE - 1] if len(shown) > PAGE else None
    following = lists.pointer(last.due_at, last.pk) if last else ""
    context = {
        **frame(request, HERE),
        "rows": rows(shown[:PAGE]),
        "next": lists.query(request.GET, after=following) if following else "",
    }
    return page(request, "supervision/asked.html", context)


@require_GET
@for_staff
def case(request: HttpRequest, key: int) -> HttpResponse:
    user = member(request)
    context = {**frame(request, HERE), **about(user, visible_case(user, key))}
    return page(request, "supervision/worker_case.html", context)


@require_POST
@for_staff
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    user = member(request)
    refused = act_on(request, visible_case(user, key), name)
    if refused is None:
        return see_other(f"/worker/supervision/{key}/")
    taken, form, status = refused
    context = {**frame(request, HERE), **about(user, visible_case(user, key), (taken, form))}
    return page(request, "supervision/worker_case.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def supervise(request: HttpRequest, number: str) -> HttpResponse:
    """The form that puts a ticket to a unit; who may not open one does not find it."""
    user = member(request)
    ticket = visible_ticket(user, number)
    if not access.may_open(user, ticket):
        raise Http404
    if request.method != "POST":
        return _form(request, ticket, OpenForm(ticket=ticket, user=user))
    form = OpenForm(request.POST, ticket=ticket, user=user)
    if not form.is_valid():
        return _form(request, ticket, form, status=422)
    try:
        opened = open_case(ticket, by=user, **form.for_open())
    except Refused as refused:
        form.add_error(refused.field or None, refused.sentence)
        return _form(request, ticket, form, status=409)
    messages.success(request, _("%(unit)s was asked.") % {"unit": opened.unit})
    return see_other(ticket.get_absolute_url())


def _form(request: HttpRequest, ticket: Ticket, form: OpenForm, *, status: int = 200) -> HttpResponse:
    context = {**frame(request, HERE), "ticket": ticket, "title": title(ticket), "form": form}
    return page(request, "supervision/open.html", context, status=status)
