"""What is typed about gatherings: what, where and when; who comes; hours; why it is called off."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.terms import (
    MOST_HOURS,
    MOST_PLACES,
    NAME_MAX,
    PLACE_MAX,
    TITLE_MAX,
    WORDS_MAX,
)
from wangguan.fields import DayField, PhoneField, WordsField


def _time() -> forms.TimeInput:
    return forms.TimeInput({"type": "time"}, format="%H:%M")


class GatheringForm(forms.Form):
    """What a gathering is, where and when; rooms add their own questions. See `told`."""

    title = forms.CharField(
        label=_("What it is called"),
        max_length=TITLE_MAX,
        error_messages={"required": _("Please say what it is called.")},
    )
    words = WordsField(label=_("What people should know"), max_length=WORDS_MAX, required=False, rows=3)
    place = forms.CharField(
        label=_("Place"), max_length=PLACE_MAX, error_messages={"required": _("Please say where to meet.")}
    )
    day = DayField(label=_("Day"), error_messages={"required": _("Please say on which day.")})
    first = forms.TimeField(
        label=_("Begins at"),
        widget=_time(),
        error_messages={"required": _("Please say when it begins.")},
    )
    last = forms.TimeField(
        label=_("Ends at"),
        widget=_time(),
        error_messages={"required": _("Please say when it ends.")},
    )
    places = forms.IntegerField(
        label=_("How many places"),
        help_text=_("Empty: as many as come."),
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
    )
    closes_on = DayField(
        label=_("Last day to sign up"), help_text=_("Empty: until it begins."), required=False
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4

    @staticmethod
    def initial_of(gathering: Gathering) -> dict[str, Any]:
        """What stands in the boxes when a gathering is changed."""
        first, last = timezone.localtime(gathering.starts_at), timezone.localtime(gathering.ends_at)
        closes = timezone.localtime(gathering.closes_at)
        return {
            **{name: getattr(gathering, name) for name in ("title", "words", "place", "places")},
            "day": first.date(),
            "first": first.time(),
            "last": last.time(),
            "closes_on": None if gathering.closes_at == gathering.starts_at else closes.date(),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last, day, closes = (given.get(name) for name in ("first", "last", "day", "closes_on"))
        if first and last and last <= first:
            self.add_error("last", _("It ends before it begins."))
        if day and day < today():
            self.add_error("day", _("This day is over."))
        if day and closes and closes > day:
            self.add_error("closes_on", _("Signing up ends at the latest on the day itself."))
        return given

    def told(self) -> dict[str, Any]:
        """Keywords of `services.making.make` (besides community, form_id and by) and of `change`."""
        given = self.cleaned_data
        starts = _moment(given["day"], given["first"])
        closes = _moment(given["closes_on"], time(23, 59)) if given["closes_on"] else starts
        return {
            **{name: given[name] for name in ("title", "words", "place", "places")},
            "starts_at": starts,
            "ends_at": _moment(given["day"], given["last"]),
            "closes_at": min(closes, starts),
        }


def _moment(day: Any, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


class PersonForm(forms.Form):
    """A name and a number of somebody without an account."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=NAME_MAX,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Please give a name.")},
    )
    phone = PhoneField(
        label=_("Mobile number"), error_messages={"required": _("Please give a mobile number.")}
    )

    def whom(self) -> Whom:
        return Whom(name=self.cleaned_data["name"], phone=self.cleaned_data["phone"])


class HoursForm(forms.Form):
    """How many hours somebody was there."""

    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=Decimal("0.1"),
        max_value=MOST_HOURS,
        max_digits=4,
        decimal_places=1,
        widget=forms.NumberInput({"step": "0.1", "inputmode": "decimal"}),
        error_messages={"required": _("Please say how many hours.")},
    )


class WhyForm(forms.Form):
    """Why it is called off."""

    why = WordsField(
        label=_("Why, as everybody who signed up reads it"),
        max_length=WORDS_MAX,
        rows=2,
        error_messages={"required": _("Please write why.")},
    )
