"""Linking WeCom accounts to people."""

from django.contrib import admin

from grids.admin.base import ScopedAdmin
from requests_app.wecom.models import LinkedAccount
from wangguan.journal import Telling


@admin.register(LinkedAccount)
class LinkedAccountAdmin(Telling, ScopedAdmin):
    """Whoever shows the account to WeCom signs in as the person."""

    list_display = ("userid", "user")
    list_select_related = ("user",)
    search_fields = ("userid", "user__username")
    autocomplete_fields = ("user",)
    fields = ("user", "userid")
