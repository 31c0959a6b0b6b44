"""The narrow column: how much is on the way at each level, and messages that were given up."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.models import User
from requests_app.desk import queues
from requests_app.desk.models import HandOver
from requests_app.desk.queues import MOST, Queue, Waiting
from requests_app.models import Ticket
from requests_app.waiting import Open, open_by_level
from wangguan import clock
from wangguan.notify.models import Channel, Message, State

LIST = "admin:requests_app_ticket_changelist"


class Rung(Open):
    """How one level stands, and the list behind each number."""

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
    """Open matters that this person may see, by level."""
    seen = Ticket.objects.visible_to(user)
    scope = doors.admin_scope(user)
    if not scope.everywhere:
        seen = seen.filter(community__in=scope.communities)
    rungs = [Rung(**vars(level)) for level in open_by_level(seen, at=clock.now())]
    return Waiting(sum(rung.open for rung in rungs), rungs, f"{reverse(LIST)}?open=1")


def messages(user: User, limit: int) -> Waiting | None:
    """What the channels gave up or perhaps sent; for those who may read the outbox."""
    if not doors.has_perm(user, "notify.view_message"):
        return None
    # Those of other systems stand beside their subscriber.
    ended = Message.objects.filter(state__in=[State.DEAD, State.UNKNOWN]).exclude(channel=Channel.WEBHOOK)
    troubled = ended.order_by("-id")
    count = len(troubled.values_list("pk")[:MOST])
    address = reverse("admin:notify_message_changelist")
    return Waiting(count, [], f"{address}?state__exact={State.DEAD}")
