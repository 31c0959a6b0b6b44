"""The steps that a person may take now, as forms: the table's rows with an icon and a rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.forms.steps import Options, StepForm
from requests_app.models import OpenRequestKind, TextStep, Ticket
from requests_app.standard_texts import ReadyText
from requests_app.workflow import Step

FIRST = ("accept", "resume", "grant_extension", "resolve", "answer", "close")
"""Which step is the one thing to do next, the first that is offered."""
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
    "refuse_hold": "x",
    "resume": "play",
    "answer": "message-circle",
    "close": "circle-check-big",
    "reopen": "rotate-ccw",
    "decline": "ban",
    "merge": "git-merge",
    "unmerge": "split",
}


SENDS: dict[str, str | Promise] = {
    "resolve": _("Settle and send"),
    "remark": _("Note it"),
}
"""What the button of an opened step says, where its name alone would not do."""


@dataclass(frozen=True)
class Offer:
    """One step as `parts/step.html` shows it."""

    name: str
    label: str | Promise
    hint: str | Promise
    icon: str
    form: StepForm
    action: str
    primary: bool
    small: bool
    open: bool
    texts: Sequence[ReadyText] = ()

    @property
    def send(self) -> str | Promise:
        return SENDS.get(self.name, self.label)

    @property
    def direct(self) -> bool:
        return self.name in DIRECT


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
    ranked = sorted(steps, key=lambda step: _rank(step.name, ticket, first))
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
    )
