"""Lists of the admin as an office uses them: what is on screen as a file, and what stands above a list."""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import BooleanField, ManyToOneRel, Model
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from wangguan.journal import Audited
from wangguan.limits import Limit
from wangguan.workbook import Book

MOST_ROWS = 50_000
CHUNK = 1_000
WIDTH = 18
AN_HOUR = Limit("list_export", most=20, guards=True)
"""Exports of one person: who needs more narrows less often."""
SEARCHED = "q"
"""The parameter of words that were searched for: it may hold a name and is never kept."""

Record = Callable[[Any, str, str, int], None]
Above = Callable[[HttpRequest, str], dict[str, Any]]
_record: Record | None = None
_above: Above | None = None


def connect(*, record: Record, above: Above) -> None:
    """Say who writes an export down (who, page, filters, rows), and what stands above a list."""
    global _record, _above
    _record, _above = record, above


class OfficeList(Audited):
    """A list that can be taken out as it stands on screen: columns, filters and masks, all of its pages."""

    change_list_template = "admin/office_list.html"
    export_asked_at = ""
    """Name of the page that leads out of a list whose rows are people or homes: a press is too little."""

    @property
    def list_name(self) -> str:
        """What the list is called in addresses and in the log."""
        return str(self.opts.label_lower)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export_view), name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        above = _above(request, self.list_name) if _above else {}
        if onward := above.get("onward"):
            return HttpResponseRedirect(f"?{onward}")
        mine = {"export_url": self._way_out(request), "list_name": self.list_name, **above}
        return super().changelist_view(request, {**mine, **(extra_context or {})})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A moment is typed into two boxes; each says which it is, for whoever hears the page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, AdminSplitDateTime):
            for part, word in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
                part.attrs["aria-label"] = f"{field.label}: {word}"
        return field

    def may_export(self, request: HttpRequest) -> bool:
        """Whoever sees the list, unless a list says otherwise."""
        return self.has_view_permission(request)

    def _way_out(self, request: HttpRequest) -> str:
        if not self.may_export(request):
            return ""
        return reverse(self.export_asked_at) if self.export_asked_at else self._address("export")

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """First what will go out and that it is written down; then the file."""
        if not self.has_view_permission(request) or not self.may_export(request) or _record is None:
            raise PermissionDenied
        if self.export_asked_at:
            return HttpResponseRedirect(reverse(self.export_asked_at))
        shown = self.get_changelist_instance(request)
        if request.method != "POST":
            return self._confirm_export(request, shown)
        if not AN_HOUR.take(str(request.user.pk)):
            said = _("You have taken out many lists within this hour. Please try again later.")
            self.message_user(request, said, messages.ERROR)
            return HttpResponseRedirect(f"{self._address('changelist')}?{request.GET.urlencode()}")
        return self._export_file(request, shown)

    def _confirm_export(self, request: HttpRequest, shown: ChangeList) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Export the list"),
            "opts": self.opts,
            "headings": headings(self, shown),
            "narrowed": list(narrowed(shown)),
            "searched": bool(request.GET.get(SEARCHED)),
            "most": MOST_ROWS,
            "back": f"{self._address('changelist')}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "admin/export_list.html", context)

    def _export_file(self, request: HttpRequest, shown: ChangeList) -> FileResponse:
        """Written row by row into a file that disappears by itself, and sent piece by piece."""
        book = Book()
        sheet = book.sheet(str(self.opts.verbose_name_plural)[:31], [WIDTH] * len(shown.list_display))
        sheet.head(headings(self, shown))
        count = 0
        for row in shown.get_queryset(request)[:MOST_ROWS].iterator(chunk_size=CHUNK):
            sheet.row(cells(self, shown, row))
            count += 1
        target = TemporaryFile()  # noqa: SIM115  (the response closes it)
        book.save_to(target)
        target.seek(0)
        filters = request.GET.copy()
        filters.pop(SEARCHED, None)
        if _record:
            _record(request.user, self.list_name, filters.urlencode()[:500], count)
        response = FileResponse(target, as_attachment=True, filename=f"{self.opts.model_name}.xlsx")
        response["Cache-Control"] = "private, no-store"
        return response

    def _address(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")


def columns(shown: ChangeList) -> list[Any]:
    """The columns on screen, without the boxes that choose rows."""
    return [name for name in shown.list_display if name != "action_checkbox"]


def headings(model_admin: admin.ModelAdmin, shown: ChangeList) -> list[str]:
    found = (label_for_field(name, shown.model, model_admin) for name in columns(shown))
    return [str(label)[:1].upper() + str(label)[1:] for label in found]


def narrowed(shown: ChangeList) -> Iterator[tuple[str, str]]:
    """The filters in force, as they read on screen."""
    given = {*shown.params, *shown.filter_params}
    for spec in shown.filter_specs:
        if given & {str(name) for name in spec.expected_parameters()}:
            chosen = [str(choice["display"]) for choice in spec.choices(shown) if choice["selected"]]
            yield str(spec.title), "、".join(chosen)


def cells(model_admin: admin.ModelAdmin, shown: ChangeList, row: Model) -> list[str]:
    """One row as it reads on screen."""
    return [_cell(model_admin, name, row) for name in columns(shown)]


def _cell(model_admin: admin.ModelAdmin, name: Any, row: Model) -> str:
    empty = ""
    try:
        field, attr, value = lookup_field(name, row, model_admin)
    except ObjectDoesNotExist:
        return empty
    if field is None or field.auto_created:
        if getattr(attr, "boolean", False):
            return _yes_no(value)
        return strip_tags(display_for_value(value, empty)) if value not in (None, "") else empty
    if isinstance(field, BooleanField):
        return _yes_no(value)
    if isinstance(getattr(field, "remote_field", None), ManyToOneRel):
        related = getattr(row, field.name)
        return empty if related is None else str(related)
    return strip_tags(str(display_for_field(value, field, empty)))


def _yes_no(value: Any) -> str:
    return "" if value is None else (_("yes") if value else _("no"))
