"""What is typed with a step, a milestone, a mark."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding.claims.forms.fields import Once, chips, day
from partybuilding.claims.terms import TITLE_MAX, WORDS_MAX
from partybuilding.claims.workflow import Step
from wangguan.fields import WithPhotos, WordsField

STARS = [(5, _("5, very good")), (4, _("4, good")), (3, _("3, fair")), (2, _("2, poor")), (1, _("1, bad"))]


class NoteForm(forms.Form):
    """A step that wants words."""

    note = WordsField(label=_("In words"), max_length=WORDS_MAX, required=False, rows=2)

    def __init__(self, *args: Any, step: Step, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].label = str(step.note_label)


class AcceptForm(WithPhotos, NoteForm):
    """What came of it, with pictures that show it."""

    field_order = ("note", "photos")


class PlanForm(Once):
    """A milestone ahead."""

    name = forms.CharField(
        label=_("What will be done"),
        max_length=TITLE_MAX,
        error_messages={"required": _("Please say what will be done.")},
    )
    due_on = day(_("By when"))


class ReachForm(WithPhotos):
    """A milestone is reached."""

    reached_on = day(_("Reached on"))
    words = WordsField(
        label=_("What was done"),
        max_length=WORDS_MAX,
        rows=3,
        error_messages={"required": _("Please say in a sentence what was done.")},
    )
    field_order = ("reached_on", "words", "photos")

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"reached_on": today()})
        super().__init__(*args, **options)


class RateForm(Once):
    """How it went, from five down to one."""

    stars = chips(_("How was it?"), STARS, _("Please choose a mark."))
    words = WordsField(label=_("In words"), max_length=WORDS_MAX, required=False, rows=2)
    field_order = ("stars", "words", "how", "form_id")


class SiteRateForm(RateForm):
    """The office asked those who were served."""

    how = forms.CharField(
        label=_("How they were asked"),
        max_length=WORDS_MAX,
        help_text=_("For example: asked 12 residents after the lecture."),
        error_messages={"required": _("Please say how those served were asked.")},
    )
