"""Keys of other systems: street leaders make and withdraw them, auditors see that they exist."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids import access
from grids.admin.base import user_of
from grids.models import User, today
from wangguan import clock, journal
from wangguan.fields import DayField
from wangguan.interfaces import keys
from wangguan.interfaces.models import ApiKey, Scope
from wangguan.lists import OfficeList
from wangguan.privacy import decrypt, encrypt

A_YEAR, LONGEST = timedelta(days=365), timedelta(days=730)
MOST_A_MINUTE = 6_000
SHOWN_ONCE = "new_key"
"""Where a session keeps the text of a key between making it and showing it: encrypted, for one page."""


class KeyForm(forms.ModelForm):
    """A new key: which system, as which account, for what, until when."""

    actor: User

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it is for"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("No more than the system needs; what its account may not do, no scope opens."),
    )
    expires_on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Two years at the most; before that a new key is made."),
    )
    requests_a_minute = forms.IntegerField(
        label=gettext_lazy("Requests a minute"), min_value=1, max_value=MOST_A_MINUTE, initial=120
    )

    class Meta:
        model = ApiKey
        fields = ("name", "user", "scopes", "requests_a_minute")
        help_texts = {
            "name": gettext_lazy("Its name as colleagues know it, for example: the district's hotline."),
            "user": gettext_lazy(
                "The key sees and does what this account's posts let it. Best an account of its own."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["expires_on"].initial = today() + A_YEAR

    def clean_user(self) -> User:
        """An account with a post today that whoever makes the key could give themselves."""
        user: User = self.cleaned_data["user"]
        if not user.is_active or not user.current_posts:
            raise forms.ValidationError(
                _("This account holds no post today; a key of it would open nothing.")
            )
        if not access.may_change_account(self.actor, user):
            raise forms.ValidationError(_("This account reaches further than you do; choose another."))
        return user

    def clean_expires_on(self) -> date:
        """A day to come, two years away at the most."""
        day: date = self.cleaned_data["expires_on"]
        if not today() <= day <= today() + LONGEST:
            raise forms.ValidationError(_("Please choose a day between today and two years from now."))
        return day

    @property
    def expires_at(self) -> datetime:
        """The end of the last day."""
        midnight = datetime.combine(self.cleaned_data["expires_on"] + timedelta(days=1), time.min)
        return timezone.make_aware(midnight)


@admin.register(ApiKey)
class KeyAdmin(OfficeList):
    """A key is made and withdrawn; nothing of it is ever changed, so that it cannot become another's."""

    form = KeyForm
    change_form_template = "admin/interfaces/apikey/change_form.html"
    list_display = ("name", "user", "state", "words", "last_used_at", "expires_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix")
    autocomplete_fields = ("user",)
    shown = (
        *("name", "user", "begins_with", "words", "requests_a_minute", "state", "last_used_at", "expires_at"),
        *("created_at", "created_by", "revoked_at"),
    )

    # --- who may -----------------------------------------------------------------------------
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # --- what is shown -----------------------------------------------------------------------
    @admin.display(description=gettext_lazy("What it is for"))
    def words(self, key: ApiKey) -> str:
        return "、".join(str(Scope(scope).label) for scope in key.scopes)

    @admin.display(description=gettext_lazy("Begins with"))
    def begins_with(self, key: ApiKey) -> str:
        return f"wg_{key.prefix}_…"

    @admin.display(description=gettext_lazy("State"))
    def state(self, key: ApiKey) -> str:
        if key.revoked_at:
            return _("withdrawn")
        return _("in force") if key.is_good_at(clock.now()) else _("expired")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The form of a new key, or everything of one but its text."""
        return self.shown if obj else ("name", "user", "scopes", "expires_on", "requests_a_minute")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.shown if obj else ()

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kw: Any) -> Any:
        key = kw.get("obj")
        # After making one there is one way on: to its text.
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        context["may_withdraw"] = bool(key and not key.revoked_at and self.has_add_permission(request))
        return super().render_change_form(request, context, *args, **kw)

    # --- making ------------------------------------------------------------------------------
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.actor = user_of(request)
        if chosen := form.base_fields.get("user"):
            # One account is chosen here; accounts are made and changed on their own page.
            chosen.widget.can_add_related = chosen.widget.can_change_related = False
            chosen.widget.can_view_related = False
        return form

    def save_model(self, request: HttpRequest, obj: ApiKey, form: KeyForm, change: bool) -> None:
        made, text = keys.issue(
            name=obj.name,
            user=obj.user,
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at,
            by=request.user,
            requests_a_minute=form.cleaned_data["requests_a_minute"],
        )
        obj.__dict__ |= {name: value for name, value in made.__dict__.items() if name != "_state"}
        request.session[SHOWN_ONCE] = {str(made.pk): encrypt(text)}

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: Any = None) -> HttpResponse:
        """To the page that shows the key's text, this one time."""
        return redirect("admin:interfaces_apikey_made", obj.pk)

    def made(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The text of a key that was just made, once; opened again the page says that it is gone."""
        key = get_object_or_404(ApiKey, pk=pk, created_by=request.user.pk)
        text = decrypt(request.session.pop(SHOWN_ONCE, {}).get(str(pk), ""))
        context = {"key": key, "text": text, "title": _("The key of %(system)s") % {"system": key}}
        response = self._page(request, "made", context)
        response["Cache-Control"] = "no-store"
        return response

    # --- withdrawing -------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        """The key's text after making it, and the question before it is withdrawn."""
        pages = {"made": self.made, "withdraw": self.withdraw}
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(page), name=f"interfaces_apikey_{name}")
            for name, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then withdraw: from that moment the system is answered 401."""
        key = get_object_or_404(ApiKey.objects.select_related("user"), pk=pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            context = {"key": key, "title": _("Withdraw the key of %(system)s") % {"system": key}}
            return self._page(request, "withdraw", context)
        keys.withdraw(key)
        journal.note(request.user, [key], journal.CHANGE, _("Withdrawn."))
        self.message_user(
            request, _("The key of %(system)s opens nothing any more.") % {"system": key}, messages.SUCCESS
        )
        return redirect("admin:interfaces_apikey_changelist")

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        around = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return render(request, f"admin/interfaces/apikey/{name}.html", around)
