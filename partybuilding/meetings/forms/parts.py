"""Fields that the forms of this room share."""

from typing import Any
from uuid import uuid4

from django import forms

from partybuilding.meetings.terms import (
    NAME_MAX,
    WORDS_MAX,
)
from wangguan.fields import DayField


def day_field(label: Any, **options: Any) -> forms.DateField:
    return DayField(label=label, **options)


def words_field(label: Any, *, rows: int = 3, most: int = WORDS_MAX, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea({"rows": rows}), **{"required": False, **options}
    )


def name_field(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=NAME_MAX, **options)


class Once(forms.Form):
    """A form that knows itself again when it is sent twice."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4
