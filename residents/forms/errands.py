"""Noting an errand down, and the forms of its steps."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from residents import signature
from residents.models import Errand, Household, Resident
from residents.services.errands import STEPS
from residents.signature import Receipt
from residents.terms import ErrandKind, HandedHow
from wangguan.fields import WordsField
from wangguan.refusals import Refused


class ErrandForm(forms.Form):
    """Who of the household, what, by when."""

    resident = forms.ModelChoiceField(
        label=_("For whom"), queryset=Resident.objects.none(), required=False, empty_label=_("the household")
    )
    kind = forms.ChoiceField(
        label=_("What it is about"),
        choices=ErrandKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say what it is about.")},
    )
    words = WordsField(
        label=_("What is to be done"),
        help_text=_("For example: collect the senior card, bring the ID card back the same day."),
        rows=4,
        max_length=1_000,
        required=False,
    )
    due_on = forms.DateField(
        label=_("Wanted by"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    submission_id = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, household: Household, **options: Any) -> None:
        super().__init__(*args, **options)
        who = self.fields["resident"]
        who.queryset = household.people.here()  # type: ignore[attr-defined]
        who.label_from_instance = lambda person: person.name  # type: ignore[attr-defined]

    def clean_submission_id(self) -> UUID:
        """The form's own key; a form that lost it is a new one."""
        try:
            return UUID(self.cleaned_data["submission_id"])
        except ValueError:
            return uuid4()


class StepForm(forms.Form):
    """A step that needs no words: the version the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def for_service(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CancelForm(StepForm):
    why = WordsField(
        label=_("Why it is cancelled"),
        rows=3,
        max_length=500,
        error_messages={"required": _("Please say why it is cancelled.")},
    )


class HandOverForm(StepForm):
    """Signed here (needs the script), signed on paper, or a fingerprint before a witness by name."""

    how = forms.ChoiceField(
        label=_("How the handing over is shown"), choices=HandedHow.choices, widget=forms.RadioSelect
    )
    signature = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    words = forms.CharField(
        label=_("Name of the witness, or where the paper is kept"), max_length=100, required=False
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        how = told.get("how")
        strokes: list[signature.Stroke] = []
        if how == HandedHow.DRAWN:
            try:
                strokes = signature.read(told.get("signature", ""))
            except Refused as refused:
                self.add_error("how", refused.sentence)
        elif how == HandedHow.WITNESS and not told.get("words"):
            self.add_error("words", _("Please name the witness."))
        if how and not self.errors:
            told["receipt"] = Receipt(HandedHow(how), strokes, told.get("words", ""))
        return told

    def for_service(self) -> dict[str, Any]:
        return {"version": self.cleaned_data["version"], "receipt": self.cleaned_data["receipt"]}


FORMS: dict[str, type[StepForm]] = {
    name: {"cancel": CancelForm, "hand_over": HandOverForm}.get(name, StepForm) for name in STEPS
}


def form_of(name: str, errand: Errand, data: Any = None) -> StepForm:
    """The form of one step, ids apart from those of the others on the page."""
    return FORMS[name](data, initial={"version": errand.version}, auto_id=f"{name}-%s")
