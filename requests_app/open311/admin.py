"""What apps ask besides, by category."""

from typing import ClassVar

from django.contrib import admin

from grids.admin.base import ScopedAdmin
from requests_app.open311.models import Attribute, Choice
from wangguan.journal import Telling


class ChoiceInline(admin.TabularInline):
    model = Choice
    extra = 0
    fields = ("position", "key", "name")


@admin.register(Attribute)
class AttributeAdmin(Telling, ScopedAdmin):
    """Apps read this table anew when `discovery` says that it changed."""

    list_display = ("category", "position", "description", "datatype", "required")
    list_filter = ("datatype", "required")
    list_select_related = ("category",)
    search_fields = ("category__code", "category__name", "code", "description")
    fields = ("category", "position", "code", "description", "datatype", "hint", "required", "variable")
    inlines: ClassVar = [ChoiceInline]
