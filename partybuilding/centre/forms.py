"""What is typed about rooms, closures and activities."""

from datetime import time, timedelta
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding.centre import hours
from partybuilding.centre.access import Known
from partybuilding.centre.models import Centre, Room
from partybuilding.centre.queries import Span
from partybuilding.centre.services.booking import Whom, Wish
from partybuilding.centre.terms import AHEAD_DAYS, NAME_MAX, WEEKS_MAX, WORDS_MAX, Theme
from partybuilding.gatherings.forms import GatheringForm
from wangguan.fields import DayField, MomentField, PhoneField, WordsField
from wangguan.words import storable

LAST_MINUTE = time(23, 59)


def _day(label: Any, **options: Any) -> forms.DateField:
    said = {"required": _("Please say on which day.")}
    return DayField(label=label, error_messages=said, **options)


def _hour(label: Any, said: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time", "step": "900"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages={"required": said})


def _moment(label: Any) -> MomentField:
    return MomentField(label=label, error_messages={"required": _("Please say day and hour.")})


class WhenForm(forms.Form):
    """A day and its hours; knows itself again when it is sent twice."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    day = _day(_("Day"))
    first = _hour(_("Begins at"), _("Please say when it begins."))
    last = _hour(_("Ends at"), _("Please say when it ends."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4
        latest = today() + timedelta(days=AHEAD_DAYS)
        self.fields["day"].widget.attrs |= {"min": f"{today()}", "max": f"{latest}"}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last <= first:
            self.add_error("last", _("It ends before it begins."))
        return given

    @property
    def span(self) -> Span:
        told = self.cleaned_data
        return hours.at(told["day"], told["first"]), hours.at(told["day"], told["last"])


class BookForm(WhenForm):
    """A room is asked for. Without a phone that is known here the office books, for itself or a caller."""

    weeks = forms.IntegerField(
        label=_("For how many weeks"),
        help_text=_("1: once. Otherwise the same hours every week."),
        min_value=1,
        max_value=WEEKS_MAX,
        initial=1,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    leave_out = forms.BooleanField(label=_("Leave these weeks out and book the others"), required=False)
    purpose = forms.CharField(
        label=_("What the room is for"),
        max_length=NAME_MAX,
        error_messages={"required": _("Please say what the room is for.")},
    )
    people = forms.IntegerField(
        label=_("How many people come"),
        min_value=1,
        max_value=10_000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={"required": _("Please say how many people come.")},
    )
    unit = forms.TypedChoiceField(label=_("For the unit"), required=False, coerce=int, empty_value=None)
    person = forms.CharField(label=_("Name of who booked"), max_length=30, required=False)
    phone = PhoneField(label=_("Phone of who booked"), required=False)
    field_order = (
        "day",
        "first",
        "last",
        "weeks",
        "leave_out",
        "purpose",
        "people",
        "unit",
        "person",
        "phone",
    )

    def __init__(self, *args: Any, room: Room, known: Known | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.room, self.known = room, known
        self.fields["people"].help_text = _("The room has %(seats)d seats.") % {"seats": room.capacity}
        self._ask_for_unit()
        if known is None:
            self.fields["person"].help_text = _(
                "When somebody called the office; empty: for the office itself."
            )
        elif known.name:
            del self.fields["person"], self.fields["phone"]
        else:
            self.fields["person"].required = self.fields["phone"].required = True
            self.fields["phone"].help_text = _("The one you entered with.")
        if "leave_out" not in self.data:
            self.fields["leave_out"].widget = forms.HiddenInput()

    def _ask_for_unit(self) -> None:
        """A contact of several units says for which; others are not asked."""
        units = self.known.units if self.known else ()
        if len(units) < 2:
            del self.fields["unit"]
            return
        field = cast(forms.TypedChoiceField, self.fields["unit"])
        field.choices = [(unit.pk, unit.name) for unit in units]
        field.required = True

    def clean_purpose(self) -> str:
        return storable(self.cleaned_data["purpose"])

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.known is None and bool(given.get("person")) != bool(given.get("phone")):
            self.add_error(
                "phone" if given.get("person") else "person", _("Give both name and phone, or neither.")
            )
        return given

    def show_clash(self) -> None:
        """The way out of a series that is taken in some weeks."""
        self.fields["leave_out"].widget = forms.CheckboxInput()

    @property
    def wish(self) -> Wish:
        told = self.cleaned_data
        return Wish(self.span, told["purpose"], told["people"], told["weeks"], told["leave_out"])

    @property
    def whom(self) -> Whom:
        """Whoever stands on the form; nobody where the office books for itself."""
        told, known = self.cleaned_data, self.known
        units = known.units if known else ()
        unit = next((each for each in units if each.pk == told.get("unit") or len(units) == 1), None)
        if known and known.name:
            return Whom(name=known.name, phone=known.phone, unit=unit)
        return Whom(name=storable(told["person"]), phone=told["phone"], unit=unit)


class NoteForm(forms.Form):
    note = WordsField(label=_("Why"), max_length=WORDS_MAX, required=False, rows=2)


class ActivityForm(GatheringForm):
    """Something that goes on in a room of this centre, which is booked with it."""

    place = None  # type: ignore[assignment]
    room = forms.ModelChoiceField(
        Room.objects.none(),
        label=_("Which room"),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose the room.")},
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme)
    organiser = forms.CharField(label=_("Organised by"), max_length=NAME_MAX, required=False)
    field_order = (
        *("title", "theme", "words", "room", "day", "first", "last"),
        *("places", "closes_on", "organiser", "form_id"),
    )

    def __init__(self, *args: Any, centre: Centre, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ModelChoiceField, self.fields["room"]).queryset = centre.rooms.bookable()
        self.fields["places"].help_text = _("Empty: as many as the room has seats.")

    def planned(self) -> dict[str, Any]:
        """Keywords of `services.activities.plan` besides the room and who plans."""
        told = self.cleaned_data
        start, end = hours.at(told["day"], told["first"]), hours.at(told["day"], told["last"])
        closes = hours.at(told["closes_on"], LAST_MINUTE) if told["closes_on"] else start
        return {
            **{name: told[name] for name in ("title", "words", "places", "theme", "form_id")},
            "organiser": storable(told["organiser"]),
            "span": (start, end),
            "closes_at": min(closes, start),
        }


class CloseForm(forms.Form):
    """A time in which a room or the whole centre is closed."""

    room = forms.ModelChoiceField(
        Room.objects.none(), label=_("Which room"), required=False, empty_label=_("The whole centre")
    )
    since = _moment(_("Closed from"))
    until = _moment(_("Closed until"))
    why = forms.CharField(label=_("Why"), max_length=100, error_messages={"required": _("Please write why.")})
    take_back = forms.BooleanField(label=_("Take these rooms back; whoever has them is told"), required=False)

    def __init__(self, *args: Any, centre: Centre, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ModelChoiceField, self.fields["room"]).queryset = centre.rooms.all()
        if "take_back" not in self.data:
            self.fields["take_back"].widget = forms.HiddenInput()

    def show_bookings(self) -> None:
        """There are bookings in that time: may they go?"""
        self.fields["take_back"].widget = forms.CheckboxInput()
