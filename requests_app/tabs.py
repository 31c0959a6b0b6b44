"""What this room puts on the bar of the workers' pages (`grids.bar`)."""

from django.utils.translation import gettext_lazy as _

from grids import bar, doors
from grids.bar import Badge, Tab
from grids.models import User
from wangguan.notify.models import Message


def register() -> None:
    """Called once at start-up."""
    unread = Badge(_unread, "worker_inbox_count", _("unread"))
    bar.register(
        Tab("today", _("Today"), "calendar-check", "worker_today", 10, may=_has_a_morning, kept=True),
        Tab("tickets", _("Requests"), "list", "worker_tickets", 20, may=_has_a_morning, kept=True),
        Tab("new", _("Note one down"), "plus", "worker_new", 30, kept=True),
        Tab("inbox", _("Messages"), "bell", "worker_inbox", 40, may=_has_no_visits, badge=unread),
        Tab("me", _("Me"), "user", "worker_me", 50),
    )


def _unread(user: User) -> int:
    return Message.objects.unread_count(user, cap=100)


def _has_a_morning(user: User) -> bool:
    """Matters come to them; to a department only whistles do."""
    return not doors.is_called_only(user)


def _has_no_visits(user: User) -> bool:
    """Whoever may not enter residents' homes finds messages in the place of visits."""
    return not doors.may_enter_homes(user)
