"""What this room offers: a page down the office's side, what waits on the desk, a tab for departments."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids import bar, doors
from requests_app.beside import ListAction
from requests_app.desk import nav, queues
from requests_app.desk.queues import MOST, Queue, Waiting, fill
from requests_app.whistles import access
from requests_app.whistles.models import Call, Whistle
from requests_app.whistles.queries import WhistleQuerySet
from requests_app.whistles.shown import rows
from requests_app.whistles.terms import OFFERED_TICKETS
from wangguan import clock

if TYPE_CHECKING:
    from grids.models import User


DRAFT = ListAction(
    name="draft_a_whistle",
    label=_("Draft a whistle from these"),
    address=lambda numbers: f"{reverse('whistle_new')}?{urlencode({'ticket': numbers}, doseq=True)}",
    may=access.may_draft,
    most=OFFERED_TICKETS,
)


def _to_check_in(user: "User") -> int:
    return Call.objects.count_to_check_in(user, cap=MOST)


TAB = bar.Tab(
    "whistles",
    _("Whistles"),
    "megaphone",
    "worker_whistles",
    place=10,
    may=doors.is_called_only,
    badge=bar.Badge(_to_check_in, "worker_whistles_count", _("to check in to")),
    kept=True,
)


def register() -> None:
    """Called once at start-up."""
    nav.register(
        nav.Link(nav.Group.DISPATCH, _("Whistles"), "whistles", place=30, may=access.may_look),
        nav.Link(
            nav.Group.RULES,
            _("Limits of whistles"),
            "admin:whistles_kindrule_changelist",
            place=35,
            needs="whistles.view_kindrule",
        ),
    )
    queues.register(
        Queue(
            "whistles",
            _("Whistles, waiting for departments"),
            "whistles/queue.html",
            20,
            waiting_for_departments,
        ),
        Queue(
            "whistle_approvals",
            _("Whistles that wait for your approval"),
            "whistles/queue_approve.html",
            30,
            waiting_for_approval,
        ),
    )
    bar.register(TAB)


def waiting_for_departments(user: "User", limit: int) -> Waiting | None:
    """What the reader may urge, soonest deadline first; three queries."""
    if not access.may_draft(user):
        return None
    blown = Whistle.objects.visible_to(user).under_way()
    return _waiting(blown.order_by("check_in_due", "id"), limit, "?state=blown")


def waiting_for_approval(user: "User", limit: int) -> Waiting | None:
    """Drafts, for street leaders."""
    if not access.may_approve(user):
        return None
    drafts = Whistle.objects.visible_to(user).to_approve()
    return _waiting(drafts.order_by("id"), limit, "?state=drafted")


def _waiting(found: WhistleQuerySet, limit: int, query: str) -> Waiting:
    whole = found.select_related("drafted_by").prefetch_related("calls__department")
    more = reverse("whistles") + query
    return fill(whole, lambda first: rows(first, now=clock.now()), limit=limit, more=more)
