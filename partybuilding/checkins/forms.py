"""What is typed about check-ins, helping hands and hours."""

from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, today
from partybuilding.checkins.terms import MOST_HOURS, NAME_MAX, WORDS_MAX, Grade, Skill, Slot, UnitKind
from wangguan.fields import PhoneField


def _chips(
    label: Any, choices: type[Any], *, required: bool = False, **options: Any
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices.choices,
        widget=forms.CheckboxSelectMultiple,
        required=required,
        **options,
    )


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class _Once(forms.Form):
    """A form that knows itself again when it is sent twice."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4


class _CheckInForm(_Once):
    """Who, where, and that they agree to be called."""

    community = forms.ModelChoiceField(
        Community.objects.defer("boundary").order_by("code"),
        label=_("Community"),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose the community.")},
    )
    person = forms.CharField(
        label=_("Your name"),
        max_length=30,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Please give your name.")},
    )
    phone = PhoneField(
        label=_("Your mobile number"), error_messages={"required": _("Please give your mobile number.")}
    )
    consent = forms.BooleanField(
        label=_("The community may keep my name and number for this purpose and call me"),
        error_messages={"required": _("Without your agreement nothing can be kept.")},
    )


class UnitForm(_CheckInForm):
    """A unit checks in."""

    name = forms.CharField(
        label=_("Name of the unit"),
        max_length=NAME_MAX,
        error_messages={"required": _("Please give the unit's full name.")},
    )
    kind = forms.ChoiceField(label=_("Kind of unit"), choices=UnitKind.choices)
    people = forms.IntegerField(
        label=_("Party members in the unit"), min_value=0, max_value=100_000, initial=0, required=False
    )
    offers = forms.CharField(
        label=_("What the unit can give"),
        help_text=_("Rooms, people, skills, things."),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    field_order = ("name", "kind", "community", "people", "offers", "person", "phone", "consent", "form_id")


class AbleForm(forms.Form):
    """What a member can do, and when."""

    duty = forms.CharField(
        label=_("Post you would take on"),
        help_text=_("For example: help with lifts, watch over a stairwell, teach."),
        max_length=NAME_MAX,
        required=False,
    )
    skills = _chips(
        _("What you can do"),
        Skill,
        required=True,
        error_messages={"required": _("Please choose at least one.")},
    )
    slots = _chips(
        _("When you have time"),
        Slot,
        required=True,
        error_messages={"required": _("Please choose at least one.")},
    )


class MemberForm(AbleForm, _CheckInForm):
    """A member checks in where they live."""

    unit = forms.CharField(
        label=_("Your unit"), help_text=_("As it is called in full."), max_length=NAME_MAX, required=False
    )
    field_order = ("community", "unit", "duty", "skills", "slots", "person", "phone", "consent", "form_id")


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Why"), max_length=WORDS_MAX, required=False, widget=forms.Textarea({"rows": 2})
    )


class NeedForm(_Once):
    """What is needed, where and when."""

    title = forms.CharField(
        label=_("What is needed"),
        max_length=NAME_MAX,
        error_messages={"required": _("Please say what is needed.")},
    )
    words = forms.CharField(
        label=_("What to know"), max_length=WORDS_MAX, required=False, widget=forms.Textarea({"rows": 3})
    )
    place = forms.CharField(
        label=_("Place"), max_length=100, error_messages={"required": _("Please say where to meet.")}
    )
    grid = forms.ModelChoiceField(Grid.objects.none(), label=_("Grid"), required=False, empty_label=_("—"))
    day = forms.DateField(
        label=_("Day"), widget=_day(), error_messages={"required": _("Please say on which day.")}
    )
    first = forms.TimeField(
        label=_("From"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Please say when it begins.")},
    )
    last = forms.TimeField(
        label=_("Until"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Please say when it ends.")},
    )
    wanted = forms.IntegerField(label=_("How many people"), min_value=1, max_value=200, initial=2)
    skills = _chips(_("Skills"), Skill)
    field_order = ("title", "words", "place", "grid", "day", "first", "last", "wanted", "skills", "form_id")

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        super().__init__(*args, **options)
        grids = Grid.objects.in_force().filter(community=community).defer("boundary").order_by("code")
        cast(forms.ModelChoiceField, self.fields["grid"]).queryset = grids

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last, day = given.get("first"), given.get("last"), given.get("day")
        if first and last and last <= first:
            self.add_error("last", _("It ends before it begins."))
        if day and day < today():
            self.add_error("day", _("This day is over."))
        return given


class HoursForm(_Once):
    """How long it took."""

    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=Decimal("0.5"),
        max_value=MOST_HOURS,
        max_digits=4,
        decimal_places=1,
        widget=forms.NumberInput({"step": "0.5", "inputmode": "decimal"}),
        error_messages={"required": _("Please say how many hours.")},
    )
    words = forms.CharField(
        label=_("What was done"), max_length=WORDS_MAX, required=False, widget=forms.Textarea({"rows": 2})
    )


class OwnHoursForm(HoursForm):
    """Something done without being asked."""

    day = forms.DateField(
        label=_("Day"), widget=_day(), error_messages={"required": _("Please say on which day.")}
    )
    field_order = ("day", "hours", "words", "form_id")


class AppraisalForm(forms.Form):
    """A unit's year."""

    year = forms.IntegerField(label=_("Year"), min_value=2010, max_value=2100)
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
    words = forms.CharField(
        label=_("In words"), max_length=WORDS_MAX, required=False, widget=forms.Textarea({"rows": 3})
    )
