"""What is typed at the door: a phone, then the code."""

import re
import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from wangguan.fields import PhoneField


class PhoneForm(forms.Form):
    phone = PhoneField(
        label=_("Your mobile number"),
        help_text=_("The one your branch, team or unit has of you."),
        error_messages={"required": _("Please give your mobile number.")},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the message"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Please give the six digits of the message.")},
    )

    def clean_code(self) -> str:
        digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", self.cleaned_data["code"]))
        if not re.fullmatch(r"\d{6}", digits):
            raise forms.ValidationError(_("The code has six digits."))
        return digits
