"""Why somebody looks at a number in the open."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.forms.fields import radios
from residents.services.unmask import LONGEST, SHORTEST
from wangguan.words import for_the_record, storable

USUAL = {
    "visit": _("To arrange a visit"),
    "request": _("To answer a request"),
    "errand": _("For an errand they asked for"),
    "check": _("To check the register"),
    "danger": _("Danger, no time to lose"),
}


class UnmaskForm(forms.Form):
    """A usual reason, words of one's own, or both."""

    usual = radios(_("Why you need it"), list(USUAL.items()), required=False)
    words = forms.CharField(label=_("In your own words"), max_length=LONGEST - 40, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        usual, words = given.get("usual", ""), storable(given.get("words", ""))
        if not usual and len(words) < SHORTEST:
            self.add_error("words", _("Choose a reason, or say it in at least four characters."))
        parts = [for_the_record(USUAL[usual]) if usual else "", words]
        given["reason"] = " · ".join(part for part in parts if part)
        return given
