"""What those who serve a grid are told of an announcement: its own words, which an office wrote for all."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from grids.models import Grid, User
from requests_app.announcements.models import Announcement
from wangguan.notify import kinds
from wangguan.notify.models import Message
from wangguan.notify.outbox import Draft

KIND = "announcement"


def register() -> None:
    """Make the kind known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(
            name=KIND,
            title=_("Announcement: %(title)s"),
            text=_("%(text)s"),
            path="/worker/announcements/%(announcement)s/",
        )
    )


def to_people(announcement: Announcement, people: Iterable[User]) -> list[Draft]:
    """One in the portal to each."""
    return [
        Draft(
            key=f"{KIND}:{announcement.pk}:in_app:{person.pk}",
            kind=KIND,
            channel="in_app",
            user=person,
            context=_context(announcement),
        )
        for person in people
    ]


def to_robots(announcement: Announcement, grids: Iterable[Grid]) -> list[Draft]:
    """One to the robot of each grid that has one."""
    return [
        Draft(
            key=robot_key(announcement, grid.pk),
            kind=KIND,
            channel="wecom",
            to=grid.wecom_robot_key,
            context=_context(announcement),
        )
        for grid in grids
        if grid.wecom_robot_key
    ]


def robot_key(announcement: Announcement, grid: int) -> str:
    """Names the message to one grid's robot."""
    return f"{KIND}:{announcement.pk}:wecom:{grid}"


def by_robot(announcement: Announcement, grids: Iterable[int]) -> dict[int, Message]:
    """What became of the message to each grid's robot, by the grid's key; one statement."""
    keys = {robot_key(announcement, grid): grid for grid in grids}
    return {keys[message.key]: message for message in Message.objects.filter(key__in=keys)}


def _context(announcement: Announcement) -> dict[str, str]:
    return {
        "title": announcement.title,
        "text": announcement.text,
        "announcement": str(announcement.pk),
    }
