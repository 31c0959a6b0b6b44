"""What is typed about needs, resources and projects."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.models import Community, User, today
from partybuilding import access
from partybuilding.checkins.models import Unit
from partybuilding.claims.forms.fields import Once, alone, chips, day
from partybuilding.claims.terms import (
    AMOUNT_MAX,
    MOST_SHARES,
    NAME_MAX,
    PLACE_MAX,
    TITLE_MAX,
    WORDS_MAX,
    Kind,
    Origin,
    Sort,
)
from requests_app.models import Ticket
from wangguan.fields import PhoneField, WordsField

OFFICE_SOURCES = [choice for choice in Origin.choices if choice[0] not in (Origin.UNIT, Origin.TICKET)]


class ItemForm(Once):
    """What every item says of itself; everybody reads it."""

    kind = chips(_("Of what kind"), Kind.choices, _("Please choose one."))
    title = forms.CharField(
        label=_("In a line"),
        max_length=TITLE_MAX,
        help_text=_("Everybody reads it: no names, phones or doors."),
        error_messages={"required": _("Please say it in a line.")},
    )
    words = WordsField(label=_("More about it"), max_length=WORDS_MAX, required=False)
    amount = forms.CharField(
        label=_("How much"), max_length=AMOUNT_MAX, required=False, help_text=_("For example: 40 seats.")
    )
    shares = forms.IntegerField(
        label=_("Into how many shares it can be divided"),
        min_value=1,
        max_value=MOST_SHARES,
        initial=1,
        help_text=_("1: one partner takes all of it."),
    )
    place = forms.CharField(label=_("Place"), max_length=PLACE_MAX, required=False)
    starts_on = day(_("From which day"), required=False)
    ends_on = day(_("Until which day"), required=False)
    community = forms.ModelChoiceField(
        Community.objects.none(),
        label=_("Community"),
        required=False,
        empty_label=_("The whole street"),
        error_messages={"required": _("Please choose the community.")},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("It ends before it begins."))
        elif last and last < today():
            self.add_error("ends_on", _("This day is over."))
        return given

    def communities(self, rows: QuerySet[Community], *, street: bool) -> None:
        """Which communities stand to choose from; the whole street besides, or not."""
        field = cast(forms.ModelChoiceField, self.fields["community"])
        field.queryset = rows.defer("boundary").order_by("code")
        if not street:
            field.required, field.empty_label = True, str(_("Please choose"))

    @property
    def item(self) -> dict[str, Any]:
        """Columns of the item."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("form_id", "consent")
        }


class OfficeForm(ItemForm):
    """An office enters an item, or corrects a draft."""

    sort = chips(_("Which list"), Sort.choices, _("Please choose a list."), initial=Sort.NEED)
    served = forms.CharField(label=_("Who is served"), max_length=AMOUNT_MAX, required=False)
    source = forms.ChoiceField(label=_("Source"), choices=OFFICE_SOURCES, required=False)
    contact_name = forms.CharField(
        label=_("Contact"),
        max_length=NAME_MAX,
        required=False,
        help_text=_("Stays inside. The contact can say by phone how it went."),
    )
    contact_phone = PhoneField(label=_("Phone of the contact"), required=False)
    ticket = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    field_order = (
        *("sort", "kind", "title", "words", "community", "place", "amount", "shares", "starts_on", "ends_on"),
        *("served", "source", "contact_name", "contact_phone", "ticket", "form_id"),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        street = access.keeps_street(user)
        rows = Community.objects.all()
        self.communities(rows if street else rows.filter(pk__in=access.own_communities(user)), street=street)

    def clean_ticket(self) -> Ticket | None:
        """Only a request that this person may see."""
        number = self.cleaned_data["ticket"].strip()
        return Ticket.objects.visible_to(self.user).filter(number=number).first() if number else None

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("ticket"):
            given["source"] = Origin.TICKET
        given["source"] = given.get("source") or Origin.OFFICE
        return given


class TellForm(ItemForm):
    """A resident tells a need."""

    contact_name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_MAX,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Please give your name.")},
    )
    contact_phone = PhoneField(
        label=_("Your mobile number"),
        help_text=_("The one you entered with. Only the community sees it."),
        error_messages={"required": _("Please give your mobile number.")},
    )
    consent = forms.BooleanField(
        label=_("The community may keep my name and number for this purpose and call me"),
        error_messages={"required": _("Without your agreement nothing can be kept.")},
    )
    amount = shares = starts_on = None  # type: ignore[assignment]
    field_order = (
        *("kind", "title", "words", "community", "place", "ends_on"),
        *("contact_name", "contact_phone", "consent", "form_id"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.communities(Community.objects.all(), street=False)
        self.fields["ends_on"].label = _("Needed until")
        self.fields["title"].label = _("What is needed, in a line")


class OfferForm(ItemForm):
    """A unit offers a resource."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Unit"),
        empty_label=None,
        error_messages={"required": _("Please choose the unit.")},
    )
    field_order = (
        *("unit", "kind", "title", "words", "amount", "shares", "place", "starts_on", "ends_on"),
        *("community", "form_id"),
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        own = cast(forms.ModelChoiceField, self.fields["unit"])
        own.queryset = units
        alone(own)
        self.communities(Community.objects.all(), street=True)
        self.fields["community"].label = _("For which community")
