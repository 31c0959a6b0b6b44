"""Which figures are asked for."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.access import Scope
from grids.api.fields import CommunityField, Days, GridField, one_of
from grids.models import Line, today
from requests_app.models import Category
from requests_app.statistics.forms import LONGEST
from requests_app.statistics.read import DIMENSIONS, Where
from requests_app.statistics.spans import Span, Step
from requests_app.workflow import LADDER, Source

USUAL = 30
"""Days, where none are given."""
BY = (*DIMENSIONS, *Step.values)
LEVELS = tuple(level.value for level in LADDER)


class FigureFilters(Days):
    """Filters of `GET /api/v1/statistics/`. Who reads one community alone cannot ask for another."""

    by = one_of([(name, name) for name in BY])
    community = CommunityField()
    grid = GridField()
    category = forms.CharField(required=False, max_length=8)
    line = one_of(Line.choices)
    source = one_of(Source.choices)
    level = one_of([(name, name) for name in LEVELS])

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data)
        self.scope = scope

    def clean_category(self) -> tuple[int, ...]:
        """Keys of the category and, for a group, of all in it."""
        code = self.cleaned_data["category"]
        if not code:
            return ()
        found = Category.objects.filter(Q(code=code) | Q(parent__code=code)).values_list("pk", flat=True)
        if not found:
            raise forms.ValidationError(_("There is no category with this code."))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        self._check_days(given)
        self._check_scope(given)
        return given

    def _check_days(self, given: dict[str, Any]) -> None:
        first, last = given.get("since"), given.get("until")
        if first and (last or today()) - first >= timedelta(days=LONGEST):
            self.add_error("since", _("Three years at most. Please choose a later first day."))

    def _check_scope(self, given: dict[str, Any]) -> None:
        community, grid = given.get("community"), given.get("grid")
        if community and not self._is_open(community.pk):
            self.add_error("community", _("There is no community with this code of 12 digits."))
        if grid and not self._is_open(grid.community_id):
            self.add_error("grid", _("There is no grid with this code of 15 digits."))
        if given.get("by") == "grid" and self.scope.everywhere and not (community or grid):
            self.add_error("by", _("Figures by grid are read one community at a time: please name it."))

    def _is_open(self, community: int) -> bool:
        return self.scope.everywhere or community in self.scope.communities

    @property
    def span(self) -> Span:
        """The days asked for; 30 of them, until today, where nothing else was said."""
        first, last = self.cleaned_data["since"], self.cleaned_data["until"]
        until = last or max(first or today(), today())
        return Span(first, until) if first else Span.last_days(USUAL, until=until)

    @property
    def where(self) -> Where:
        """Always within the reader's own communities."""
        said = self.cleaned_data
        own = () if self.scope.everywhere else tuple(sorted(self.scope.communities)) or (-1,)
        return Where(
            communities=(said["community"].pk,) if said["community"] else own,
            grids=(said["grid"].pk,) if said["grid"] else (),
            categories=said["category"],
            **{f"{name}s": (said[name],) for name in ("line", "source", "level") if said[name]},
        )
