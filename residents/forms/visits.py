"""Telling of a visit, of what came out of it, and of a round through the grid."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from residents.models import Finding, Resident
from residents.services.visits import Found
from residents.terms import Met, Need, Purpose
from wangguan import clock
from wangguan.fields import WithPhotos, WordsField

WORDS_MOST = 2_000
WAITED_MOST = timedelta(days=14)
"""A visit that waited longer on a phone counts as made so long ago."""
POINTS_MOST = 2_000
"""Points of one track."""
LATEST = 1 << 40
"""Seconds since 1970 that no clock will show."""
AT_HOME = (Purpose.CARE, Purpose.ROUTINE, Purpose.AFTER_EVENT, Purpose.POLICY, Purpose.ERRAND)
AT_A_VENUE = (Purpose.ROUTINE, Purpose.AFTER_EVENT, Purpose.POLICY, Purpose.ERRAND)
"""A safety check has a form of its own: it goes by its checklist."""
OUTDOORS = (Need.WIRING, Need.GAS, Need.LEAK, Need.PROPERTY, Need.NEIGHBOURS, Need.OTHER)
"""What can be found where nobody lives."""
AGAIN = (("", _("Not needed")), ("3", _("In 3 days")), ("7", _("In a week")), ("30", _("In a month")))


class OwnKey(forms.Form):
    """A form with a key of its own, so that sending it twice has one effect."""

    submission_id = forms.CharField(required=False, widget=forms.HiddenInput)
    waited = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean_submission_id(self) -> UUID:
        """A form that lost its key is a new one."""
        try:
            return UUID(self.cleaned_data["submission_id"])
        except ValueError:
            return uuid4()

    def told_at(self) -> datetime:
        """When it was written: now, less the seconds it waited on a phone without signal.

        The phone tells a span, not a time of day: its clock may be wrong, but it runs.
        """
        waited = timedelta(seconds=min(self.cleaned_data.get("waited") or 0, WAITED_MOST.total_seconds()))
        return clock.now() - waited


class StopForm(OwnKey, WithPhotos):
    """What was seen at one place: on a round, and in a home or venue as well."""

    needs = forms.MultipleChoiceField(
        label=_("What was found"),
        choices=[(need.value, need.label) for need in OUTDOORS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = WordsField(label=_("In words"), max_length=WORDS_MOST, rows=3, required=False)
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)

    @property
    def found(self) -> list[Found]:
        return [Found(Need(need)) for need in self.cleaned_data["needs"]]

    @property
    def point(self) -> tuple[float, float] | None:
        """Degrees (WGS-84); half a point is none."""
        latitude, longitude = self.cleaned_data.get("latitude"), self.cleaned_data.get("longitude")
        return None if latitude is None or longitude is None else (latitude, longitude)


class VisitForm(StopForm):
    """A visit to a home, or to a venue (`at`)."""

    met = forms.ChoiceField(
        label=_("Whom did you meet?"),
        choices=Met.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether you met somebody.")},
    )
    purpose = forms.ChoiceField(label=_("What for"), choices=Purpose.choices, widget=forms.RadioSelect)
    resident = forms.ModelChoiceField(
        Resident.objects.none(), label=_("With whom"), required=False, empty_label=_("The household")
    )
    again = forms.ChoiceField(
        label=_("Look in again"), choices=AGAIN, widget=forms.RadioSelect, required=False
    )
    follow_up_on = forms.DateField(
        label=_("Look in again on"), required=False, widget=forms.DateInput({"type": "date"})
    )
    visited_at = forms.DateTimeField(
        label=_("When, if it was earlier"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    field_order = ("met", "needs", "note", "photos", "again", "purpose")

    def __init__(self, *args: Any, people: Any = None, at_a_venue: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        purposes = AT_A_VENUE if at_a_venue else AT_HOME
        self.fields["purpose"].choices = [(each.value, each.label) for each in purposes]  # type: ignore[attr-defined]
        if not at_a_venue:
            self.fields["needs"].choices = Need.choices  # type: ignore[attr-defined]
        if people is None:
            del self.fields["resident"]
        else:
            self.fields["resident"].queryset = people  # type: ignore[attr-defined]
            self.fields["resident"].label_from_instance = named  # type: ignore[attr-defined]

    def told_at(self) -> datetime:
        return self.cleaned_data.get("visited_at") or super().told_at()

    @property
    def look_in_again(self) -> date | None:
        """The day that was named, else so many days after the visit."""
        if day := self.cleaned_data.get("follow_up_on"):
            return day
        days = self.cleaned_data.get("again")
        return timezone.localdate(self.told_at()) + timedelta(days=int(days)) if days else None


def named(resident: Resident) -> str:
    """As somebody of the household is told from the others; the page stays on phones, so names are masked."""
    parts = [resident.masked_name, resident.get_relation_display()]
    if (age := resident.age()) is not None:
        parts.append(gettext("%(age)d years") % {"age": age})
    return " · ".join(parts)


class WordingForm(forms.Form):
    """A finding on its way to become a request: read over, and whom to tell."""

    words = WordsField(
        label=_("What is to be done"),
        help_text=_("This is what those who settle it read. Leave out what they need not know."),
        min_length=5,
        max_length=WORDS_MOST,
    )
    tell = forms.ChoiceField(
        label=_("Tell the resident the answer by SMS"), widget=forms.RadioSelect, required=False
    )

    def __init__(self, *args: Any, finding: Finding, people: list[Resident], **options: Any) -> None:
        super().__init__(*args, **{**options, "auto_id": f"finding-{finding.pk}-%s"})
        self.finding = finding
        self.people = {str(person.pk): person for person in people if person.phone}
        nobody = [("", _("Tell nobody"))]
        self.fields["tell"].choices = nobody + [  # type: ignore[attr-defined]
            (key, f"{person.masked_name} {person.masked_phone}") for key, person in self.people.items()
        ]
        if not self.people:
            del self.fields["tell"]

    @property
    def to_tell(self) -> Resident | None:
        return self.people.get(self.cleaned_data.get("tell") or "")


class StartForm(OwnKey):
    """The start of a round: where, when there is a choice."""

    grid = forms.ModelChoiceField(Grid.objects.none(), label=_("Grid"), empty_label=None)

    def __init__(self, *args: Any, grids: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]


class EndForm(OwnKey):
    """The end of a round; `track` is what the phone gathered, if it was let."""

    note = WordsField(
        label=_("How it went"),
        max_length=WORDS_MOST,
        rows=3,
        required=False,
        help_text=_("If there is anything to say."),
    )
    track = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_track(self) -> list[list[float]]:
        """Points [seconds since 1970, latitude, longitude] (WGS-84); anything else is dropped."""
        try:
            told = json.loads(self.cleaned_data["track"] or "[]")
        except ValueError:
            return []
        if not isinstance(told, list):
            return []
        return [point for point in told[:POINTS_MOST] if _is_point(point)]


def _is_point(point: Any) -> bool:
    if not isinstance(point, list) or len(point) != 3:
        return False
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in point):
        return False
    return 0 <= point[0] < LATEST and abs(point[1]) <= 90 and abs(point[2]) <= 180
