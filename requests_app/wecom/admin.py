"""Linking WeCom accounts to people."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from grids import access
from grids.admin.base import ScopedAdmin, user_of
from grids.models import User
from requests_app.wecom.models import LinkedAccount
from wangguan.journal import Telling


class LinkForm(forms.ModelForm):
    """A link opens an account like a password does; its admin sets who makes it as `actor`."""

    actor: User

    def clean_user(self) -> User:
        """Somebody whose account the actor may change, or a dispatcher could sign in as the leader."""
        user: User = self.cleaned_data["user"]
        if not access.may_change_account(self.actor, user):
            raise forms.ValidationError(_("This account reaches further than you do; choose another."))
        return user


@admin.register(LinkedAccount)
class LinkedAccountAdmin(Telling, ScopedAdmin):
    """Whoever shows the account to WeCom signs in as the person."""

    form = LinkForm
    list_display = ("userid", "user")
    list_select_related = ("user",)
    search_fields = ("userid", "user__username")
    autocomplete_fields = ("user",)
    fields = ("user", "userid")

    def has_change_permission(self, request: HttpRequest, obj: LinkedAccount | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: LinkedAccount | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.actor = user_of(request)
        return form


def _may_touch(request: HttpRequest, link: LinkedAccount | None) -> bool:
    return link is None or access.may_change_account(user_of(request), link.user)
