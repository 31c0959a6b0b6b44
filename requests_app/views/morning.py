"""The worker's morning: what burns, what waits, what is mine."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from requests_app.queries import TicketQuerySet
from requests_app.views import lists
from requests_app.views.answers import page
from requests_app.views.cards import Row, rows
from requests_app.views.doors import for_staff, member
from requests_app.views.worker import frame
from requests_app.workflow import Status
from wangguan import clock
from wangguan.notify.models import Message

SHOWN_IN_THE_MORNING = 8


@require_GET
@for_staff
def today(request: HttpRequest) -> HttpResponse:
    """What burns, what waits, what is mine: bounded lists, most urgent first."""
    user, now = member(request), clock.now()
    ours, mine, soon = lists.ours(user), lists.mine(user), lists.soon(now)
    burns = Q(due_at__lte=now) | soon
    context = {
        **frame(request, "today"),
        "now": now,
        "to_call": _few(mine.to_call()),
        "burning": _few(ours.filter(burns)),
        "waiting": _few(ours.filter(status=Status.SUBMITTED).exclude(burns)),
        "mine": _few(mine.exclude(burns)),
        "unread": Message.objects.unread_count(user),
    }
    return page(request, "requests_app/today.html", context)


def _few(tickets: TicketQuerySet) -> list[Row]:
    return rows(tickets.for_list().order_by("due_at", "id")[:SHOWN_IN_THE_MORNING])
