"""Parameters as GeoReport v2 writes them."""

import re
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from wangguan.words import storable


class ListField(forms.Field):
    """“Can be declared multiple times, comma delimited”: both at once, blanks left out."""

    widget = forms.MultipleHiddenInput
    default_error_messages: ClassVar = {
        "unknown": _("%(value)s is none of: %(known)s."),
        "many": _("At most %(most)d values at once."),
    }

    def __init__(self, *, known: tuple[str, ...] = (), most: int = 1_000, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.known, self.most = known, most

    def clean(self, value: Any) -> tuple[str, ...]:
        named = dict.fromkeys(storable(part) for text in value or () for part in text.split(","))
        values = tuple(part for part in named if part)
        if len(values) > self.most:
            raise forms.ValidationError(self.error_messages["many"], params={"most": self.most})
        for each in values:
            if self.known and each not in self.known:
                known = ", ".join(self.known)
                raise forms.ValidationError(
                    self.error_messages["unknown"], params={"value": each, "known": known}
                )
        return values


# https://www.w3.org/TR/NOTE-datetime with a time. An unescaped plus arrives as a space.
_W3C = re.compile(
    r"(?P<day>(?:19|20|21)\d\d-\d\d-\d\d)T(?P<time>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)"
    r"(?P<zone>Z|[+\- ]\d\d:\d\d)",
    re.ASCII,
)


class W3CField(forms.CharField):
    """A moment with its offset from UTC, as the specification requires; without one nobody knows which."""

    default_error_messages: ClassVar = {
        "moment": _("Please write a moment with its offset, like 2026-11-27T08:30:00+08:00 or …Z.")
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        return _moment(text, self.error_messages["moment"]) if text else None


def _moment(text: str, sentence: Any) -> datetime:
    shape = _W3C.fullmatch(text)
    if not shape:
        raise forms.ValidationError(sentence)
    zone = shape["zone"].replace("Z", "+00:00").replace(" ", "+")
    try:
        return datetime.fromisoformat(f"{shape['day']}T{shape['time']}{zone}")
    except ValueError as error:
        raise forms.ValidationError(sentence) from error


def is_moment(text: str) -> bool:
    """Whether `text` is a moment as the specification writes them."""
    try:
        _moment(text, "")
    except forms.ValidationError:
        return False
    return True
