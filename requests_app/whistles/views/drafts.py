"""Drafting a whistle and changing a draft."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.doors import member
from grids.models import User
from requests_app.desk.doors import for_office, frame
from requests_app.models import Ticket
from requests_app.whistles import access
from requests_app.whistles.forms import WhistleForm, from_tickets, from_whistle
from requests_app.whistles.models import Whistle
from requests_app.whistles.services import drafting
from requests_app.whistles.services.drafting import Another
from requests_app.whistles.terms import OFFERED_TICKETS
from requests_app.whistles.workflow import STEPS
from wangguan.answers import page, see_other
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest) -> HttpResponse:
    """A draft, begun from the matters that `?ticket=` names."""
    user = _drafter(request)
    if request.method != "POST":
        chosen = _chosen(request, user)
        form = WhistleForm(user=user, kept=chosen, initial=from_tickets(chosen))
        return _form(request, form, others=_others(chosen))
    form = WhistleForm(request.POST, user=user)
    if form.is_valid():
        try:
            row = drafting.draft(form.plan(), by=user, form_id=form.cleaned_data["form_id"])
        except Refused as refusal:
            return _refused(request, form, refusal)
        messages.success(request, _("Drafted; the street leaders were told."))
        return see_other(row.get_absolute_url())
    return _form(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change one that is not approved."""
    user = _drafter(request)
    row = get_object_or_404(Whistle.objects.visible_to(user), number=number)
    kept = list(Ticket.objects.visible_to(user).filter(pk__in=row.matters.values("ticket")).for_list())
    if request.method != "POST":
        if not STEPS["edit"].starts_at(row.state):
            messages.error(request, _("It is approved already; return it for change first."))
            return see_other(row.get_absolute_url())
        return _form(request, WhistleForm(user=user, kept=kept, initial=from_whistle(row)), row)
    form = WhistleForm(request.POST, user=user, kept=kept)
    if form.is_valid():
        told = form.cleaned_data
        once: UUID = told["form_id"]
        try:
            drafting.change(row, form.plan(), by=user, version=told["version"], action_id=once)
        except Refused as refusal:
            return _refused(request, form, refusal, row)
        messages.success(request, _("Changed; it waits for approval."))
        return see_other(row.get_absolute_url())
    return _form(request, form, row, status=422)


def _chosen(request: HttpRequest, user: User) -> list[Ticket]:
    """Matters that the address names, as far as the reader sees them; says which cannot be whistled for."""
    numbers = request.GET.getlist("ticket")[:OFFERED_TICKETS]
    if not numbers:
        return []
    found = Ticket.objects.visible_to(user).filter(number__in=numbers).for_list().order_by("id")
    reasons = {ticket: access.why_not_whistled(ticket) for ticket in found}
    for ticket, reason in reasons.items():
        if reason:
            said = _("%(number)s was left out: %(reason)s") % {"number": ticket.number, "reason": reason}
            messages.warning(request, said)
    fitting = [ticket for ticket, reason in reasons.items() if not reason]
    if not fitting:
        messages.error(
            request, _("None of the requests you chose can be whistled for. Choose among those below.")
        )
    return fitting


def _others(tickets: list[Ticket]) -> list[Whistle]:
    """Whistles that there were for these matters, the newest first."""
    return list(Whistle.objects.for_tickets(tickets).order_by("-pk")) if tickets else []


def _refused(
    request: HttpRequest, form: WhistleForm, refusal: Refused, row: Whistle | None = None
) -> HttpResponse:
    others = refusal.others if isinstance(refusal, Another) else []
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    status = 409 if isinstance(refusal, MovedMeanwhile | Another) else 422
    return _form(request, form, row, others=others, status=status)


def _form(
    request: HttpRequest,
    form: WhistleForm,
    row: Whistle | None = None,
    *,
    others: list[Whistle] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {**frame(request, "whistles"), "form": form, "whistle": row, "others": others}
    return page(request, "whistles/form.html", context, status=status)


def _drafter(request: HttpRequest) -> User:
    user = member(request)
    if not access.may_draft(user):
        raise PermissionDenied(_("Whistles are drafted by the street's dispatch centre and sections."))
    return user
