"""What the office types about organisations on pages of their own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding.organisations.terms import WORDS_MAX
from wangguan.fields import WithPhotos


class ReachedForm(WithPhotos):
    """A milestone is reached: when, in words, with pictures if there are any."""

    reached_on = forms.DateField(
        label=_("Reached on"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Please say on which day."), "invalid": _("Please choose a day.")},
    )
    words = forms.CharField(
        label=_("What was done"),
        max_length=WORDS_MAX,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Please say in a sentence what was done.")},
    )
    field_order = ("reached_on", "words", "photos")

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"reached_on": today()})
        super().__init__(*args, **options)
