"""What is typed about training: plans, sessions, what is handed out, quizzes and their answers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.models import Community, today
from partybuilding.gatherings.forms import GatheringForm
from partybuilding.training.models import Question
from partybuilding.training.quiz_text import Asked, parse
from partybuilding.training.terms import (
    AIM_MAX,
    FIRST_YEAR,
    LAST_YEAR,
    LECTURER_MAX,
    MOST_HOURS,
    MOST_QUESTIONS,
    MOST_SESSIONS,
    NOTE_MAX,
    TITLE_MAX,
    Mode,
    Topic,
)
from wangguan.fields import WordsField
from wangguan.refusals import Refused


class _Once(forms.Form):
    """A form that knows itself again when it is sent twice."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4


def _hours(label: Any, most: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.5"),
        max_value=most,
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput({"step": "0.5", "inputmode": "decimal"}),
        error_messages={"required": _("Please say how many hours.")},
    )


class PlanWordsForm(forms.Form):
    """What may change while a plan is drafted."""

    title = forms.CharField(
        label=_("Name of the plan"),
        max_length=TITLE_MAX,
        error_messages={"required": _("Please give the plan a name.")},
    )
    aim = WordsField(
        label=_("What it is to achieve"),
        max_length=AIM_MAX,
        error_messages={"required": _("Please say what it is to achieve.")},
    )
    sessions_planned = forms.IntegerField(
        label=_("Sessions planned"),
        min_value=1,
        max_value=MOST_SESSIONS,
        error_messages={"required": _("Please say how many sessions.")},
    )
    hours_planned = _hours(_("Hours of teaching planned"), 9000)


class PlanForm(PlanWordsForm, _Once):
    """A new plan of a year and level."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    community = forms.ModelChoiceField(
        Community.objects.none(),
        label=_("Whose plan"),
        error_messages={"required": _("Please choose the community.")},
    )
    field_order = ("year", "community", "title", "aim", "sessions_planned", "hours_planned", "form_id")

    def __init__(
        self, *args: Any, communities: QuerySet[Community], with_street: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = cast(forms.ModelChoiceField, self.fields["community"])
        field.queryset = communities
        field.required = not with_street
        field.empty_label = str(_("Whole street")) if with_street else str(_("Please choose"))
        self.fields["year"].initial = today().year


class NoteForm(forms.Form):
    note = WordsField(label=_("Words of the decision"), max_length=NOTE_MAX, required=False, rows=2)


class SessionWordsForm(forms.Form):
    """What is taught, by whom and for whom."""

    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    mode = forms.ChoiceField(label=_("Way of teaching"), choices=Mode.choices)
    lecturer = forms.CharField(
        label=_("Lecturer"),
        help_text=_("Name and office, as everybody may read it."),
        max_length=LECTURER_MAX,
        error_messages={"required": _("Please say who teaches.")},
    )
    audience = forms.CharField(label=_("Meant for"), max_length=TITLE_MAX, required=False)
    hours = _hours(_("Hours that count"), MOST_HOURS)


class SessionForm(SessionWordsForm, GatheringForm):
    """A session to announce."""

    field_order = (
        *("title", "topic", "mode", "lecturer", "audience", "words", "place", "day", "first", "last"),
        *("hours", "places", "closes_on", "form_id"),
    )

    def taught(self) -> dict[str, Any]:
        """What is no matter of the gathering."""
        return {name: self.cleaned_data[name] for name in SessionWordsForm.base_fields}


class MaterialForm(_Once):
    """A file or a link to hand out."""

    title = forms.CharField(
        label=_("What it is"),
        max_length=TITLE_MAX,
        error_messages={"required": _("Please say what it is.")},
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word (.docx) or PowerPoint (.pptx), 20 MB at the most."),
        required=False,
        widget=forms.FileInput({"accept": ".pdf,.docx,.pptx"}),
    )
    link = forms.URLField(
        label=_("or a link"), max_length=300, required=False, assume_scheme="https", help_text="https://…"
    )
    field_order = ("title", "file", "link", "form_id")


class QuizForm(forms.Form):
    """The questions as text."""

    typed = WordsField(
        label=_("Questions and answers"),
        help_text=_(
            "First the question, below it two to four answers, each on a line; * before the right one. "
            "A blank line between questions; ten at the most."
        ),
        max_length=6000,
        rows=16,
        error_messages={"required": _("Please write at least one question.")},
    )
    pass_mark = forms.IntegerField(
        label=_("So many right answers pass"), min_value=1, max_value=MOST_QUESTIONS
    )

    def clean_typed(self) -> list[Asked]:
        try:
            return parse(self.cleaned_data["typed"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class AnswersForm(_Once):
    """A quiz to take: one choice of each question."""

    def __init__(self, *args: Any, questions: Sequence[Question], **options: Any) -> None:
        super().__init__(*args, **options)
        for question in questions:
            self.fields[f"q{question.place}"] = forms.TypedChoiceField(
                label=f"{question.place}. {question.text}",
                choices=list(enumerate(question.answers)),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Please choose one.")},
            )

    def chosen(self) -> list[int]:
        """In the order of the questions."""
        return [value for name, value in self.cleaned_data.items() if name.startswith("q")]
