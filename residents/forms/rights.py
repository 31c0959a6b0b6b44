"""What is typed when somebody asks about their own data, and when they are answered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.terms import RightsKind
from wangguan.fields import WordsField

WORDS_MAX = 1_000


class TakeForm(forms.Form):
    """What is asked, and in their words."""

    kind = forms.ChoiceField(
        label=_("What do they ask?"),
        choices=RightsKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    words = WordsField(
        label=_("In their words"),
        rows=3,
        max_length=WORDS_MAX,
        required=False,
        help_text=_("What is wrong, or what is to go. It is kept encrypted."),
    )


class LookForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you look"),
        min_length=4,
        max_length=200,
        help_text=_("It is written down with your name and cannot be changed. Name nobody in it."),
    )


class AnswerForm(forms.Form):
    answer = WordsField(label=_("What was done"), rows=3, min_length=2, max_length=WORDS_MAX)


class RefuseForm(forms.Form):
    reason = WordsField(
        label=_("The reason, as the resident will read it"), rows=3, min_length=5, max_length=WORDS_MAX
    )


class DeleteForm(forms.Form):
    sure = forms.BooleanField(
        label=_("I have checked who asks, and know that this cannot be undone"),
        error_messages={"required": _("Please tick the box first: what is deleted does not come back.")},
    )
