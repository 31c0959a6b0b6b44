"""What lists are narrowed by: units by their codes, days, known words. What makes no sense is refused."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import Community, Grid
from wangguan.interfaces.rest.openapi import query

CODE_MAX = 20
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
"""Nothing was kept before, and nothing lies after."""


class CommunityField(forms.CharField):
    """A community by its code of 12 digits; its boundary stays in the database."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=CODE_MAX, required=False, **options)

    def clean(self, value: Any) -> Community | None:
        code = super().clean(value)
        if not code:
            return None
        found = Community.objects.defer("boundary").filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("There is no community with this code of 12 digits."))
        return found


class GridField(forms.CharField):
    """A grid by its code of 15 digits, or by one that it had before."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=CODE_MAX, required=False, **options)

    def clean(self, value: Any) -> Grid | None:
        code = super().clean(value)
        if not code:
            return None
        found = Grid.objects.by_code(code) if re.fullmatch(r"[0-9]{15}", code) else None
        if found is None:
            raise forms.ValidationError(_("There is no grid with this code of 15 digits."))
        return found


class DayField(forms.DateField):
    """A day of the street (Asia/Shanghai) as ISO 8601 writes it."""

    def __init__(self, **options: Any) -> None:
        said = {"invalid": gettext_lazy("Please write a day like 2026-01-31.")}
        super().__init__(required=False, input_formats=["%Y-%m-%d"], error_messages=said, **options)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class Days(forms.Form):
    """A list narrowed to days, both included; either end may be left open."""

    since = DayField()
    until = DayField()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("since"), given.get("until")
        if first and last and last < first:
            self.add_error("until", _("The last day lies before the first."))
        return given

    def within(self, column: str) -> Q:
        """Rows whose moment in this column lies in the days that were given."""
        first, last = self.cleaned_data["since"], self.cleaned_data["until"]
        begun = Q(**{f"{column}__gte": _start(first)}) if first else Q()
        return begun & Q(**{f"{column}__lt": _start(last + timedelta(days=1))}) if last else begun


OF_DAYS = (
    query("since", gettext_lazy("From this day on, like 2026-01-01 (Asia/Shanghai)."), of=date),
    query("until", gettext_lazy("Up to this day, itself included."), of=date),
)
"""How the contract describes `Days`."""


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def one_of(choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    """A word that is known here; the refusal names all of them."""
    known = ", ".join(value for value, _label in choices)
    sentence = gettext_lazy("“%%(value)s” is not known here. It may be: %(known)s.") % {"known": known}
    return forms.ChoiceField(choices=choices, required=False, error_messages={"invalid_choice": sentence})
