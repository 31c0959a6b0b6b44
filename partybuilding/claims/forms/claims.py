"""What is typed by whoever claims."""

from typing import Any, cast

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from partybuilding.checkins.models import Unit
from partybuilding.claims.forms.fields import Once, alone
from partybuilding.claims.models import Item
from partybuilding.claims.terms import MOST_SHARES, WORDS_MAX, Sort
from wangguan.fields import WordsField


class ClaimForm(Once):
    """A unit takes an item on, or asks for a share."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), empty_label=None)
    shares = forms.IntegerField(label=_("How many shares"), min_value=1, max_value=MOST_SHARES, initial=1)
    counterpart = forms.ModelChoiceField(
        Item.objects.none(),
        label=_("With which of your offers"),
        required=False,
        empty_label=_("None of them"),
    )
    words = WordsField(label=_("What you can do, and when"), max_length=WORDS_MAX, required=False, rows=3)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_SHARES)

    def __init__(self, *args: Any, item: Item, units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["seen"].initial = item.taken
        own, paired = (cast(forms.ModelChoiceField, self.fields[name]) for name in ("unit", "counterpart"))
        own.queryset = units
        alone(own)
        offers = Item.objects.running().filter(sort=Sort.RESOURCE, unit__in=units, taken__lt=F("shares"))
        paired.queryset = offers.filter(Q(community__isnull=True) | Q(community=item.community_id)).order_by(
            "-pk"
        )
        if not paired.queryset.exists():
            del self.fields["counterpart"]
        if item.free <= 1:
            self.fields["shares"].widget = forms.HiddenInput()
            self.fields["shares"].required = False

    def clean_shares(self) -> int:
        return self.cleaned_data["shares"] or 1


class CommunityClaimForm(Once):
    """A community takes a unit's resource on."""

    community = forms.ModelChoiceField(Community.objects.none(), label=_("Community"), empty_label=None)
    counterpart = forms.ModelChoiceField(
        Item.objects.none(), label=_("For which need"), required=False, empty_label=_("Something else")
    )
    words = WordsField(label=_("What it is wanted for"), max_length=WORDS_MAX, required=False, rows=3)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_SHARES)

    def __init__(self, *args: Any, item: Item, rows: QuerySet[Community], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["seen"].initial = item.taken
        own, paired = (
            cast(forms.ModelChoiceField, self.fields[name]) for name in ("community", "counterpart")
        )
        own.queryset = rows
        alone(own)
        needs = Item.objects.running().exclude(sort=Sort.RESOURCE).filter(taken__lt=F("shares"))
        paired.queryset = needs.filter(community__in=rows).order_by("-pk")
