"""Steps from the admin: one on its own page, or the same on several; always through the same service."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from grids.models import Role
from requests_app import access
from requests_app.forms.steps import Options, StepForm
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.services import staff, take
from requests_app.workflow import STEPS, Step
from wangguan.refusals import Refused

MOST_AT_ONCE = 100
IN_BULK = ("accept", "escalate", "send_back", "resume", "grant_extension", "refuse_extension", "refuse_hold")
"""Steps that need no more than words, so that they can be taken on several tickets at once."""
LIST = "admin:requests_app_ticket_changelist"

Action = Callable[["StepsAdmin", HttpRequest, QuerySet[Ticket]], HttpResponse | None]


def _action(step: Step) -> Action:
    """An action of the list that takes `step` on every chosen ticket, after a page that asks for words."""

    @admin.action(description=cast(Any, step.label), permissions=["take"])
    def on_all(self: "StepsAdmin", request: HttpRequest, queryset: QuerySet[Ticket]) -> HttpResponse | None:
        return self.take_on_all(request, queryset, step)

    on_all.__name__ = step.name
    return on_all


class StepsAdmin(ReadOnlyAdmin):
    """Read-only but for the steps of the workflow."""

    actions = [_action(STEPS[name]) for name in IN_BULK]

    def has_take_permission(self, request: HttpRequest) -> bool:
        """Whoever holds a post other than the auditor's; which step on which ticket, `access.may` says."""
        return bool(doors.roles_of(user_of(request)) - {Role.AUDITOR})

    # --- one ----------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.step_view)
        own = path("<int:ticket_id>/steps/<str:name>/", page, name="requests_app_ticket_step")
        return [own, *super().get_urls()]

    def step_view(self, request: HttpRequest, ticket_id: int, name: str) -> HttpResponse:
        """The form of one step; sent, it takes the step or says why not and keeps the words."""
        ticket = self.get_object(request, str(ticket_id))
        if ticket is None or name not in STEPS or not self.has_view_permission(request):
            raise Http404
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = StepForm(STEPS[name], ticket, Options(ticket), *sent)
        if sent and form.is_valid():
            try:
                take(ticket, name, by=staff(user_of(request)), **form.for_take(user_of(request)))
            except Refused as refusal:
                return self._refused(request, ticket, form, refusal)
            self.message_user(request, _("Done: %(step)s.") % {"step": STEPS[name].label}, messages.SUCCESS)
            return redirect(self._after(request, ticket))
        if sent:
            form.keep()
        return self._form_page(request, ticket, form, status=422 if sent else 200)

    def _refused(
        self, request: HttpRequest, ticket: Ticket, form: StepForm, refusal: Refused
    ) -> HttpResponse:
        """The form again, for the ticket as it stands now, with the reason."""
        fresh = self.get_object(request, str(ticket.pk)) or ticket
        form.keep()
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        form.renew(fresh)
        return self._form_page(request, fresh, form, status=409)

    def _form_page(
        self, request: HttpRequest, ticket: Ticket, form: StepForm, *, status: int
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": form.step.label,
            "subtitle": ticket.number,
            "step": form.step,
            "form": form,
            "original": ticket,
            "may": access.may(user_of(request), form.step, ticket),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/requests_app/ticket/step.html", context, status=status)

    def _after(self, request: HttpRequest, ticket: Ticket) -> str:
        """Back to the ticket, or to the list when the step took it out of this person's sight."""
        if self.get_queryset(request).filter(pk=ticket.pk).exists():
            return reverse("admin:requests_app_ticket_change", args=[ticket.pk])
        return reverse(LIST)

    # --- several ------------------------------------------------------------------------
    def take_on_all(
        self, request: HttpRequest, queryset: QuerySet[Ticket], step: Step
    ) -> HttpResponse | None:
        """First a page with what is possible and a field for the words; then the step, one by one."""
        whole = cast(TicketQuerySet, queryset).defer(None).with_units()
        chosen = list(whole[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            sentence = _("Please choose at most %(most)d at once.") % {"most": MOST_AT_ONCE}
            self.message_user(request, sentence, messages.ERROR)
            return None
        if "note" not in request.POST:
            return self._ask(request, chosen, step)
        done = sum(self._take(request, ticket, step) for ticket in chosen)
        if done:
            said = ngettext("%(step)s: %(count)d request.", "%(step)s: %(count)d requests.", done)
            self.message_user(request, said % {"step": step.label, "count": done}, messages.SUCCESS)
        return None

    def _ask(self, request: HttpRequest, chosen: list[Ticket], step: Step) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "step": step,
            "rows": [(ticket, access.may(user_of(request), step, ticket)) for ticket in chosen],
            "needs_words": "note" in step.needs,
            "action_id": uuid4(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/requests_app/ticket/take.html", context)

    def _take(self, request: HttpRequest, ticket: Ticket, step: Step) -> bool:
        """Whether it was taken; a refusal is shown with the ticket's number."""
        words, key = request.POST["note"], _uuid(request.POST.get("action_id", ""))
        try:
            take(ticket, step.name, by=staff(user_of(request)), note=words, action_id=key)
        except Refused as refusal:
            self.message_user(request, f"{ticket.number}: {refusal.sentence}", messages.WARNING)
            return False
        return True


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
