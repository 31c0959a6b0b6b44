"""An item of the three lists as JSON: all but who told it and how to reach them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from grids.api.shapes import Unit
from partybuilding.claims.models import Item
from partybuilding.claims.terms import Kind
from partybuilding.claims.workflow import LISTED, ClaimState, State
from wangguan.privacy import mask_phones


class Partner(serializers.Serializer[Any]):
    """Who takes part: of units and communities the name alone."""

    name = serializers.CharField(source="claimant")
    state = serializers.ChoiceField(choices=ClaimState.choices)
    shares = serializers.IntegerField()


@extend_schema_serializer(component_name="Item")
class ItemShape(serializers.Serializer[Any]):
    """One item. `url` leads to its public page, and is null until it is published."""

    id = serializers.IntegerField()
    url = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField(source="get_state_display")
    community = Unit(allow_null=True, help_text=_("Null: the whole street."))
    unit = serializers.CharField(
        source="unit.name",
        default=None,
        allow_null=True,
        help_text=_("Which unit offers it; null where none does."),
    )
    amount = serializers.CharField()
    shares = serializers.IntegerField()
    free = serializers.IntegerField(help_text=_("Shares that nobody holds."))
    place = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    served = serializers.CharField(help_text=_("Who is served."))
    published_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(help_text=_("What came of it."))
    partners = serializers.SerializerMethodField()

    def get_title(self, item: Item) -> str:
        return mask_phones(item.title)

    def get_words(self, item: Item) -> str:
        """As it was told; a number in it is masked, since a draft was read over by nobody yet."""
        return mask_phones(item.words)

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, item: Item) -> str | None:
        if item.state not in LISTED:
            return None
        address = reverse("together_item", args=[item.pk])
        return str(self.context["request"].build_absolute_uri(address))

    @extend_schema_field(Partner(many=True))
    def get_partners(self, item: Item) -> list[dict[str, Any]]:
        """Of the claims that were fetched: those that hold a share, on the item or paired with it."""
        held = {claim.pk: claim for claim in (*item.claims.all(), *item.paired.all())}
        return list(Partner([held[key] for key in sorted(held)], many=True).data)
