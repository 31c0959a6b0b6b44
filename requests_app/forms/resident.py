"""What a resident does with their own matter, and how they find it again."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.fields import Choices
from wangguan.fields import WithPhotos, WordsField

WORDS_MAX = 2_000
"""Characters of a note or a comment."""


class NoteForm(WithPhotos):
    """What a resident adds to a matter: words, photos or both."""

    note = WordsField(label=_("What you want to add"), rows=3, max_length=WORDS_MAX, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("note") and not data.get("photos"):
            self.add_error("note", _("Please write a word or add a photo."))
        return data


class ReplyForm(NoteForm):
    """What a resident answers to a question of ours; a photo alone may say it all."""

    use_required_attribute = False
    note = WordsField(
        label=_("Your reply"),
        rows=3,
        max_length=WORDS_MAX,
        error_messages={"required": _("Please write a word or add a photo.")},
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("photos") and self.has_error("note", code="required"):
            del self.errors["note"]
            self.cleaned_data["note"] = ""
        return super().clean()


SATISFACTION: Choices = [
    (1, _("very bad")),
    (2, _("bad")),
    (3, _("so-so")),
    (4, _("good")),
    (5, _("very good")),
]


class VerdictForm(forms.Form):
    """The resident's last word. Nothing is picked beforehand."""

    solved = forms.ChoiceField(
        choices=[("yes", _("Solved")), ("no", _("Not solved"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether it is solved.")},
    )
    satisfaction = forms.TypedChoiceField(
        choices=SATISFACTION,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        label=_("How was it handled"),
    )
    comment = WordsField(label=_("Anything else"), rows=2, max_length=WORDS_MAX, required=False)

    def clean_solved(self) -> bool:
        return self.cleaned_data["solved"] == "yes"


class WithdrawForm(forms.Form):
    note = WordsField(label=_("Why"), rows=2, max_length=WORDS_MAX, required=False)


class TrackForm(forms.Form):
    """Find one's matter by its number and the last four digits of the phone that was left."""

    number = forms.CharField(
        label=_("Number"),
        max_length=40,
        help_text=_("It begins with WG and stands in our message to you."),
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"}),
        error_messages={"required": _("Please give the number that begins with WG.")},
    )
    phone_tail = forms.CharField(
        label=_("Last four digits of your phone"),
        max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Please give the last four digits of the phone you left.")},
    )

    def clean_number(self) -> str:
        """Capital letters, digits and hyphens, however they were typed."""
        return re.sub(r"\s", "", unicodedata.normalize("NFKC", self.cleaned_data["number"])).upper()

    def clean_phone_tail(self) -> str:
        digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", self.cleaned_data["phone_tail"]))
        if not re.fullmatch(r"\d{4}", digits):
            raise forms.ValidationError(_("Please give exactly four digits."))
        return digits
