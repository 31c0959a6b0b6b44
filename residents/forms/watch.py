"""What the auditor narrows the log by."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, today
from residents.services.watch import MOST_DAYS, Span

USUAL_DAYS = 7


class _PastApart(ModelChoiceIterator):
    """Grids in use; after them, as a group, those given up: what was looked at there stays with them."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        grids = list(self.queryset)
        yield "", self.field.empty_label
        yield from (self.choice(grid) for grid in grids if not grid.ended_on)
        if past := [self.choice(grid) for grid in grids if grid.ended_on]:
            yield _("No longer in use"), past


class GridOfThePastField(forms.ModelChoiceField):
    iterator = _PastApart


class SpanForm(forms.Form):
    """Sent by GET; without anything, the last seven days of everybody."""

    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    person = forms.CharField(label=_("Person"), required=False, max_length=50)
    grid = GridOfThePastField(
        Grid.objects.defer("boundary").order_by("code"),
        label=_("Grid"),
        required=False,
        empty_label=_("All grids"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day lies before the first."))
        elif since and until and (until - since).days >= MOST_DAYS:
            self.add_error("until", _("At most %(most)d days at once.") % {"most": MOST_DAYS})
        return cleaned

    def span(self) -> Span:
        """What was asked for; the usual days where that makes no sense."""
        given = self.cleaned_data if self.is_valid() else {}
        until = given.get("until") or min(
            today(), (given.get("since") or today()) + timedelta(days=MOST_DAYS - 1)
        )
        since = given.get("since") or until - timedelta(days=USUAL_DAYS - 1)
        return Span(since, until, given.get("person") or "", given.get("grid"))
