"""Numbers as a table shows them; tags, since a page has a thousand of them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from requests_app.statistics.views.figures import Earlier, points
from requests_app.statistics.views.page import TableRow
from requests_app.suppress import Rate

register = template.Library()


@register.filter
def percent(rate: Rate) -> str | SafeString:
    """“98.4%”, that there are too few cases for it, or a dash where there is none."""
    if rate.percent is None:
        return format_html('<span class="quiet">{}</span>', _("below 10") if rate.whole else "—")
    return f"{rate.percent:.1f}%"


@register.simple_tag
def leading(number: int, address: str, measure: str) -> str | SafeString:
    """A number that leads to its matters; nothing to lead to, nothing but the number."""
    return (
        format_html('<a href="{}{}">{}</a>', address, measure, number) if number and address else str(number)
    )


@register.simple_tag
def leading_rate(rate: Rate, address: str, whole: str) -> str | SafeString:
    """A rate that leads to the matters it is of; `whole` is their measure."""
    if rate.percent is None or not address:
        return percent(rate)
    return format_html('<a href="{}{}">{}</a>', address, whole, percent(rate))


@register.simple_tag
def earlier(figure: Earlier) -> str | SafeString:
    """What a figure was in another span."""
    if figure.value is None:
        return "—"
    return format_html('<a href="{}">{}</a>', figure.url, figure.value)


@register.simple_tag
def change(row: TableRow, name: str) -> str | SafeString:
    """How much a figure differs from that of the span compared with; nothing where that says nothing."""
    if row.earlier is None:
        return ""
    now, then = _plain(getattr(row.numbers, name)), _plain(getattr(row.earlier, name))
    if (more := points(now, then)) is None:
        return ""
    shown = f"{more:+.1f}" if isinstance(now, float) else f"{more:+d}"
    return format_html(' <small class="quiet num">{}</small>', shown if more else "±0")


def _plain(figure: Rate | float | None) -> float | None:
    return figure.percent if isinstance(figure, Rate) else figure
