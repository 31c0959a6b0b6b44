"""Cells of a report's tables on the page."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from requests_app.reports.services.paper import NOTHING, Noted, Share

register = template.Library()


@register.simple_tag
def cell(value: Any) -> SafeString | str:
    """As it is read; the number of a note stands above the line."""
    if isinstance(value, Noted):
        return format_html("{}<sup>{}</sup>", value.text, value.note)
    return NOTHING if value is None else str(value)


@register.filter
def is_figure(value: Any) -> bool:
    """Whether it stands at the right of its column."""
    return value is None or isinstance(value, int | float | Share)
