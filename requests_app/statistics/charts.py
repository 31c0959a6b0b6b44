"""Charts as SVG made on the server: attributes only, in the colour of the text around them.

The same numbers stand in a table beside each, so a screen reader hears one sentence here.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import leather
from django.utils.dateformat import format as date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from leather import theme

from requests_app.statistics.numbers import Numbers
from requests_app.statistics.spans import Span

Series = Sequence[tuple[Span, Numbers]]
WIDTH, HEIGHT = 720, 260
MOST_TICKS = 6
DASHES = ("none", "7 5", "2 4")
"""Lines are told apart by more than colour."""

theme.background_color = "none"
theme.margin = 0.045
theme.legend_font_char_height = theme.legend_gap = 2
for _name in ("label_color", "tick_color", "zero_color"):
    setattr(theme, _name, "currentColor")
theme.tick_font_family = "inherit"


@dataclass(frozen=True)
class Drawing:
    """A chart, and how each of its lines is drawn, for the legend beside it; without `svg` there is none."""

    svg: SafeString = field(default_factory=SafeString)
    legend: list[tuple[str, str]] = field(default_factory=list)


class Line(leather.Line):
    """A line whose legend stands in the page, where it can show the dashes."""

    def legend_to_svg(self, series: Any, palette: Any) -> list[Any]:
        return []


def volumes(series: Series) -> Drawing:
    """Told and resolved, over the span; empty when there is nothing to draw."""
    lines = [
        (_("Told"), [numbers.arrived for _span, numbers in series]),
        (_("Resolved"), [numbers.resolved for _span, numbers in series]),
    ]
    most = max((max(values) for _name, values in lines if values), default=0)
    if not most:
        return Drawing()
    return _chart(series, lines, top=max(most, 4), said=_("Told and resolved over these days"))


def rates(series: Series) -> Drawing:
    """The three rates in per cent; a gap where there were too few cases."""
    lines = [
        (_("Response rate"), [numbers.response.percent for _span, numbers in series]),
        (_("Resolution rate"), [numbers.resolution.percent for _span, numbers in series]),
        (_("Satisfaction rate"), [numbers.satisfaction.percent for _span, numbers in series]),
    ]
    drawn = [(name, values) for name, values in lines if sum(value is not None for value in values) > 1]
    if not drawn:
        return Drawing()
    return _chart(series, drawn, top=100, said=_("The three rates over these days, in per cent"))


def _chart(
    series: Series, lines: Sequence[tuple[str, Sequence[float | None]]], *, top: float, said: str
) -> Drawing:
    """Lines over the first days of the pieces of a span, from 0 to `top`."""
    if len(series) < 2:
        return Drawing()
    days = [span.first for span, _numbers in series]
    chart = leather.Chart()
    chart.add_x_scale(days[0], days[-1])
    chart.add_y_scale(0, top)
    chart.add_x_axis(ticks=_ticks(days), tick_formatter=_day_label)
    chart.add_y_axis(ticks=sorted({round(top * part / 4) for part in range(5)}))
    for (name, values), dashes in zip(lines, DASHES, strict=False):
        pairs = list(zip(days, values, strict=True))
        chart.add_series(leather.Series(pairs, name=str(name)), Line("currentColor", 2, dashes))
    legend = [(str(name), dashes) for (name, _values), dashes in zip(lines, DASHES, strict=False)]
    return Drawing(_svg(chart, said), legend)


def _ticks(days: Sequence[date]) -> list[date]:
    step = -(-len(days) // MOST_TICKS)
    return list(days[::step])


def _day_label(day: date, *_others: object) -> str:
    return str(date_format(day, _("M j")))


def _svg(chart: leather.Chart, said: str) -> SafeString:
    root = ET.Element("svg", {"class": "chart", "role": "img", "viewBox": f"0 0 {WIDTH} {HEIGHT}"})
    root.set("aria-label", said)
    root.append(chart.to_svg_group(WIDTH, HEIGHT))
    for tick in root.iter("line"):
        tick.set("stroke-opacity", "0.18")
    return mark_safe(ET.tostring(root, encoding="unicode"))
