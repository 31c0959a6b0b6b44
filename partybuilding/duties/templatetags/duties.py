"""What other rooms' templates show of duties: the way to one's own, for those who can have any."""

from typing import Any

from django import template

from partybuilding.duties import access

register = template.Library()


@register.inclusion_tag("duties/own_link.html", takes_context=True)
def own_duties(context: template.Context) -> dict[str, Any]:
    """One row of the page about oneself; asks the database nothing."""
    return {"may_own": access.may_own(context["request"].user)}
