"""What is asked of the figures: days, and which matters."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access import Scope
from grids.models import Community, Grid, Line, today
from requests_app.models import Category
from requests_app.statistics.read import EVERYTHING, NONE, Where
from requests_app.statistics.spans import Span, Step
from requests_app.workflow import LADDER, Source

LONGEST = 1_100
"""Days: three years and a little."""


class Preset(TextChoices):
    """Spans that people ask for most."""

    WEEK = "7", _("Last 7 days")
    DAYS = "30", _("Last 30 days")
    THIS_MONTH = "month", _("This month")
    LAST_MONTH = "last-month", _("Last month")
    QUARTER = "quarter", _("This quarter")
    YEAR = "year", _("This year")
    FREE = "free", _("From … to …")

    def span(self, on: date) -> Span:
        """The span as it is on a day."""
        match self:
            case Preset.WEEK | Preset.DAYS | Preset.FREE:
                return Span.last_days(7 if self is Preset.WEEK else 30, until=on)
            case Preset.LAST_MONTH:
                return Span.month(on).before()
        around = {Preset.THIS_MONTH: Span.month, Preset.QUARTER: Span.quarter, Preset.YEAR: Span.year}[self]
        return around(on)


class Against(TextChoices):
    """What stands in the tables beside what is now."""

    BEFORE = "before", _("The span before")
    YEAR = "year", _("A year before")

    def span(self, now: Span) -> Span:
        return now.before() if self is Against.BEFORE else now.year_before()


_DAYS = ("span", "first", "last", "step", "against")


@dataclass(frozen=True)
class Asked:
    """What the page answers.

    Attributes:
        query: the filters as they stand in an address, without a leading “?”.
        against: what the tables are compared with, if with anything.
    """

    span: Span
    step: Step
    query: str
    where: Where = EVERYTHING
    against: Against | None = None

    @property
    def is_filtered(self) -> bool:
        """Beyond the reader's own communities."""
        where = self.where
        return bool(where.grids or where.categories or where.lines or where.sources or where.levels)


def _choices(options: Any, everything: Any) -> list[tuple[str, Any]]:
    return [("", everything), *((option.value, option.label) for option in options)]


class Without:
    """In place of a unit or a category: there is none."""

    pk = NONE


class _AndNone(ModelChoiceIterator):
    def __iter__(self) -> Iterator[Any]:
        yield from super().__iter__()
        if self.field.none:  # type: ignore[attr-defined]
            yield str(NONE), self.field.none  # type: ignore[attr-defined]


class ChoiceWithNone(forms.ModelChoiceField):
    """A choice among rows, or of what has none of them: called `none`, and not offered without a name."""

    iterator = _AndNone
    none: str | Promise = ""

    def to_python(self, value: Any) -> Any:
        return Without if self.none and value == str(NONE) else super().to_python(value)


class DaysForm(forms.Form):
    """Which days. Every field may stay empty; what makes no sense narrows nothing and is said."""

    span = forms.ChoiceField(label=_("Days"), choices=Preset.choices, required=False)
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    step = forms.ChoiceField(label=_("Chart"), choices=[("", _("As fits")), *Step.choices], required=False)

    def __init__(self, data: QueryDict) -> None:
        asked: QueryDict = data.copy()
        if not asked.get("span"):
            asked["span"] = Preset.FREE if asked.get("first") else Preset.DAYS
        super().__init__(asked)
        self._said = asked

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("span") != Preset.FREE or self.errors:
            return said
        first, last = said.get("first"), said.get("last")
        if not first or not last:
            self.add_error("last" if first else "first", gettext("Please give both days."))
        elif last < first:
            self.add_error("last", gettext("The last day lies before the first."))
        elif (last - first).days >= LONGEST:
            self.add_error("first", gettext("Three years at most. Please choose a later first day."))
        return said

    def asked(self) -> Asked:
        """What was asked, or the last 30 days where it makes no sense."""
        return self._asked(self.cleaned_data if self.is_valid() else {})

    def _asked(self, said: dict[str, Any]) -> Asked:
        preset = Preset(said.get("span") or Preset.DAYS)
        span = Span(said["first"], said["last"]) if preset is Preset.FREE and said else preset.span(today())
        step = Step(said["step"]) if said.get("step") else _fitting(span)
        return Asked(span, step, self._query(said))

    def _query(self, said: dict[str, Any]) -> str:
        kept = self._said.copy()
        for name in [name for name in kept if name not in self.fields or not kept[name] or not said]:
            del kept[name]
        return str(kept.urlencode())


class AskForm(DaysForm):
    """Which matters, too."""

    community = ChoiceWithNone(
        Community.objects.none(), label=_("Community"), required=False, empty_label=_("All communities")
    )
    grid = ChoiceWithNone(Grid.objects.none(), label=_("Grid"), required=False, empty_label=_("All grids"))
    category = ChoiceWithNone(
        Category.objects.none(), label=_("Category"), required=False, empty_label=_("All categories")
    )
    line = forms.ChoiceField(label=_("Line of work"), choices=_choices(Line, _("All lines")), required=False)
    source = forms.ChoiceField(label=_("Source"), choices=_choices(Source, _("All sources")), required=False)
    level = forms.ChoiceField(label=_("Level"), choices=_choices(LADDER, _("All levels")), required=False)
    against = forms.ChoiceField(
        label=_("Compare the tables with"), choices=_choices(Against, _("Nothing")), required=False
    )

    def __init__(self, data: QueryDict, *, scope: Scope) -> None:
        """`scope`: whose figures the reader may see; others are neither offered nor accepted."""
        super().__init__(data)
        self.scope = scope
        communities = Community.objects.only("pk", "name", "code").order_by("code")
        grids = Grid.objects.only("pk", "name", "code").order_by("code")
        if not scope.everywhere:
            communities = communities.filter(pk__in=scope.communities)
            grids = grids.filter(community__in=scope.communities)
        leaves = Category.objects.filter(parent__isnull=False).only("pk", "name")
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        self.fields["category"].queryset = leaves.order_by(  # type: ignore[attr-defined]
            "parent__position", "position", "code"
        )
        without = {"grid": _("Elsewhere"), "category": _("Without a category")}
        for name, called in (without | ({"community": _("Elsewhere")} if scope.everywhere else {})).items():
            self.fields[name].none = called  # type: ignore[attr-defined]

    @property
    def days(self) -> list[forms.BoundField]:
        """What is asked about the time."""
        return [self[name] for name in _DAYS]

    @property
    def narrowing(self) -> list[forms.BoundField]:
        """Everything else."""
        return [field for field in self if field.name not in _DAYS]

    @property
    def narrowing_errors(self) -> bool:
        return any(field.errors for field in self.narrowing)

    def _asked(self, said: dict[str, Any]) -> Asked:
        against = Against(said["against"]) if said.get("against") else None
        return replace(super()._asked(said), where=self._where(said), against=against)

    def _where(self, said: dict[str, Any]) -> Where:
        community, grid, category = (said.get(name) for name in ("community", "grid", "category"))
        own = () if self.scope.everywhere else tuple(sorted(self.scope.communities)) or (-1,)
        return Where(
            communities=(community.pk,) if community else own,
            grids=(grid.pk,) if grid else (),
            categories=(category.pk,) if category else (),
            lines=(said["line"],) if said.get("line") else (),
            sources=(said["source"],) if said.get("source") else (),
            levels=(said["level"],) if said.get("level") else (),
        )


def _fitting(span: Span) -> Step:
    """The step whose series can be read."""
    if len(span) <= 14:
        return Step.DAY
    return Step.WEEK if len(span) <= 190 else Step.MONTH
