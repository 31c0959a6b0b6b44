"""Cards, charts and their table: how a set of figures is shown, whoever's they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from requests_app.statistics import charts, read
from requests_app.statistics.definitions import COUNTS, HOURS, MORE_RATES, THREE_RATES, Definition
from requests_app.statistics.forms import Asked
from requests_app.statistics.numbers import Numbers
from requests_app.statistics.spans import Span
from requests_app.suppress import FEWEST, Rate

DAYS = ("span", "first", "last", "step", "against")


@dataclass(frozen=True)
class Earlier:
    """What a figure was in another span, and the way to its matters."""

    value: float | int | None
    url: str


@dataclass(frozen=True)
class RateCard:
    """A rate with what it is made of, what it was, and what the street's is where that may be told."""

    definition: Definition
    rate: Rate
    part_url: str
    whole_url: str
    before: Earlier
    year_before: Earlier
    street: float | None = None

    @property
    def before_points(self) -> float | None:
        """Percentage points above the span before."""
        return points(self.rate.percent, self.before.value)

    @property
    def year_points(self) -> float | None:
        """Percentage points above the same days a year earlier."""
        return points(self.rate.percent, self.year_before.value)


@dataclass(frozen=True)
class CountCard:
    definition: Definition
    value: float | int | None
    url: str
    before: Earlier
    year_before: Earlier


class Figures:
    """The figures of a span beside those before it; every number knows the address of its matters."""

    def __init__(
        self, asked: Asked, series: charts.Series, *, before: Numbers, year_before: Numbers, behind: str
    ) -> None:
        """`behind`: the page that shows the matters of a measure, to which the question is added."""
        self.asked, self.span, self.series, self.page_behind = asked, asked.span, series, behind
        self.now = Numbers.together(numbers for _piece, numbers in series)
        self.before, self.year_before = before, year_before

    def context(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "span": self.span,
            "before": self.span.before(),
            "year_before": self.span.year_before(),
            "as_of": read.as_of(),
            "never": read.NEVER,
            "numbers": self.now,
            "three": self.rates(THREE_RATES),
            "more": self.rates(MORE_RATES),
            "counts": self.counts(),
            "series": [(piece, numbers, self.leading(piece)) for piece, numbers in self.series],
            "volumes": charts.volumes(self.series),
            "lines": charts.rates(self.series),
            "fewest": FEWEST,
            "query": self.asked.query,
        }

    def rates(self, definitions: Sequence[Definition]) -> list[RateCard]:
        return [self._rate(definition) for definition in definitions]

    def _rate(self, definition: Definition) -> RateCard:
        return RateCard(
            definition,
            getattr(self.now, definition.name),
            self.behind(definition.part),
            self.behind(definition.whole),
            self._earlier(
                definition.whole, self.span.before(), getattr(self.before, definition.name).percent
            ),
            self._earlier(
                definition.whole, self.span.year_before(), getattr(self.year_before, definition.name).percent
            ),
            self.street_rate(definition.name),
        )

    def street_rate(self, name: str) -> float | None:
        """The whole street's rate, where it may stand beside."""
        return None

    def counts(self) -> list[CountCard]:
        return [self.count(definition, _reader(definition.name)) for definition in (*COUNTS, HOURS)]

    def count(self, definition: Definition, value: Callable[[Numbers], float | int | None]) -> CountCard:
        measure = definition.measure
        return CountCard(
            definition,
            value(self.now),
            self.behind(measure),
            self._earlier(measure, self.span.before(), value(self.before)),
            self._earlier(measure, self.span.year_before(), value(self.year_before)),
        )

    def _earlier(self, measure: str, span: Span, value: float | int | None) -> Earlier:
        return Earlier(value, self.leading(span) + measure)

    # --- addresses -----------------------------------------------------------------------
    def behind(self, measure: str) -> str:
        """The matters that a measure counts in the span."""
        return f"{self.page_behind}?{self.narrowed(measure=measure)}"

    def leading(self, span: Span) -> str:
        """The same for another span; it lacks only the name of the measure."""
        days = {"first": span.first.isoformat(), "last": span.last.isoformat()}
        kept = without(self.asked.query, DAYS)
        return f"{self.page_behind}?" + "&".join(part for part in (kept, urlencode(days), "measure=") if part)

    def narrowed(self, **more: object) -> str:
        """The question, with these values in place of its own."""
        return "&".join(part for part in (without(self.asked.query, more), urlencode(more)) if part)


def without(query: str, names: "Sequence[str] | dict[str, object]") -> str:
    """An address's query less some fields."""
    return "&".join(part for part in query.split("&") if part and part.split("=")[0] not in names)


def points(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else round(now - then, 1)


def _reader(name: str) -> Callable[[Numbers], Any]:
    return lambda numbers: getattr(numbers, name)
