"""The steps that a person may take now, as forms: the table's rows with an icon and a rank."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.models import User
from requests_app import access
from requests_app.forms.steps import Options, StepForm
from requests_app.models import OpenRequestKind, TextStep, Ticket, TicketEvent
from requests_app.services.change import UNDO_GRACE
from requests_app.standard_texts import ReadyText
from requests_app.workflow import STEPS, UNDO, Step

FIRST = ("accept", "resume", "grant_extension", "resolve", "answer", "close")
"""Which step is the one thing to do next, the first that is offered."""
QUEUED = frozenset({"accept", "handle", "remark", "resolve"})
"""Steps that may wait on the phone for a signal."""
DECISIONS = frozenset({"grant_extension", "refuse_extension", "refuse_hold"})
"""Answers to what the holder asked of the unit above."""
OFTEN = frozenset({"resolve", "contact", "handle", "escalate", "answer"})
"""Steps of every day, with their hint; the others stand smaller below."""
DIRECT = frozenset({"accept", "resume"})
"""Taken by one tap: the button itself sends, a note is there for whoever wants to add one."""
ICONS = {
    "accept": "hand",
    "resolve": "check",
    "assign": "user-check",
    "contact": "phone-call",
    "handle": "notebook-pen",
    "remark": "sticky-note",
    "escalate": "arrow-up",
    "send_back": "arrow-down",
    "hand_over": "arrow-left-right",
    "reclassify": "tag",
    "request_extension": "clock",
    "grant_extension": "check",
    "refuse_extension": "x",
    "request_hold": "pause",
    "hold": "pause",
    "ask": "message-circle-question-mark",
    "refuse_hold": "x",
    "refer_to_steward": "users",
    "resume": "play",
    "answer": "message-circle",
    "close": "circle-check-big",
    "reopen": "rotate-ccw",
    "decline": "ban",
    "merge": "git-merge",
    "unmerge": "split",
    "undo": "undo-2",
}


SENDS: dict[str, str | Promise] = {
    "resolve": _("Settle and send"),
    "remark": _("Note it"),
}
"""What the button of an opened step says, where its name alone would not do."""


@dataclass(frozen=True)
class Offer:
    """One step as `parts/step.html` shows it.

    `page` is where it is taken when one form is not enough; `then` is what follows when this
    one waits on the phone.
    """

    name: str
    label: str | Promise
    hint: str | Promise
    icon: str
    form: StepForm
    action: str
    primary: bool
    small: bool
    open: bool
    page: str = ""
    texts: Sequence[ReadyText] = ()
    then: "Offer | None" = None

    @property
    def queued(self) -> bool:
        """Whether it may be taken without signal and sent later."""
        return self.name in QUEUED

    @property
    def send(self) -> str | Promise:
        return SENDS.get(self.name, self.label)

    @property
    def direct(self) -> bool:
        return self.name in DIRECT


@dataclass(frozen=True)
class WayBack:
    """The last step, which the reader took a moment ago, as `parts/undo.html` offers to take it back."""

    said: str | Promise
    action: str
    version: int
    seconds: int
    action_id: UUID


SAID = {
    "accept": _("It is yours now."),
    "assign": _("It is assigned."),
    "hand_over": _("It is handed over."),
}


def way_back(user: User, ticket: Ticket, events: Sequence[TicketEvent], *, now: datetime) -> WayBack | None:
    """What to offer, and for how many more seconds."""
    last = next((event for event in reversed(events) if event.version == ticket.version), None)
    if last is None or ticket.undo_until is None or not access.may(user, STEPS[UNDO], ticket):
        return None
    seconds = math.ceil((ticket.undo_until - UNDO_GRACE - now).total_seconds())
    action = reverse("worker_undo", args=[ticket.number])
    return WayBack(SAID[last.step], action, ticket.version, seconds, uuid4()) if seconds > 0 else None


def offers(
    ticket: Ticket,
    steps: Sequence[Step],
    *,
    mending: StepForm | None = None,
    texts: Mapping[str, Sequence[ReadyText]] | None = None,
) -> list[Offer]:
    """The next thing to do first, then what is done every day, then the rest of the table.

    `mending` is a form that came back with something to correct: it stands open. `texts`
    are the standard texts to offer, by step.
    """
    first = _first(ticket, [step.name for step in steps])
    options = Options(ticket)
    offered = (step for step in steps if step.name != UNDO)  # it stands at the head of the page
    ranked = sorted(offered, key=lambda step: _rank(step.name, ticket, first))
    made = (_offer(step, ticket, options, first, mending) for step in ranked)
    return [replace(offer, texts=(texts or {}).get(offer.name, ())) for offer in made]


def with_texts(steps: Sequence[Step]) -> list[str]:
    """Names of those steps that standard texts may be kept for."""
    return [step.name for step in steps if step.name in TextStep.values]


def _rank(name: str, ticket: Ticket, first: str) -> int:
    """The next thing, then the other answer to what was asked, what is done every day, the rest."""
    if name == first:
        return 0
    if ticket.open_request and name in DECISIONS:
        return 1
    return 2 if name in OFTEN else 3


def _first(ticket: Ticket, names: Sequence[str]) -> str:
    if ticket.open_request == OpenRequestKind.HOLD and "refuse_hold" in names:
        return "hold"
    return next((name for name in FIRST if name in names), "")


def _offer(step: Step, ticket: Ticket, options: Options, first: str, mending: StepForm | None) -> Offer:
    mends = mending is not None and mending.step.name == step.name
    return Offer(
        name=step.name,
        label=step.label,
        hint=step.hint,
        icon=ICONS.get(step.name, "chevron-right"),
        form=mending if mends and mending else StepForm(step, ticket, options),
        action=reverse("worker_step", args=[ticket.number, step.name]),
        primary=step.name == first,
        small=_rank(step.name, ticket, first) == 3,
        open=mends,
        page=reverse("worker_merge", args=[ticket.number]) if step.name == "merge" and not mends else "",
        then=_offer(STEPS["resolve"], ticket, options, "resolve", None) if step.name == "accept" else None,
    )
