"""The working calendar: correct a day, or import a year that the packaged calendar lacks."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grids.access import may_open_admin
from grids.models import Role, User
from requests_app.calendar_import import import_year
from requests_app.models import CalendarDay, CalendarYear
from wangguan import workdays
from wangguan.journal import Telling
from wangguan.lists import OfficeList
from wangguan.refusals import Refused

EDITORS = frozenset({Role.DISPATCHER, Role.STREET_LEADER})
# A year of days is a few kilobytes.
MAX_TABLE_BYTES = 100_000


def _may_edit(request: HttpRequest) -> bool:
    """The street's dispatch centre and leaders keep the calendar."""
    user = cast(User, request.user)
    return may_open_admin(user) and (
        user.is_superuser or any(post.role in EDITORS for post in user.current_posts)
    )


class ImportYearForm(forms.Form):
    """A year's holidays and make-up days, pasted or as a file."""

    year = forms.IntegerField(label=_("Year"), min_value=2004, max_value=2100)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("The notice the days were taken from.")
    )
    table = forms.CharField(
        label=_("Days"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 14, "cols": 60, "placeholder": "2027-01-01,no,元旦"}),
        help_text=_("One day a line: date, yes or no for worked, name. Or JSON with the same keys."),
    )
    file = forms.FileField(label=_("or a file"), required=False)

    def clean_file(self) -> str:
        """The text of the file, empty without one."""
        upload: UploadedFile | None = self.cleaned_data["file"]
        if upload is None:
            return ""
        content = upload.read(MAX_TABLE_BYTES + 1)
        if len(content) > MAX_TABLE_BYTES:
            raise forms.ValidationError(_("This file is too large for the days of one year."))
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file is not UTF-8 text. Please save it as UTF-8.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["table"] = cleaned.get("file") or cleaned.get("table", "")
        if not cleaned["table"].strip() and not self.errors:
            self.add_error("table", _("Please paste the days or choose a file."))
        return cleaned


class _CalendarAdmin(Telling, OfficeList):
    """Everybody with the admin reads it; the street's dispatch centre and leaders write."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_open_admin(cast(User, request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_edit(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        workdays.forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        workdays.forget()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        workdays.forget()


@admin.register(CalendarYear)
class CalendarYearAdmin(_CalendarAdmin):
    list_display = ("year", "source", "imported_at")
    readonly_fields = ("imported_at",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A year comes in by its import, never as an empty row."""
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(_CalendarAdmin):
    list_display = ("date", "is_working", "name")
    list_filter = ("is_working",)
    search_fields = ("name",)
    date_hierarchy = "date"
    show_full_result_count = False
    change_list_template = "admin/requests_app/calendarday/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="requests_app_calendarday_import"), *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Show the form; take over a year from it."""
        if not _may_edit(request):
            return render(request, "403.html", status=403)
        form = ImportYearForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and self._imported(request, form):
            return redirect("admin:requests_app_calendarday_changelist")
        context = {**self.admin_site.each_context(request), "form": form, "title": _("Import a year")}
        return render(request, "admin/requests_app/calendarday/import.html", context | {"opts": self.opts})

    def _imported(self, request: HttpRequest, form: ImportYearForm) -> bool:
        data = form.cleaned_data
        try:
            count = import_year(
                data["year"], data["table"], source=data["source"], by=cast(User, request.user)
            )
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
            return False
        done = ngettext(
            "%(year)s: %(count)s day taken over.", "%(year)s: %(count)s days taken over.", count
        ) % {"year": data["year"], "count": count}
        messages.success(request, done)
        return True
