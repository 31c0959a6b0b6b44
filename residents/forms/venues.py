"""Entering a venue, and what the list of venues is narrowed by."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Building, Grid, User
from grids.models.territory import GridQuerySet
from residents import access
from residents.models import Venue
from residents.terms import VenueKind
from wangguan.fields import PhoneField

if TYPE_CHECKING:
    _VenueModelForm = forms.ModelForm[Venue]
else:
    _VenueModelForm = forms.ModelForm


class VenueForm(_VenueModelForm):
    """A venue of the grids that `user` looks after.

    The contact's phone on record is not shown: a number typed here replaces it, `forget_phone` removes it.
    """

    contact_phone = PhoneField(label=_("Phone of the contact"), required=False)
    forget_phone = forms.BooleanField(label=_("Remove the phone on record"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Venue
        fields = (
            "name", "kind", "grid", "building", "address", "size", "operator", "contact_name", "staff",
            "licence", "licence_until", "has_party_organisation",
        )  # fmt: skip
        widgets: ClassVar = {"licence_until": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
        labels: ClassVar = {
            "name": _("Name on the sign"),
            "kind": _("Kind"),
            "grid": _("Grid"),
            "building": _("Building it is in"),
            "address": _("Address"),
            "size": _("Size"),
            "operator": _("Who runs it"),
            "contact_name": _("Contact"),
            "staff": _("How many work there"),
            "licence": _("Unified social credit code"),
            "licence_until": _("Licence valid until"),
            "has_party_organisation": _("It has a party organisation"),
        }
        help_texts: ClassVar = {
            "size": _("Shops, entertainment, fitness, flammable goods: m². Restaurants: seats. "
                      "Hotels, clinics: beds. Workshops: staff."),
        }  # fmt: skip

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        grids = own_grids(user)
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        self.fields["building"].queryset = Building.objects.filter(grid__in=grids.order_by())  # type: ignore[attr-defined]
        self.fields["building"].empty_label = _("none, it stands on the street")  # type: ignore[attr-defined]
        if not self.instance.pk or not self.instance.contact_phone:
            del self.fields["forget_phone"]
        else:
            on_record = _("%(phone)s is on record; leave this empty to keep it.")
            self.fields["contact_phone"].help_text = on_record % {"phone": self.instance.masked_phone}
        if self.initial.get("grid") is None and not self.is_bound and grids.count() == 1:
            self.initial["grid"] = grids[0].pk

    def clean_size(self) -> Decimal | None:
        size: Decimal | None = self.cleaned_data["size"]
        if size is not None and size < 0:
            raise forms.ValidationError(_("A size is zero or more."))
        return size

    def clean_licence(self) -> str:
        return self.cleaned_data["licence"].replace(" ", "").upper()

    def for_service(self) -> dict[str, Any]:
        """The fields as the service takes them; the phone only where it is to change."""
        told = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if phone := self.cleaned_data["contact_phone"]:
            told["contact_phone"] = phone
        elif self.cleaned_data.get("forget_phone"):
            told["contact_phone"] = ""
        return told


def own_grids(user: User) -> GridQuerySet:
    """Grids that this person looks after, dedicated ones first: there most venues are."""
    reach = access.reach(user)
    own = Grid.objects.in_force().filter(Q(pk__in=reach.grids) | Q(community__in=reach.communities))
    return own.select_related("community").defer("boundary", "community__boundary").order_by("kind", "code")


class VenueFilterForm(forms.Form):
    """Every field is optional; what makes no sense narrows nothing."""

    q = forms.CharField(
        label=_("Name or address"), max_length=60, required=False, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("any")), *VenueKind.choices], required=False)

    @property
    def is_used(self) -> bool:
        """Whether the list is narrowed by anything."""
        return self.is_valid() and any(self.cleaned_data.values())
