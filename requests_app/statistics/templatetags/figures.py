"""Numbers as tables show them.

A year has some hundred rows of ten figures: as tags of a template they would take longer than the counting,
so a table's body is written here, one text a cell.
"""

from collections.abc import Iterator

from django import template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from requests_app.statistics.views.figures import Earlier, points
from requests_app.statistics.views.page import Table, TableRow
from requests_app.suppress import Rate

register = template.Library()
Figure = Rate | float | None
COLUMNS = (
    ("arrived", "arrived"),
    ("per_head", "arrived"),
    ("response", "arrived"),
    ("resolution", "said"),
    ("satisfaction", "marked"),
    ("completion", "due"),
    ("overdue", "overdue"),
    ("reopened", "reopened"),
    ("mean_hours", "resolved"),
)
"""What stands in a row, and the measure whose matters are behind it; `per_head` only where it is known."""


# --- whole tables ------------------------------------------------------------------------
@register.simple_tag
def table_rows(table: Table) -> SafeString:
    """The body of a table: each row leads to the page of it alone, each figure to its matters."""
    return mark_safe("".join(_row(row, by_head=table.by_head) for row in table.rows))


def _row(row: TableRow, *, by_head: bool) -> str:
    label = f'<a href="{escape(row.url)}">{escape(row.label)}</a>' if row.url else escape(row.label)
    return f'<tr><th scope="row">{label}</th>{"".join(_cells(row, by_head=by_head))}</tr>'


def _cells(row: TableRow, *, by_head: bool) -> Iterator[str]:
    behind = escape(row.behind)
    for name, measure in COLUMNS:
        if name == "per_head":
            if by_head:
                yield f'<td class="r">{_leading(row.per_head, behind + measure)}</td>'
            continue
        figure = _leading(getattr(row.numbers, name), behind + measure)
        yield f'<td class="r">{figure}{_change(row, name)}</td>'


def _leading(figure: Figure, address: str) -> str:
    """A figure as a link, where there is something to lead to; `address` is escaped."""
    leads = figure.percent is not None if isinstance(figure, Rate) else bool(figure)
    return f'<a href="{address}">{_shown(figure)}</a>' if leads else _shown(figure)


def _shown(figure: Figure) -> str:
    if isinstance(figure, Rate):
        return conditional_escape(percent(figure))
    if figure is None:
        return '<span class="quiet">—</span>'
    return f"{figure:.1f}" if isinstance(figure, float) else str(figure)


def _change(row: TableRow, name: str) -> str:
    """How much a figure differs from that of the span compared with; nothing where that says nothing."""
    if row.earlier is None:
        return ""
    now, then = _plain(getattr(row.numbers, name)), _plain(getattr(row.earlier, name))
    if (more := points(now, then)) is None:
        return ""
    shown = f"{more:+.1f}" if isinstance(now, float) else f"{more:+d}"
    return f' <small class="quiet num">{shown if more else "±0"}</small>'


def _plain(figure: Figure) -> float | None:
    return figure.percent if isinstance(figure, Rate) else figure


# --- single figures ----------------------------------------------------------------------
@register.filter
def percent(rate: Rate) -> str | SafeString:
    """“98.4%”, that there are too few cases for it, or a dash where there is none."""
    if rate.percent is None:
        return format_html('<span class="quiet">{}</span>', _("below 10") if rate.whole else "—")
    return f"{rate.percent:.1f}%"


@register.simple_tag
def leading(number: int, address: str, measure: str) -> SafeString:
    """A number that leads to its matters; nothing to lead to, nothing but the number."""
    return mark_safe(_leading(number, escape(address + measure)) if address else str(number))


@register.simple_tag
def leading_rate(rate: Rate, address: str, whole: str) -> SafeString:
    """A rate that leads to the matters it is of; `whole` is their measure."""
    return mark_safe(_leading(rate, escape(address + whole)) if address else _shown(rate))


@register.simple_tag
def earlier(figure: Earlier) -> str | SafeString:
    """What a figure was in another span."""
    if figure.value is None:
        return "—"
    return format_html('<a href="{}">{}</a>', figure.url, figure.value)
