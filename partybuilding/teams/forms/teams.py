"""What is typed about a team: activities, shifts, thanks."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuilding.teams.forms.parts import Once, clock_time, day, moment, offer
from partybuilding.teams.models import Team, Volunteer
from partybuilding.teams.terms import NAME_MAX, PLACE_MAX, WORDS_MAX, Work
from wangguan import clock
from wangguan.fields import WordsField


class ActivityForm(Once):
    """Something a team does."""

    title = forms.CharField(
        label=_("What the team does"),
        max_length=NAME_MAX,
        error_messages={"required": _("Please say what the team does.")},
    )
    kind = forms.ChoiceField(label=_("Kind of work"), choices=Work.choices)
    words = WordsField(label=_("What to know"), rows=3, max_length=WORDS_MAX, required=False)
    field_order = ("title", "kind", "words", "form_id")


class ShiftForm(Once):
    """One time of an activity."""

    day = day(_("Day"), error_messages={"required": _("Please say on which day.")})
    first = clock_time(_("From"), _("Please say when it begins."))
    last = clock_time(_("Until"), _("Please say when it ends."))
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
        if day and first and moment(day, first) <= clock.now():
            self.add_error("day", _("This time is over."))
        return given

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when until when."""
        told = self.cleaned_data
        return moment(told["day"], told["first"]), moment(told["day"], told["last"])


class ThanksForm(Once):
    """Words of thanks on the team's page."""

    words = WordsField(
        label=_("Words of thanks"),
        rows=3,
        max_length=WORDS_MAX,
        error_messages={"required": _("Please write some words.")},
    )
    volunteer: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("To one volunteer"), required=False, empty_label=_("To the whole team")
    )
    field_order = ("words", "volunteer", "form_id")

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "volunteer", Volunteer.objects.filter(memberships__team=team).distinct().order_by("pk"))
