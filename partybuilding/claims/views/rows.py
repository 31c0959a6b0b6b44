"""Claims and steps as pages show them, each with the forms that its reader may send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms

from partybuilding.access import By
from partybuilding.claims.access import allowed, allowed_of, overlooks, plans
from partybuilding.claims.forms.steps import AcceptForm, NoteForm, PlanForm, ReachForm
from partybuilding.claims.models import Claim, Item, Milestone
from partybuilding.claims.workflow import Step

Typed = Mapping[str, forms.Form]
"""Forms that came back with something to mend, by key."""


@dataclass(frozen=True)
class StepRow:
    """A step to offer; `form` where words are asked for."""

    step: Step
    form: forms.Form | None


@dataclass(frozen=True)
class MilestoneRow:
    milestone: Milestone
    form: forms.Form | None


@dataclass(frozen=True)
class ClaimRow:
    """A claim, its steps, its milestones, and the form for one more.

    `inside`: whether the reader may know more of it than everybody does.
    """

    claim: Claim
    steps: list[StepRow]
    milestones: list[MilestoneRow]
    plan: forms.Form | None
    inside: bool


def steps_of(item: Item, claims: Sequence[Claim], by: By, typed: Typed) -> list[StepRow]:
    """Steps of the item but rating, which has a form of its own."""
    found = [step for step in allowed(by, item, claims) if step.name != "rate"]
    return [StepRow(step, _note(f"item-{step.name}", step, typed)) for step in found]


def claim_rows(claims: Sequence[Claim], by: By, typed: Typed) -> list[ClaimRow]:
    return [_row(claim, claims, by, typed) for claim in claims]


def _row(claim: Claim, claims: Sequence[Claim], by: By, typed: Typed) -> ClaimRow:
    steps = [
        StepRow(step, _note(f"claim-{claim.pk}-{step.name}", step, typed))
        for step in allowed_of(by, claim, claims)
    ]
    may = plans(by, claim)
    plan = typed.get(f"plan-{claim.pk}") or PlanForm(auto_id=f"plan-{claim.pk}-%s")
    rows = [_milestone(each, typed) if may else MilestoneRow(each, None) for each in claim.milestones.all()]
    inside = bool(steps) or by.user is None or overlooks(by.user, claim)
    return ClaimRow(claim, steps, rows if inside else [], plan if may else None, inside)


def _milestone(milestone: Milestone, typed: Typed) -> MilestoneRow:
    if milestone.reached_on:
        return MilestoneRow(milestone, None)
    key = f"reach-{milestone.pk}"
    return MilestoneRow(milestone, typed.get(key) or ReachForm(auto_id=f"{key}-%s"))


def _note(key: str, step: Step, typed: Typed) -> forms.Form | None:
    if not step.needs_note:
        return None
    made = AcceptForm if step.name == "accept" else NoteForm
    return typed.get(key) or made(auto_id=f"{key}-%s", step=step)
