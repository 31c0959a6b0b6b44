"""The three lists in the stock admin, to read and to take out; every step has a page of its own."""

from functools import reduce
from operator import or_

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from partybuilding.access import seen_in
from partybuilding.claims.models import Claim, Item

for _model in ("item", "claim"):
    doors.register(f"claims.{_model}", view=doors.ADMIN_ROLES)


@admin.register(Item)
class ItemAdmin(ReadOnlyAdmin):
    """Without contacts: what is taken out leads to nobody."""

    list_display = (
        *("title", "sort", "kind", "community", "unit", "state", "amount", "shares", "taken", "place"),
        *("starts_on", "ends_on", "source", "published_at", "accepted_at"),
    )
    list_filter = ("sort", "state", "kind", "source", "community")
    list_select_related = ("community", "unit")
    search_fields = ("title", "place")
    fields = (
        *(
            "page",
            "sort",
            "kind",
            "title",
            "words",
            "community",
            "unit",
            "amount",
            "shares",
            "taken",
            "place",
        ),
        *("starts_on", "ends_on", "served", "source", "state", "reason", "outcome", "masked_contact"),
        *("made_by", "made_at", "published_at", "accepted_at"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        seen = Item.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen)

    @admin.display(description=_("contact"))
    def masked_contact(self, item: Item) -> str:
        return item.masked_contact

    @admin.display(description=_("Steps and claims"))
    def page(self, item: Item) -> SafeString:
        return format_html('<a href="/admin/party/claims/{}/">{}</a>', item.pk, item.title)


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    list_display = ("item", "claimant", "counterpart", "shares", "state", "made_at", "agreed_at")
    list_filter = ("state",)
    list_select_related = ("item", "counterpart", "unit", "community")
    search_fields = ("item__title", "unit__name")
    fields = ("item", "claimant", "counterpart", "shares", "state", "words", "note", "made_at", "agreed_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        """What `access.overlooks` says of one claim, of all of them."""
        paths = ("item__community", "counterpart__community", "community")
        own = reduce(or_, (seen_in(user_of(request), path) for path in paths))
        return super().get_queryset(request).filter(own)

    @admin.display(description=_("claimed by"))
    def claimant(self, claim: Claim) -> str:
        return claim.claimant
