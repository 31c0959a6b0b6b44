"""What somebody types at the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wangguan.words import storable


class FindForm(forms.Form):
    """One box: a number, words, a place, or the last four digits of a phone."""

    q = forms.CharField(
        label=_("Find a request"),
        max_length=60,
        widget=forms.TextInput(
            {
                "class": "input",
                "type": "search",
                "placeholder": _("Number, words, place, last 4 of a phone"),
                "autocomplete": "off",
            }
        ),
        error_messages={"required": _("Please type what to look for.")},
    )

    def clean_q(self) -> str:
        return storable(self.cleaned_data["q"])
