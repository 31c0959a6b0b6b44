"""The outbox as street staff read it: addresses masked, texts not shown."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wangguan.lists import OfficeList
from wangguan.notify import outbox
from wangguan.notify.models import Message
from wangguan.paging import CappedPaginator


@admin.register(Message)
class MessageAdmin(OfficeList):
    list_display = (
        "key",
        "kind",
        "channel",
        "state",
        "masked_address",
        "attempts",
        "created_at",
        "sent_at",
        "delivered_at",
        "error",
    )
    list_filter = ("state", "channel")
    search_fields = ("=topic", "=key")
    search_help_text = _("A request's number, or a message's whole key")
    list_select_related = ("user",)
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    ordering = ("-pk",)
    actions = ("send_again",)
    fields = (
        *("key", "kind", "channel", "user", "masked_address", "topic", "routine", "state", "attempts"),
        *("created_at", "not_before", "next_try_at", "claimed_at", "sent_at", "delivered_at", "read_at"),
        *("gateway_id", "error", "sent_with"),
    )
    readonly_fields = fields

    @admin.display(description=_("address"))
    def masked_address(self, message: Message) -> str:
        return message.masked_address

    @admin.action(description=_("Send again what was given up or perhaps sent"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = outbox.again(queryset)
        said = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Whoever may change messages may only do this to them."""
        return request.user.has_perm("notify.change_message")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False
