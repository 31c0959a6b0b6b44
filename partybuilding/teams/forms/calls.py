"""What is typed about a call-out: what has happened, whom to call, what came of it."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, User, today
from partybuilding import access
from partybuilding.checkins.terms import Skill
from partybuilding.teams.forms.parts import Once, chips, clock_time, day, moment, offer, rows
from partybuilding.teams.models import Team
from partybuilding.teams.queries import Area
from partybuilding.teams.terms import CALL_WORDS_MAX, MOST_WANTED, PLACE_MAX, WORDS_MAX, Emergency
from wangguan import clock
from wangguan.fields import WordsField

NUMBERS = re.compile(r"\d{7,}")
"""A run of digits that long is somebody's phone or identity number."""
SOON = timedelta(minutes=30)
"""Until volunteers are to be there, unless told otherwise."""


class AreaForm(forms.Form):
    """Whom to call: any of these places or teams is enough; and with any of these skills."""

    communities = rows(_("Whole communities"))
    teams = rows(_("Teams to call besides"))
    grids = rows(_("Single grids"))
    skills = chips(
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
        offer(self, "communities", communities)
        offer(self, "grids", grids)
        offer(self, "teams", teams.order_by("name", "pk"))

    @property
    def area(self) -> Area:
        told = self.cleaned_data
        chosen = {name: {row.pk for row in told[name]} for name in ("communities", "grids", "teams")}
        return Area(**chosen, skills=told["skills"])


class CallForm(AreaForm, Once):
    """A call-out."""

    kind = forms.ChoiceField(
        label=_("What has happened"),
        choices=[("", _("Please choose")), *Emergency.choices],
        error_messages={"required": _("Please say what has happened.")},
    )
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
    day = day(_("Day"), error_messages={"required": _("Please say on which day.")})
    time = clock_time(_("Time to meet"), _("Please say when to meet."))
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
        return moment(self.cleaned_data["day"], self.cleaned_data["time"])


class EndForm(forms.Form):
    outcome = WordsField(
        label=_("What was done"),
        help_text=_("For the record; the volunteers read it on their page."),
        rows=2,
        max_length=WORDS_MAX,
        required=False,
    )
