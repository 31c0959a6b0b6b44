"""What the office's templates need: the side with its pages."""

from typing import Any

from django import template

from requests_app.desk import nav

register = template.Library()


@register.inclusion_tag("parts/side_desk.html", takes_context=True)
def side_desk(context: template.Context) -> dict[str, Any]:
    """The office's pages as the reader may open them; the current one is marked."""
    user = context["request"].user
    groups = nav.side(user) if user.is_authenticated and user.is_active else []
    return {"groups": groups, "here": context.get("here", "")}
