"""What other rooms' templates show of whistles: what waits for whoever serves a department besides."""

from typing import Any

from django import template

from requests_app.whistles import access, shown
from requests_app.whistles.models import Call
from wangguan import clock

register = template.Library()
SHOWN = 5


@register.inclusion_tag("whistles/worker_waiting.html", takes_context=True)
def whistles_waiting(context: template.Context) -> dict[str, Any]:
    """Calls of the reader's departments, the soonest first; nothing is asked for anybody else."""
    user, now = context["request"].user, clock.now()
    if not access.is_of_department(user):
        return {"of_department": False}
    calls = Call.objects.of(user).open().filter(whistle__state="blown").select_related("whistle")
    found = calls.order_by("check_in_due", "id")[:SHOWN]
    rows = [(call, shown.due_of_call(call, now=now)) for call in found]
    return {"of_department": True, "waiting": rows}
