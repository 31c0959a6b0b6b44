"""Imports in the admin: a template, an upload, how far it is, what it would do, and the word to do it."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from grids.admin.base import ReadOnlyAdmin, user_of
from residents.admin.files import private, xlsx
from residents.forms.exchange import UploadForm
from residents.models import ImportRun
from residents.services.exchange import paper, places, runs
from residents.terms import RegisterKind
from wangguan.answers import wants_part
from wangguan.exchange import ways
from wangguan.exchange.outcome import LABELS, rows_of
from wangguan.exchange.progress import progress
from wangguan.exchange.run import AT_WORK, ImportState
from wangguan.refusals import Refused

ROWS_SHOWN = 100


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Communities see what was brought in by people with a post of theirs."""

    scope_paths = ("by__posts__community",)
    list_display = (
        *("file_name", "kind", "state", "new", "differing", "same", "left_out", "by", "uploaded_at"),
    )
    list_filter = ("kind", "state")
    list_select_related = ("by",)

    @admin.display(description=_("New"))
    def new(self, run: ImportRun) -> int:
        return run.created

    @admin.display(description=_("Changed"))
    def differing(self, run: ImportRun) -> int:
        return run.changed

    @admin.display(description=_("Unchanged"))
    def same(self, run: ImportRun) -> int:
        return run.unchanged

    @admin.display(description=_("Left out"))
    def left_out(self, run: ImportRun) -> int:
        return run.refused

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        """A report may be long; only the run's own page reads it."""
        return super().get_queryset(request).defer("report")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return places.may_exchange(user_of(request))

    def get_urls(self) -> list[URLPattern]:
        def page(view: Callable[..., HttpResponseBase]) -> Any:
            return self.admin_site.admin_view(view)

        name = "residents_importrun"
        return [
            path("template/<str:kind>.xlsx", page(self.template), name=f"{name}_template"),
            path("<int:pk>/part/", page(self.part), name=f"{name}_part"),
            path("<int:pk>/found.xlsx", page(self.found), name=f"{name}_found"),
            path("<int:pk>/do/<str:action>/", page(require_POST(self.act)), name=f"{name}_act"),
            *super().get_urls(),
        ]

    # --- uploading ------------------------------------------------------------------------
    def template(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The workbook to fill in."""
        if kind not in RegisterKind.values or not self.has_view_permission(request):
            raise Http404
        return xlsx(paper.template(kind), f"{kind}.xlsx")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; a good file is kept and its check begins."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*sent)
        if sent and form.is_valid() and (run := self._upload(request, form)):
            return redirect("admin:residents_importrun_change", run.pk)
        return self._page(
            request,
            "upload",
            title=_("Bring a register in"),
            form=form,
            kinds=RegisterKind.choices,
            status=422 if sent else 200,
        )

    def _upload(self, request: HttpRequest, form: UploadForm) -> ImportRun | None:
        file = cast(UploadedFile, form.cleaned_data["file"])
        try:
            run = runs.upload(RegisterKind(form.cleaned_data["kind"]), file, by=user_of(request))
        except Refused as refused:
            form.add_error(refused.field or None, refused.sentence)
            return None
        self._try(request, lambda: runs.check(run, by=user_of(request)))
        return run

    # --- one run --------------------------------------------------------------------------
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """How far it is, or what it found."""
        run = self._run(request, object_id)
        what = request.GET.get("what", "")
        lines = Paginator(list(rows_of(run, what)), ROWS_SHOWN)
        return self._page(
            request,
            "run",
            title=run.file_name,
            **self._about(request, run),
            before=runs.imported_before(run),
            lines=lines.get_page(request.GET.get("page")),
            what=what if what in LABELS else "",
            kinds=LABELS.items(),
        )

    def part(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far it is, asked for every two seconds; when it is over, the page is to be read anew."""
        run = self._run(request, pk)
        if not wants_part(request):
            return redirect("admin:residents_importrun_change", pk)
        response = self._page(request, "progress", **self._about(request, run))
        if run.state not in AT_WORK:
            response["HX-Refresh"] = "true"
        return response

    def found(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the check said, as a workbook."""
        run = self._run(request, pk)
        return xlsx(paper.findings(run), f"import-{run.pk}.xlsx")

    def act(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Check, import or cancel; a refusal is said on the run's page."""
        run, user = self._run(request, pk), user_of(request)
        counts = {name: ways.number(request.POST.get(name)) for name in ways.COUNTED}
        actions: dict[str, Callable[[], None]] = {
            "check": lambda: runs.check(run, by=user),
            "import": lambda: runs.bring_in(run, by=user, counts=counts),
            "cancel": lambda: runs.cancel(run, by=user),
        }
        if action not in actions:
            raise Http404
        if action == "import" and run.refused and "leave_out" not in request.POST:
            messages.error(request, gettext("Say that the rows that are left out may stay out."))
        else:
            self._try(request, actions[action])
        return redirect("admin:residents_importrun_change", pk)

    def _try(self, request: HttpRequest, action: Callable[[], None]) -> None:
        try:
            action()
        except Refused as refused:
            messages.error(request, refused.sentence)

    def _run(self, request: HttpRequest, pk: object) -> ImportRun:
        run = self.get_object(request, str(pk))
        if run is None or not self.has_view_permission(request):
            raise Http404
        return cast(ImportRun, run)

    def _about(self, request: HttpRequest, run: ImportRun) -> dict[str, Any]:
        own = run.by_id == user_of(request).pk and self.has_add_permission(request)
        at_work = run.state in AT_WORK
        return {
            "run": run,
            "at_work": at_work,
            "progress": progress(run),
            "own": own,
            "may_check": own and (run.state in ways.MAY_CHECK or ways.is_silent(run)),
            "may_import": own and run.state == ImportState.CHECKED and bool(run.created or run.changed),
            "may_cancel": own and run.state not in ways.ENDED,
        }

    # --- pages ----------------------------------------------------------------------------
    def _page(self, request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
        around = self.admin_site.each_context(request) if name != "progress" else {}
        return private(
            TemplateResponse(
                request,
                f"admin/residents/importrun/{name}.html",
                {**around, "opts": self.opts, **context},
                status=status,
            )
        )
