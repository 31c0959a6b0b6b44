"""What messages say: the office changes the words, sees them filled in, and tries them on itself."""

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wangguan.journal import Telling
from wangguan.limits import Limit
from wangguan.lists import OfficeList
from wangguan.notify import kinds, outbox, wording
from wangguan.notify.models import Channel, Wording
from wangguan.notify.outbox import Draft

TRIALS_AN_HOUR = Limit("wording-trial", most=20)
TRIED_BY = {Channel.IN_APP: "", Channel.EMAIL: "email", Channel.SMS: "phone"}
"""Channels that reach one person, and what of theirs they need."""


@admin.register(Wording)
class WordingAdmin(Telling, OfficeList):
    list_display = ("__str__", "shown_text", "has_own_words", "sms")
    list_per_page = 100
    search_fields = ("kind", "title", "text")
    fields = (
        "kind",
        "own_title",
        "title",
        "own_text",
        "text",
        "offered",
        "own_sms",
        "sms_template",
        "preview",
    )
    readonly_fields = ("kind", "own_title", "own_text", "offered", "own_sms", "preview")
    change_form_template = "admin/notify/wording/change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Wording | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nothing about text messages where the kind is never told by one."""
        kind = kinds.find(obj.kind) if obj else None
        if kind and kind.sms_template:
            return self.fields
        return tuple(name for name in self.fields if "sms" not in name)

    # --- columns and read-only fields ------------------------------------------------------
    @admin.display(description=_("As it reads now"))
    def shown_text(self, row: Wording) -> str:
        kind = kinds.find(row.kind)
        return wording.in_braces(str(wording.spoken(kind, row.words()).text)) if kind else ""

    @admin.display(description=_("Own words"), boolean=True)
    def has_own_words(self, row: Wording) -> bool:
        return bool(row.title or row.text)

    @admin.display(description=_("text message template"))
    def sms(self, row: Wording) -> str:
        kind = kinds.find(row.kind)
        return row.sms_template or (kind.sms_template if kind else "")

    @admin.display(description=_("The program's title"))
    def own_title(self, row: Wording) -> str:
        return self._program(row, "title")

    @admin.display(description=_("The program's text"))
    def own_text(self, row: Wording) -> str:
        return self._program(row, "text")

    @admin.display(description=_("The program's text message template"))
    def own_sms(self, row: Wording) -> str:
        return self._program(row, "sms_template")

    @admin.display(description=_("Filled in for each message"))
    def offered(self, row: Wording) -> str:
        kind = kinds.find(row.kind)
        return " ".join(f"{{{name}}}" for name in wording.placeholders(kind)) if kind else ""

    @admin.display(description=_("As a reader would see it"))
    def preview(self, row: Wording) -> SafeString | str:
        """The saved words with values made up for this."""
        if (kind := kinds.find(row.kind)) is None:
            return ""
        told, values = wording.spoken(kind, row.words()), wording.sample(kind)
        return format_html("<b>{}</b><br>{}", kind.fill(told.title, values), kind.fill(told.text, values))

    @staticmethod
    def _program(row: Wording, part: str) -> str:
        kind = kinds.find(row.kind)
        return wording.in_braces(str(getattr(kind, part))) if kind else ""

    # --- trying it -------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        trial = self.admin_site.admin_view(self.trial)
        return [path("<int:pk>/trial/", trial, name="notify_wording_trial"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kw: Any) -> Any:
        row = kw.get("obj") or context.get("original")
        context["channels"] = self._channels(request, row) if self.has_change_permission(request) else []
        return super().render_change_form(request, context, *args, **kw)

    def trial(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the saved words to whoever presses the button, by the channel they chose."""
        row = get_object_or_404(Wording, pk=pk)
        if request.method != "POST" or not self.has_change_permission(request, row):
            raise PermissionDenied
        channel = request.POST.get("channel", "")
        if channel not in self._channels(request, row):
            self.message_user(request, _("There is no address of yours for this channel."), messages.ERROR)
        elif not TRIALS_AN_HOUR.take(str(request.user.pk)):
            self.message_user(request, _("Please wait a little before the next trial."), messages.ERROR)
        else:
            _send(row, channel, request.user)
            self.message_user(request, _("Sent to yourself. It arrives within a minute."), messages.SUCCESS)
        return redirect("admin:notify_wording_change", pk)

    def _channels(self, request: HttpRequest, row: Wording | None) -> list[str]:
        """By what a trial of this kind can reach the reader."""
        kind = kinds.find(row.kind) if row else None
        if kind is None:
            return []
        open_ = [channel for channel, needs in TRIED_BY.items() if not needs or getattr(request.user, needs)]
        return [channel.value for channel in open_ if channel != Channel.SMS or kind.sms_template]


def _send(row: Wording, channel: str, user: Any) -> None:
    kind = kinds.get(row.kind)
    name = f"{row.kind}{kinds.TRIAL}"
    key = f"trial:{row.kind}:{channel}:{user.pk}:{uuid4().hex[:12]}"
    outbox.add([Draft(key=key, kind=name, channel=channel, user=user, context=wording.sample(kind))])
