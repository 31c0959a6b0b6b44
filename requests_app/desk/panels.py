"""The narrow column: how much is on the way at each level, and messages that were given up."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.models import User
from requests_app.desk import queues
from requests_app.desk.models import HandOver
from requests_app.desk.queues import MOST, Queue, Waiting
from requests_app.desk.terms import ON_THE_WAY
from requests_app.models import Ticket
from requests_app.waiting import tonight
from requests_app.workflow import LADDER, Level
from wangguan import clock
from wangguan.notify.models import Message, State

LIST = "admin:requests_app_ticket_changelist"


@dataclass(frozen=True)
class Rung:
    """How one level stands: open, late, due before midnight; and the list behind each."""

    level: Level
    open: int
    overdue: int
    today: int

    @property
    def url(self) -> str:
        return f"{reverse(LIST)}?open=1&level__exact={self.level}"

    @property
    def overdue_url(self) -> str:
        return f"{reverse(LIST)}?due=overdue&level__exact={self.level}"

    @property
    def today_url(self) -> str:
        return f"{reverse(LIST)}?due=today&level__exact={self.level}"


def register() -> None:
    """Called once at start-up."""
    queues.register(
        Queue("handover", _("Notes of the shift before you"), "desk/queues/handover.html", 5, notes),
        Queue("way", _("On the way"), "desk/queues/ladder.html", 50, ladder),
        Queue("messages", _("Messages given up"), "desk/queues/messages.html", 82, messages),
    )


def notes(user: User, limit: int) -> Waiting:
    """Hand-over notes that wait to be read by this person."""
    unread = HandOver.objects.filter(to=user, read=None).select_related("by", "community")
    found = list(unread.defer("community__boundary")[:limit])
    return Waiting(len(found), found, reverse("desk_handover"))


def ladder(user: User, limit: int) -> Waiting:
    """Open matters that this person may see, by level; counted no further than `ON_THE_WAY`."""
    now = clock.now()
    seen = Ticket.objects.visible_to(user).open()
    scope = doors.admin_scope(user)
    if not scope.everywhere:
        seen = seen.filter(community__in=scope.communities)
    some = seen.order_by("due_at", "id").values_list("level", "due_at")[:ON_THE_WAY]
    midnight = tonight(now)
    counted = {level: [0, 0, 0] for level in LADDER}
    for level, due_at in some:
        row = counted[Level(level)]
        row[0] += 1
        if due_at and due_at <= midnight:
            row[1 if due_at <= now else 2] += 1
    total = sum(row[0] for row in counted.values())
    return Waiting(total, [Rung(level, *row) for level, row in counted.items()], f"{reverse(LIST)}?open=1")


def messages(user: User, limit: int) -> Waiting | None:
    """What the channels gave up or perhaps sent; for those who may read the outbox."""
    if not doors.has_perm(user, "notify.view_message"):
        return None
    troubled = Message.objects.filter(state__in=[State.DEAD, State.UNKNOWN]).order_by("-id")
    count = len(troubled.values_list("pk")[:MOST])
    address = reverse("admin:notify_message_changelist")
    return Waiting(count, [], f"{address}?state__exact={State.DEAD}")
