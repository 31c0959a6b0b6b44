"""What the forms of this room share."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from wangguan.fields import DayField


def day(label: Any, **options: Any) -> forms.DateField:
    errors = {"invalid": _("Please choose a day."), "required": _("Please say on which day.")}
    return DayField(label=label, error_messages=errors, **options)


def chips(label: Any, choices: Any, missing: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing},
        **options,
    )


class Once(forms.Form):
    """A form that knows itself again when it is sent twice."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4


def alone(field: forms.ModelChoiceField) -> None:
    """Where there is only one to choose, it is chosen."""
    keys = list(field.queryset.values_list("pk", flat=True)[:2]) if field.queryset is not None else []
    if len(keys) == 1:
        field.initial = keys[0]
        field.widget = forms.HiddenInput()
