"""Releasing a matter for everybody to read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.models import Photo
from requests_app.publicity import found
from requests_app.services.publishing import LONGEST, Text
from wangguan.fields import WordsField


class PublicationForm(forms.Form):
    """The words as everybody shall read them, filled with what was masked; a person has read them."""

    words = WordsField(label=_("What happened, as everybody reads it"), rows=5, max_length=LONGEST)
    answer = WordsField(label=_("The answer, as everybody reads it"), rows=6, max_length=LONGEST)
    place = forms.CharField(label=_("The place, to the building at most"), max_length=100, required=False)
    photos = forms.ModelMultipleChoiceField(
        label=_("Photos that nobody can be recognised on"),
        queryset=Photo.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    has_read = forms.BooleanField(
        label=_("I have read it: no name, no phone, no plate, no door is in it"),
        error_messages={"required": _("Please read it through once and tick the box.")},
    )
    leads_to_nobody = forms.BooleanField(
        label=_("What is named above leads to nobody, a public office's phone for one; it may stay"),
        required=False,
    )
    action_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, photos: Any, has_answer: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_answer:
            del self.fields["answer"]
        self.fields["photos"].queryset = photos  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What was typed is looked through once more: a hand that mends may put back what was masked."""
        data = super().clean() or self.cleaned_data
        self.left = {name: _found_in(data.get(name, "")) for name in ("words", "answer", "place")}
        if not data.get("leads_to_nobody"):
            for name in [name for name, left in self.left.items() if left]:
                self.add_error(name, _("This may lead to a person: %(what)s") % {"what": self.left[name]})
        return data

    @property
    def asks_about_the_rest(self) -> bool:
        """Something that may lead to a person is still in the words."""
        return any(getattr(self, "left", {}).values())

    @property
    def text(self) -> Text:
        return Text(*(self.cleaned_data.get(name, "") for name in ("words", "answer", "place")))


def _found_in(text: str) -> str:
    return ", ".join(f"“{text[span.start : span.end]}”" for span in found(text))
