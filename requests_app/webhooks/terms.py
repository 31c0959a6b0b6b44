"""What a subscriber may hear of: names read from the workflow, and groups of them."""

from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.workflow import CALLED, CREATE, EDGES, FAILED, IMPORTED, REMIND, STEPS, SUPERVISED

if TYPE_CHECKING:
    from requests_app.models import TicketEvent

TEST = "webhook.test"
"""The event that somebody of the office sends to see whether it arrives."""
INSIDE = frozenset({"remark", CALLED, "answer_try"})
"""Entries of which nobody beyond the house hears."""
NEW = frozenset({CREATE, IMPORTED})
LATE = frozenset({REMIND, FAILED, SUPERVISED})


class Group(TextChoices):
    """Events by what they mean."""

    ALL = "all", _("Everything that happens to a matter")
    NEW = "new", _("A matter was told or came in")
    STATUS = "status", _("Its status changed")
    PASSED = "passed", _("Another unit holds it now")
    LATE = "late", _("It is late, or its answer did not arrive")


class State(TextChoices):
    ACTIVE = "active", _("Events arrive")
    PAUSED = "paused", _("Paused")


class Why(TextChoices):
    """Why a subscriber is told nothing."""

    BY_HAND = "by_hand", _("paused by hand")
    FAILING = "failing", _("every try failed for a day")
    GONE = "gone", _("it answered that it wants no more (410)")


def kind_of(step: str) -> str:
    """The type of the event that an entry of this step is: "ticket.accept"."""
    return f"ticket.{step}"


STEP_LABELS: dict[str, "Promise"] = {
    kind_of(name): label
    for name, label in [*((step.name, step.label) for step in STEPS.values()), *EDGES.items()]
    if name not in INSIDE
}
"""Every type of event with its label, in the workflow's order."""
KNOWN = frozenset({*Group.values, *STEP_LABELS})


def names_of(entry: "TicketEvent") -> frozenset[str]:
    """By which names a subscriber may have asked for this entry; none for what stays inside."""
    if entry.step in INSIDE:
        return frozenset()
    is_of = {
        Group.ALL: True,
        Group.NEW: entry.step in NEW,
        Group.STATUS: entry.from_status != entry.to_status,
        Group.PASSED: bool(entry.from_unit) and entry.from_unit != entry.to_unit,
        Group.LATE: entry.step in LATE,
    }
    return frozenset({kind_of(entry.step), *(group.value for group, fits in is_of.items() if fits)})
