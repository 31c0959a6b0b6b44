"""Standard texts: the street keeps them, everybody in the admin reads them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids import access as doors
from grids.admin.base import ScopedAdmin
from requests_app.models import Category, StandardText
from requests_app.placeholders import PLACEHOLDERS, filled
from wangguan.journal import Telling

doors.register("requests_app.standardtext", view=doors.ADMIN_ROLES, edit=doors.EDITORS)

EXAMPLE = {
    "称呼": "张女士",
    "地点": "九区 3 号楼",
    "今天": "11 月 25 日",
    "网格": "九区社区第三网格",
    "我的岗位": "九区社区第三网格 专职网格员",
    "编号": "WG-20261125-0001",
}


class StandardTextForm(forms.ModelForm):
    class Meta:
        model = StandardText
        fields = ("step", "category", "title", "text", "position", "is_active")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        if "text" in self.fields:
            self.fields["text"].help_text = _("Filled in for each matter: %(offered)s") % {"offered": offered}


@admin.register(StandardText)
class StandardTextAdmin(Telling, ScopedAdmin):
    """A text that is no longer wanted is taken out of use: the next set-up would bring it back."""

    form = StandardTextForm
    list_display = ("title", "step", "category", "position", "is_active")
    list_filter = ("step", "is_active")
    list_select_related = ("category",)
    search_fields = ("title", "text")
    fields = ("step", "category", "title", "text", "preview", "position", "is_active")
    readonly_fields = ("preview",)

    @admin.display(description=gettext_lazy("As a resident would read it"))
    def preview(self, text: StandardText | None) -> SafeString | str:
        """The saved words, filled in for a matter made up for this."""
        if text is None or not text.text:
            return _("Shown after saving.")
        return SafeString(linebreaks(filled(text.text, EXAMPLE), autoescape=True))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Categories in use, each group before its own."""
        options["queryset"] = Category.objects.filter(active=True).order_by("code")
        return super().formfield_for_foreignkey(db_field, request, **options)

    def has_delete_permission(self, request: HttpRequest, obj: StandardText | None = None) -> bool:
        return False
