"""Telling a matter: the public form, and a worker's on somebody's behalf."""

from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.forms.fields import CategoryField, Choices
from requests_app.workflow import Source
from wangguan.fields import PhoneField, WithPhotos, WordsField

WORDS_MIN, WORDS_MAX = 5, 2_000
"""Characters of a matter told in the public form."""
STAFF_WORDS_MAX = 20_000
"""Characters of a matter from any other source."""

EVERYDAY = {
    "0602": _("Lights"),
    "0101": _("Rubbish"),
    "0904": _("Leaking water"),
    "0503": _("Parking"),
    "0504": _("Noise"),
    "1101": _("Neighbours"),
    "1202": _("Care for the old"),
    "1301": _("A question"),
}
"""The eight kinds that people tell most, by code, in a word of theirs; the tree holds the rest."""

STEPS = {
    1: ("description", "photos", "category"),
    2: ("address", "latitude", "longitude", "place_unknown"),
    3: ("contact_phone", "contact_name", "consent", "may_publish", "about_staff"),
}
"""The questions of the public form by its three steps: what, where, how we answer."""


class MatterForm(WithPhotos):
    """What a matter is, where it is and whose it is; residents and workers fill in the same."""

    description = WordsField(
        label=_("What happened"),
        help_text=_("When, where, what it is like; write as you would tell a neighbour."),
        min_length=WORDS_MIN,
        max_length=WORDS_MAX,
        error_messages={
            "required": _("Please say what happened; one sentence is enough."),
            "min_length": _(
                "Please say a little more, for example: “The light on the third floor is broken.”"
            ),
        },
    )
    category = CategoryField()
    address = forms.CharField(
        label=_("The place"),
        max_length=200,
        required=False,
        help_text=_("For example: building 3 of estate nine, between the third and fourth floor."),
    )
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)
    contact_phone = PhoneField(
        label=_("Mobile number"),
        help_text=_("Only to tell you the answer; it is never shown in public."),
        required=False,
    )
    contact_name = forms.CharField(
        label=_("How shall we call you"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    about_staff = forms.BooleanField(
        label=_("This is a complaint about somebody of the staff"),
        help_text=_("It then goes straight to the street and is hidden from those it is about."),
        required=False,
    )
    may_publish = forms.BooleanField(
        label=_("The matter and its answer may be shown in public, without my name, phone and door"),
        required=False,
    )
    submission_id = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_submission_id(self) -> UUID:
        """The form's own key; a form that lost it is a new one."""
        try:
            return UUID(self.cleaned_data["submission_id"])
        except ValueError:
            return uuid4()

    def clean(self) -> dict[str, Any]:
        """A point is whole or nothing; half a point is dropped, the words say where."""
        data = super().clean() or self.cleaned_data
        if None in (data.get("latitude"), data.get("longitude")):
            data["latitude"] = data["longitude"] = None
        return data


class ReportForm(MatterForm):
    """The public form (fields: docs/design.md, “Addresses”)."""

    consent = forms.BooleanField(
        label=_("I agree that the street uses what I wrote here to settle this matter, and for nothing else"),
        error_messages={"required": _("Without your consent we may not pass it on; please tick the box.")},
    )
    place_unknown = forms.BooleanField(
        label=_("I cannot say where it is"),
        help_text=_("Then the street's duty desk takes it and finds out whose it is."),
        required=False,
    )
    grid_token = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    send_anyway = forms.BooleanField(
        label=_("Send it to the street's duty desk all the same"),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs |= _says(field)

    def everyday(self) -> list[tuple[str, str | Promise]]:
        """The most usual kinds that are on offer: code and word."""
        groups = cast(Choices, cast(CategoryField, self.fields["category"]).choices)
        offered = {code for _group, kinds in groups if isinstance(kinds, list) for code, _kind in kinds}
        return [(code, word) for code, word in EVERYDAY.items() if code in offered]


def _says(field: forms.Field) -> dict[str, str | Promise]:
    """What the script says of this field (static/js/steps.js): the server's own sentences."""
    sentences: dict[str, str | Promise] = {}
    if field.required:
        sentences["data-says-required"] = field.error_messages["required"]
    if "min_length" in field.error_messages:
        sentences["data-says-short"] = field.error_messages["min_length"]
    if isinstance(field, PhoneField):
        sentences["data-says-phone"] = field.error_messages["invalid"]
    return sentences


class NewTicketForm(MatterForm):
    """A matter that a worker records: told to them, pasted from a group, or found on patrol."""

    SOURCES: ClassVar[tuple[Source, ...]] = (Source.WECHAT_GROUP, Source.PHONE, Source.PATROL, Source.VISIT)

    source = forms.ChoiceField(
        label=_("Where it comes from"),
        choices=[(source.value, source.label) for source in SOURCES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say where the matter comes from.")},
    )
    description = WordsField(
        label=_("What happened"),
        help_text=_("A message from a group may be pasted as it is; leave out other people's names."),
        rows=6,
        min_length=WORDS_MIN,
        max_length=STAFF_WORDS_MAX,
    )
    contact_phone = PhoneField(label=_("The resident's mobile number"), required=False)
    contact_name = forms.CharField(label=_("How to call the resident"), max_length=40, required=False)
    may_publish = forms.BooleanField(
        label=_("The resident agrees that matter and answer are shown in public, without name and phone"),
        required=False,
    )
