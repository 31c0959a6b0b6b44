"""A figure as a cell writes it."""

from django import template

from partybuilding.year.figures import Value, text

register = template.Library()


@register.filter
def cell(value: Value) -> str:
    return text(value)
