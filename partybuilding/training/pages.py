"""Where training shows itself: the office, the desk, the door, the page “Me” of the staff, its gatherings."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids import bar
from grids.bar import Tab
from grids.models import User, today
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.pages import register_kind
from partybuilding.training import record
from partybuilding.training.models import Plan
from partybuilding.training.workflow import State
from requests_app.desk import nav, queues
from requests_app.desk.doors import leads_street
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import Queue, Waiting, fill

PLACE = 70


def register() -> None:
    """Called once at start-up."""
    nav.register(Link(Group.PARTY, _("Training plan"), "training", place=PLACE))
    queues.register(
        Queue("training_to_approve", _("Training plans to approve"), "training/queue.html", 76, to_approve)
    )
    bar.lay_aside(Tab("training", _("My training"), "graduation-cap", "worker_training", 31))
    hats.register(of_phone)
    register_kind(
        _("Training session"),
        lambda row: _url("training_session", row),
        own_url_of=lambda row: _url("own_training_session", row),
        worker_url_of=lambda row: _url("worker_training_session", row),
        related="training_session",
    )


def _url(name: str, gathering: Gathering) -> str:
    session = getattr(gathering, "training_session", None)
    return reverse(name, args=[session.pk]) if session else ""


def to_approve(user: User, limit: int) -> Waiting | None:
    """Plans that wait for a leader who had no part in them."""
    if not leads_street(user):
        return None
    found = Plan.objects.filter(state=State.SUBMITTED).exclude(made_by=user).exclude(submitted_by=user)
    rows = found.select_related("community").defer("community__boundary").order_by("submitted_at", "pk")
    return fill(rows, list, limit=limit, more=f"{reverse('training')}?state={State.SUBMITTED}")


def of_phone(phone_hash: str) -> Iterable[Hat]:
    """Whoever was at a session this year or the last."""
    year, rows = today().year, SignUp.objects.of_phone(phone_hash)
    own = record.of(rows, year)
    if own.entries or record.of(rows, year - 1).entries:
        said = gettext("%(year)d: %(count)d sessions, %(hours)s hours confirmed")
        told = {"year": year, "count": len(own.entries), "hours": f"{own.hours:f}"}
        yield Hat(_("My training"), said % told, reverse("own_training"))
