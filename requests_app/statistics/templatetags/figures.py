"""Numbers as a table shows them; filters, since a page has a thousand of them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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
