"""What is typed about volunteers, teams, shifts and call-outs."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, User, today
from partybuilding import access
from partybuilding.checkins.terms import Skill, Slot
from partybuilding.teams.models import Team, Volunteer
from partybuilding.teams.queries import Area
from partybuilding.teams.terms import (
    CALL_WORDS_MAX,
    LETTER_YEARS,
    MOST_HOURS,
    MOST_WANTED,
    NAME_MAX,
    PLACE_MAX,
    WORDS_MAX,
    Emergency,
    Work,
)
from wangguan import clock
from wangguan.fields import PhoneField, WordsField

NUMBERS = re.compile(r"\d{7,}")
"""A run of digits that long is somebody's phone or identity number."""
SOON = timedelta(minutes=30)
"""Until volunteers are to be there, unless told otherwise."""


def _chips(label: Any, choices: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **{"required": False, **options}
    )


def _rows(label: Any, **options: Any) -> forms.ModelMultipleChoiceField:
    """Rows to tick; the form says which there are."""
    widget = forms.CheckboxSelectMultiple
    return forms.ModelMultipleChoiceField(None, label=label, widget=widget, required=False, **options)


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def _time(label: Any, said: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages={"required": said})


def _offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    cast(forms.ModelChoiceField, form.fields[name]).queryset = rows


class _Once(forms.Form):
    """A form that knows itself again when it is sent twice."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4


# --- volunteers ------------------------------------------------------------------------------
class AbleForm(forms.Form):
    """What a volunteer can do, and when; and whether they may be thanked by name."""

    skills = _chips(
        _("What you can do"),
        Skill.choices,
        required=True,
        error_messages={"required": _("Please choose at least one.")},
    )
    slots = _chips(
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


class VolunteerForm(AbleForm, _Once):
    """Somebody wants to help."""

    community = forms.ModelChoiceField(
        Community.objects.defer("boundary").order_by("code"),
        label=_("Community"),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose the community.")},
    )
    wish = forms.ModelChoiceField(
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
        _offer(self, "wish", Team.objects.standing().order_by("name"))


class PlaceForm(forms.Form):
    """In which grid a volunteer lives."""

    grid = forms.ModelChoiceField(
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
        _offer(self, "grid", grids.filter(own))


class LeaveForm(forms.Form):
    note = forms.CharField(
        label=_("Why"), max_length=WORDS_MAX, required=False, widget=forms.Textarea({"rows": 2})
    )


class LetterForm(forms.Form):
    """A letter of thanks for the hours of some time."""

    since = _day(_("Hours from"), error_messages={"required": _("Please say from which day.")})
    until = _day(_("Hours until"), error_messages={"required": _("Please say until which day.")})
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


# --- teams -----------------------------------------------------------------------------------
class ActivityForm(_Once):
    """Something a team does."""

    title = forms.CharField(
        label=_("What the team does"),
        max_length=NAME_MAX,
        error_messages={"required": _("Please say what the team does.")},
    )
    kind = forms.ChoiceField(label=_("Kind of work"), choices=Work.choices)
    words = WordsField(label=_("What to know"), rows=3, max_length=WORDS_MAX, required=False)
    field_order = ("title", "kind", "words", "form_id")


class ShiftForm(_Once):
    """One time of an activity."""

    day = _day(_("Day"), error_messages={"required": _("Please say on which day.")})
    first = _time(_("From"), _("Please say when it begins."))
    last = _time(_("Until"), _("Please say when it ends."))
    place = forms.CharField(
        label=_("Place"), max_length=PLACE_MAX, error_messages={"required": _("Please say where to meet.")}
    )
    places = forms.IntegerField(
        label=_("How many people"),
        help_text=_("Whoever signs up beyond waits for a free place."),
        min_value=1,
        max_value=200,
        initial=6,
        error_messages={"required": _("Please say how many people are needed.")},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last, day = given.get("first"), given.get("last"), given.get("day")
        if first and last and last <= first:
            self.add_error("last", _("It ends before it begins."))
        if day and first and _moment(day, first) <= clock.now():
            self.add_error("day", _("This time is over."))
        return given

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when until when."""
        told = self.cleaned_data
        return _moment(told["day"], told["first"]), _moment(told["day"], told["last"])


