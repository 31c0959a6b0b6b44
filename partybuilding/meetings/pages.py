"""Where meetings show themselves: the office's side, the desk, the page about oneself, the door."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids import bar
from grids.bar import Tab
from grids.models import User
from partybuilding import access
from partybuilding.access import By
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from partybuilding.meetings import shown
from partybuilding.meetings.models import Action, Seat
from partybuilding.meetings.workflow import ActionState
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import Queue, Waiting, fill


def register() -> None:
    """Called once at start-up."""
    nav.register(Link(Group.PARTY, _("Meetings and resolutions"), "party_tables", place=55))
    queues.register(
        Queue("party_actions", _("Actions to check"), "meetings/queue.html", 76, to_check),
    )
    bar.lay_aside(Tab("tables", _("My seats at a table"), "users", "worker_tables", 60, may=has_seat))
    hats.register(of_phone)


def has_seat(user: User) -> bool:
    return Seat.objects.standing().filter(user=user, body__ended_on__isnull=True).exists()


def to_check(user: User, limit: int) -> Waiting | None:
    """Carried out and not checked, the oldest first, for those who keep the table."""
    if not access.may_write(user):
        return None
    found = Action.objects.visible_to(user).filter(state=ActionState.DONE).order_by("done_at", "pk")

    def rows(found_: object) -> list[shown.ActionRow]:
        return shown.action_rows(list(found_), By(user))  # type: ignore[call-overload]

    return fill(found.for_page().order_by("done_at", "pk"), rows, limit=limit, more=reverse("party_tables"))


def of_phone(phone_hash: str) -> Iterable[Hat]:
    """A seat at a table."""
    seats = Seat.objects.standing().filter(phone_hash=phone_hash, body__ended_on__isnull=True)
    for seat in seats.select_related("body", "user").order_by("pk"):
        said = f"{seat.body} · {seat}"
        yield Hat(_("Seat at a table"), said, reverse("party_own_table", args=[seat.body_id]))
