"""What is typed about volunteers: signing up, what they can do, leaving, letters; and narrowing the list."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, today
from partybuilding.checkins.terms import Skill, Slot
from partybuilding.teams.forms.parts import Once, chips, day, offer
from partybuilding.teams.models import Team, Volunteer
from partybuilding.teams.queries import VolunteerQuerySet
from partybuilding.teams.terms import LETTER_YEARS, WORDS_MAX
from partybuilding.teams.workflow import State
from wangguan.fields import PhoneField, WordsField


class AbleForm(forms.Form):
    """What a volunteer can do, and when; and whether they may be thanked by name."""

    skills = chips(
        _("What you can do"),
        Skill.choices,
        required=True,
        error_messages={"required": _("Please choose at least one.")},
    )
    slots = chips(
        _("When you have time"),
        Slot.choices,
        required=True,
        error_messages={"required": _("Please choose at least one.")},
    )
    may_be_named = forms.BooleanField(
        label=_("My team may thank me in public by my full name"),
        help_text=_("Otherwise only your family name is shown."),
        required=False,
    )


class VolunteerForm(AbleForm, Once):
    """Somebody wants to help."""

    community = forms.ModelChoiceField(
        Community.objects.defer("boundary").order_by("code"),
        label=_("Community"),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose the community.")},
    )
    wish: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("A team you would like to join"), required=False, empty_label=_("No wish")
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
        label=_("The community may keep my name and number for voluntary work and call me in an emergency"),
        error_messages={"required": _("Without your agreement nothing can be kept.")},
    )
    field_order = (
        *("community", "skills", "slots", "wish", "person", "phone"),
        *("may_be_named", "consent", "form_id"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "wish", Team.objects.standing().order_by("name"))


class PlaceForm(forms.Form):
    """In which grid a volunteer lives."""

    grid: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label=_("Lives in the grid"),
        help_text=_("A call-out in this grid then reaches them."),
        required=False,
        empty_label=_("Not known"),
    )

    def __init__(self, *args: Any, volunteer: Volunteer, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["grid"].initial = volunteer.grid_id
        grids = Grid.objects.in_force().defer("boundary").order_by("code")
        own = Q(community=volunteer.community_id) if volunteer.community_id else Q()
        offer(self, "grid", grids.filter(own))


class LeaveForm(forms.Form):
    note = forms.CharField(
        label=_("Why"), max_length=WORDS_MAX, required=False, widget=forms.Textarea({"rows": 2})
    )


class LetterForm(forms.Form):
    """A letter of thanks for the hours of some time."""

    since = day(_("Hours from"), error_messages={"required": _("Please say from which day.")})
    until = day(_("Hours until"), error_messages={"required": _("Please say until which day.")})
    words = WordsField(label=_("Own words"), rows=3, max_length=WORDS_MAX, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["since"].initial = today().replace(month=1, day=1)
        self.fields["until"].initial = today()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        if since and since.year < today().year - LETTER_YEARS:
            self.add_error("since", _("This is too long ago for a letter."))
        return given


class NarrowForm(forms.Form):
    """The list of volunteers, narrowed; without a state those who have left are left out."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Not left")), *State.choices])
    skill = forms.ChoiceField(
        label=_("What they can do"), required=False, choices=[("", _("Any skill")), *Skill.choices]
    )
    hours = forms.DecimalField(
        label=_("At least so many hours"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(99_999),
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    def narrow(self, rows: VolunteerQuerySet) -> VolunteerQuerySet:
        """Rows come with their `hours`. A filter that makes no sense is passed over."""
        self.is_valid()
        told = self.cleaned_data
        rows = rows.filter(state=told["state"]) if told.get("state") else rows.standing()
        if told.get("skill"):
            rows = rows.filter(skills__contains=[told["skill"]])
        return rows.filter(Q(hours__gte=told["hours"])) if told.get("hours") else rows

    @property
    def narrowed(self) -> dict[str, Any]:
        """What narrows the list, for the next page's address."""
        return {name: value for name, value in self.cleaned_data.items() if value}
