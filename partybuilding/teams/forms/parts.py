"""Fields and the form that the room's forms are made of."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from partybuilding.teams.terms import MOST_HOURS
from wangguan.fields import DayField


def chips(label: Any, choices: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **{"required": False, **options}
    )


def rows(label: Any, **options: Any) -> forms.ModelMultipleChoiceField:
    """Rows to tick; the form says which there are."""
    widget = forms.CheckboxSelectMultiple
    return forms.ModelMultipleChoiceField(None, label=label, widget=widget, required=False, **options)


def day(label: Any, **options: Any) -> forms.DateField:
    return DayField(label=label, **options)


def clock_time(label: Any, said: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages={"required": said})


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    cast(forms.ModelChoiceField, form.fields[name]).queryset = rows


class Once(forms.Form):
    """A form that knows itself again when it is sent twice."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4


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


def moment(day: date, at: time) -> datetime:
    """Where the portal stands."""
    return timezone.make_aware(datetime.combine(day, at))