class ThanksForm(_Once):
    """Words of thanks on the team's page."""

    words = WordsField(
        label=_("Words of thanks"),
        rows=3,
        max_length=WORDS_MAX,
        error_messages={"required": _("Please write some words.")},
    )
    volunteer = forms.ModelChoiceField(
        None, label=_("To one volunteer"), required=False, empty_label=_("To the whole team")
    )
    field_order = ("words", "volunteer", "form_id")

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "volunteer", Volunteer.objects.filter(memberships__team=team).distinct().order_by("pk"))


# --- call-outs -------------------------------------------------------------------------------
class AreaForm(forms.Form):
    """Whom to call: any of these places or teams is enough; and with any of these skills."""

    communities = _rows(_("Whole communities"))
    teams = _rows(_("Teams to call besides"))
    grids = _rows(_("Single grids"))
    skills = _chips(
        _("With one of these skills"), Skill.choices, help_text=_("None chosen: whatever they can do.")
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        communities = Community.objects.defer("boundary").order_by("code")
        grids, teams = Grid.objects.in_force().defer("boundary").order_by("code"), Team.objects.standing()
        if not access.keeps_street(user):
            own = access.own_communities(user)
            communities, grids = communities.filter(pk__in=own), grids.filter(community__in=own)
            teams = teams.filter(community__in=own)
        _offer(self, "communities", communities)
        _offer(self, "grids", grids)
        _offer(self, "teams", teams.order_by("name", "pk"))

    @property
    def area(self) -> Area:
        told = self.cleaned_data
        chosen = ({row.pk for row in told[name]} for name in ("communities", "grids", "teams"))
        return Area(*chosen, skills=told["skills"])


class CallForm(AreaForm, _Once):
    """A call-out."""

    kind = forms.ChoiceField(label=_("What has happened"), choices=Emergency.choices)
    words = forms.CharField(
        label=_("What is to be done"),
        help_text=_("Goes out by text message, 60 characters at most: no names, no numbers, no doors."),
        max_length=CALL_WORDS_MAX,
        error_messages={"required": _("Please say what is to be done.")},
    )
    place = forms.CharField(
        label=_("Where to meet"),
        max_length=PLACE_MAX,
        error_messages={"required": _("Please say where to meet.")},
    )
    day = _day(_("Day"), error_messages={"required": _("Please say on which day.")})
    time = _time(_("Time to meet"), _("Please say when to meet."))
    wanted = forms.IntegerField(
        label=_("How many people"),
        min_value=1,
        max_value=MOST_WANTED,
        initial=10,
        error_messages={"required": _("Please say how many people are needed.")},
    )
    field_order = (
        *("kind", "words", "place", "day", "time", "wanted"),
        *("communities", "skills", "teams", "grids", "form_id"),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, user=user, **options)
        soon = timezone.localtime(clock.now() + SOON).replace(second=0, microsecond=0)
        self.fields["day"].initial, self.fields["time"].initial = soon.date(), soon.time()

    def clean_words(self) -> str:
        return self._without_numbers("words")

    def clean_place(self) -> str:
        return self._without_numbers("place")

    def _without_numbers(self, name: str) -> str:
        given: str = self.cleaned_data[name]
        if NUMBERS.search(given):
            raise forms.ValidationError(_("No phone or identity numbers: this leaves by text message."))
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("day") and given["day"] < today():
            self.add_error("day", _("This day is over."))
        return given

    @property
    def starts_at(self) -> datetime:
        return _moment(self.cleaned_data["day"], self.cleaned_data["time"])


class EndForm(forms.Form):
    outcome = WordsField(
        label=_("What was done"),
        help_text=_("For the record; the volunteers read it on their page."),
        rows=2,
        max_length=WORDS_MAX,
        required=False,
    )


class HoursField(forms.DecimalField):
    """Hours in halves; nothing typed is None."""

    def __init__(self) -> None:
        super().__init__(
            min_value=Decimal("0.5"),
            max_value=MOST_HOURS,
            max_digits=4,
            decimal_places=1,
            required=False,
        )


def _moment(day: Any, at: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
