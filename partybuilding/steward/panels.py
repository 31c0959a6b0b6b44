"""What a ticket's pages show of the table it was brought to; one query for those it was not."""

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from grids.models import User
from partybuilding import access
from partybuilding.access import By
from partybuilding.meetings.models import Action, Topic
from partybuilding.meetings.terms import BodyKind
from partybuilding.meetings.workflow import UNSETTLED, TopicState
from partybuilding.steward import results
from requests_app.beside import Panel
from requests_app.models import Ticket


def _topics(ticket: Ticket) -> QuerySet[Topic]:
    rows = Topic.objects.filter(ticket=ticket, body__kind=BodyKind.STEWARD)
    return rows.select_related("body__steward", "meeting").order_by("-pk")


def for_staff(ticket: Ticket, user: User) -> Panel | None:
    """Each topic with what came of it, what is to be done, and how far that is."""
    actions = Action.objects.select_related("seat", "user").order_by("due_on", "pk")
    found = list(_topics(ticket).prefetch_related(Prefetch("actions", actions)))
    if not found:
        return None
    keeps = access.keeps(user, found[0].body.community_id)
    shown = [(topic, topic.state in UNSETTLED, _office(topic) if keeps else "") for topic in found]
    return Panel("steward/panel.html", {"topics": shown})


def _office(topic: Topic) -> str:
    steward = getattr(topic.body, "steward", None)
    return reverse("steward", args=[steward.pk]) if steward else ""


def for_resident(ticket: Ticket) -> Panel | None:
    """That the table of their estate talks it over, and its word once the office has released it."""
    topic = _topics(ticket).exclude(state=TopicState.DROPPED).first()
    if topic is None:
        return None
    return Panel("steward/resident_panel.html", {"topic": topic, "waits": topic.state in UNSETTLED})


def of_actions(actions: Sequence[Action], by: By) -> dict[int, Panel]:
    """What residents said of them, beside the actions of a table; one query."""
    said = results.of_actions([action.pk for action in actions])
    return {key: Panel("steward/verdict_panel.html", {"verdict": verdict}) for key, verdict in said.items()}
