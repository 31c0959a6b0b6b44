"""The checklist of a venue as one form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from residents.models import CheckItem
from residents.services.checks import Point
from residents.terms import Checked
from wangguan import clock
from wangguan.fields import WithPhotos, WordsField

WORDS_MAX = 500


@dataclass(frozen=True)
class Line:
    """One item as it stands on the page; `open` is what an earlier check left there."""

    item: CheckItem
    outcome: BoundField
    words: BoundField
    open: Point | None


class CheckForm(WithPhotos):
    """An outcome for every item, words for those not in order, photos and a note for all of it.

    `visited_at` is the moment the form was sent on the phone, which may lie hours before it arrives.
    """

    note = WordsField(label=_("Notes on the check"), rows=3, required=False, max_length=2_000)
    submission_id = forms.CharField(required=False, widget=forms.HiddenInput)
    visited_at = forms.CharField(required=False, widget=forms.HiddenInput({"data-now": ""}))

    def __init__(
        self, *args: Any, items: Sequence[CheckItem], points: Sequence[Point] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.items = items
        self._points = {point.item.pk: point for point in points}
        self.fields["photos"].label = _("Photos of what is not in order")
        for item in items:
            self.fields[_outcome(item)] = forms.ChoiceField(
                label=item.words,
                choices=Checked.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Please say how this one is.")},
            )
            self.fields[_words(item)] = WordsField(
                label=_("What is wrong, and where"), rows=2, required=False, max_length=WORDS_MAX
            )

    @property
    def lines(self) -> Iterator[Line]:
        for item in self.items:
            yield Line(item, self[_outcome(item)], self[_words(item)], self._points.get(item.pk))

    @property
    def unanswered(self) -> int:
        """How many items have no outcome yet."""
        return sum(1 for item in self.items if not self.data.get(_outcome(item)))

    def clean_submission_id(self) -> UUID:
        """The form's own key; a form that lost it is a new one."""
        try:
            return UUID(self.cleaned_data["submission_id"])
        except ValueError:
            return uuid4()

    def clean_visited_at(self) -> datetime:
        """When the phone sent it; now, where it does not say or its clock is ahead."""
        try:
            told = parse_datetime(self.cleaned_data["visited_at"])
        except ValueError:
            told = None
        now = clock.now()
        if told is None:
            return now
        return min(now, told if timezone.is_aware(told) else timezone.make_aware(told))

    def checks(self) -> list[tuple[CheckItem, Checked, str]]:
        """Item, outcome, and the words where it is not in order."""
        told = self.cleaned_data
        found = [(item, Checked(told[_outcome(item)]), told[_words(item)]) for item in self.items]
        return [(item, outcome, words if outcome == Checked.FAILED else "") for item, outcome, words in found]


def rest_in_order(data: QueryDict, items: Sequence[CheckItem]) -> QueryDict:
    """What was ticked, and everything else in order."""
    filled = data.copy()
    for item in items:
        if not filled.get(_outcome(item)):
            filled[_outcome(item)] = Checked.GOOD.value
    return filled


def _outcome(item: CheckItem) -> str:
    return f"item-{item.pk}"


def _words(item: CheckItem) -> str:
    return f"words-{item.pk}"
