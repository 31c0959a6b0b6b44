"""The steps that a person may take now, as forms: the table's rows with an icon and a rank."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from requests_app.forms.steps import Options, StepForm
from requests_app.models import OpenRequestKind, Ticket
from requests_app.workflow import STEPS, Step

FIRST = ("accept", "resume", "grant_extension", "resolve", "answer", "close")
"""Which step is the one thing to do next, the first that is offered."""
QUEUED = frozenset({"accept", "handle", "remark", "resolve"})
"""Steps that may wait on the phone for a signal."""
DECISIONS = frozenset({"grant_extension", "refuse_extension", "refuse_hold"})
"""Answers to what the holder asked of the unit above."""
OFTEN = frozenset({"resolve", "contact", "handle", "escalate", "answer"})
"""Steps of every day, with their hint; the others stand smaller below."""
ICONS = {
    "accept": "hand",
    "resolve": "check",
    "assign": "user-check",
    "contact": "phone-call",
    "handle": "notebook-pen",
    "escalate": "arrow-up",
    "send_back": "arrow-down",
    "hand_over": "arrow-left-right",
    "reclassify": "tag",
    "request_extension": "clock",
    "grant_extension": "check",
    "refuse_extension": "x",
    "request_hold": "pause",
    "hold": "pause",
    "refuse_hold": "x",
    "resume": "play",
    "answer": "message-circle",
    "close": "circle-check-big",
    "reopen": "rotate-ccw",
    "decline": "ban",
    "merge": "git-merge",
    "unmerge": "split",
}


@dataclass(frozen=True)
class Offer:
    """One step as `parts/step.html` shows it; `then` is what follows when this one waits on the phone."""

    name: str
    label: str | Promise
    hint: str | Promise
    icon: str
    form: StepForm
    action: str
    primary: bool
    small: bool
    open: bool
    then: "Offer | None" = None

    @property
    def queued(self) -> bool:
        """Whether it may be taken without signal and sent later."""
        return self.name in QUEUED

    @property
    def send(self) -> str | Promise:
        return self.label


def offers(ticket: Ticket, steps: Sequence[Step], *, mending: StepForm | None = None) -> list[Offer]:
    """The next thing to do first, then what is done every day, then the rest of the table.

    `mending` is a form that came back with something to correct: it stands open.
    """
    first = _first(ticket, [step.name for step in steps])
    options = Options(ticket)
    ranked = sorted(steps, key=lambda step: _rank(step.name, ticket, first))
    return [_offer(step, ticket, options, first, mending) for step in ranked]


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
        then=_offer(STEPS["resolve"], ticket, options, "resolve", None) if step.name == "accept" else None,
    )
