"""Following somebody else's matter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.fields import CategoryField
from requests_app.forms.matter import WORDS_MAX
from requests_app.models import FollowKind
from wangguan.fields import PhoneField, WordsField


class FollowForm(forms.Form):
    """Which matter, as what, and a phone if a text message is wanted. Without one the device remembers."""

    number = forms.CharField(max_length=32, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=FollowKind, widget=forms.HiddenInput)
    contact_phone = PhoneField(
        label=_("Mobile number"),
        required=False,
        help_text=_("Only to tell you of this answer; it is erased when you stop."),
    )


class SimilarForm(forms.Form):
    """What of a matter is needed to find its like; whatever makes no sense is left out."""

    description = WordsField(max_length=WORDS_MAX, required=False)
    address = forms.CharField(max_length=200, required=False)
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False)
    grid_token = forms.CharField(max_length=64, required=False)
    category = CategoryField()

    def told(self) -> dict[str, Any]:
        """What could be read; half a point is none."""
        self.is_valid()
        read = {name: self.cleaned_data.get(name) for name in self.fields}
        if None in (read["latitude"], read["longitude"]):
            read["latitude"] = read["longitude"] = None
        return read
