"""Exports of personal data in the admin: asked for, decided by a second person, fetched by the first."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from grids.admin.base import ReadOnlyAdmin, user_of
from residents.admin.files import private, xlsx
from residents.forms.exchange import AskForm, DecideForm
from residents.models import PersonalExport
from residents.services.exchange import personal, places
from residents.terms import RegisterKind
from wangguan.refusals import Refused

DOWNLOADS_SHOWN = 50
PAGE = "admin:residents_personalexport_change"


@admin.register(PersonalExport)
class PersonalExportAdmin(ReadOnlyAdmin):
    """Communities see those of their community, the street and the auditor all."""

    scope_paths = ("community",)
    list_display = (
        *("__str__", "unit", "in_the_open", "state", "asked_by", "decided_by", "rows", "expires_at"),
    )
    list_filter = ("state", "kind", "in_the_open")
    list_select_related = ("asked_by", "decided_by", "community", "grid")

    @admin.display(description=gettext_lazy("unit"))
    def unit(self, export: PersonalExport) -> str:
        return str(export.grid or export.community or gettext_lazy("The whole street"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return places.may_exchange(user_of(request))

    def get_urls(self) -> list[URLPattern]:
        def page(view: Callable[..., HttpResponseBase]) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        name = "residents_personalexport"
        return [
            path("<int:pk>/decide/", page(self.decide), name=f"{name}_decide"),
            path("<int:pk>/fetch/", page(self.fetch), name=f"{name}_fetch"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AskForm(request.POST or None, actor=user_of(request))
        sent = request.method == "POST"
        if sent and form.is_valid() and (export := self._ask(request, form)):
            self.message_user(request, _("Asked for. A second person was told and decides."))
            return redirect(PAGE, export.pk)
        title = _("Ask for an export of personal data")
        return self._page(request, "ask", title=title, form=form, status=422 if sent else 200)

    def _ask(self, request: HttpRequest, form: AskForm) -> PersonalExport | None:
        given = form.cleaned_data
        try:
            return personal.ask(
                RegisterKind(given["kind"]),
                by=user_of(request),
                reason=given["reason"],
                community=given["community"],
                grid=given["grid"],
                in_the_open=given["in_the_open"],
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
            return None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """How it stands; a form to decide for who decides, a button to fetch for who asked."""
        return self._show(request, self._export(request, object_id), DecideForm())

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Allow or refuse; what cannot be done is said on the page, the words are kept."""
        export, form = self._export(request, pk), DecideForm(request.POST)
        if not form.is_valid():
            return self._show(request, export, form, status=422)
        approve = request.POST.get("answer") == "approve"
        try:
            personal.decide(export, by=user_of(request), approve=approve, why=form.cleaned_data["decision"])
        except Refused as refused:
            form.add_error(refused.field or None, refused.sentence)
            return self._show(request, self._export(request, pk), form, status=409)
        return redirect(PAGE, pk)

    def fetch(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file, and a line in the log."""
        export = self._export(request, pk)
        try:
            content = personal.fetch(export, by=user_of(request))
        except Refused as refused:
            messages.error(request, refused.sentence)
            return redirect(PAGE, pk)
        return xlsx(content.getvalue(), f"register-{export.pk}.xlsx")

    def _export(self, request: HttpRequest, pk: object) -> PersonalExport:
        export = self.get_object(request, str(pk))
        if export is None or not self.has_view_permission(request):
            raise Http404
        return cast(PersonalExport, export)

    def _show(
        self, request: HttpRequest, export: PersonalExport, form: DecideForm, *, status: int = 200
    ) -> HttpResponse:
        user = user_of(request)
        return self._page(
            request,
            "export",
            status=status,
            title=_("Export no. %(number)d") % {"number": export.pk},
            export=export,
            unit=self.unit(export),
            form=form,
            may_decide=personal.may_decide(export, user),
            may_fetch=personal.may_fetch(export, user),
            is_own=export.asked_by_id == user.pk,
            downloads=export.downloads.select_related("by")[:DOWNLOADS_SHOWN],
        )

    def _page(self, request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
        around = self.admin_site.each_context(request)
        template = f"admin/residents/personalexport/{name}.html"
        return private(
            TemplateResponse(request, template, {**around, "opts": self.opts, **context}, status=status)
        )
