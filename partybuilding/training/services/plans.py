"""A year's plan is drafted, changed, submitted, and decided on by another."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Community, Role
from grids.queries import people_of
from partybuilding import access as party
from partybuilding.access import By
from partybuilding.gatherings.services.rows import changed
from partybuilding.training import access, messages
from partybuilding.training.models import Plan
from partybuilding.training.terms import NOTE_MAX
from partybuilding.training.workflow import STEPS, State
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable

CHANGING = frozenset({"title", "aim", "sessions_planned", "hours_planned"})


def draft(
    title: str,
    *,
    year: int,
    community: Community | None,
    aim: str,
    sessions_planned: int,
    hours_planned: Decimal,
    form_id: UUID,
    by: By,
) -> Plan:
    """Draft a level's plan of a year; the same form again is the same plan.

    Raises:
        Refused: not this level's keeper, or it has a plan of that year.
    """
    if first := Plan.objects.filter(form_id=form_id).first():
        return first
    if by.user is None or not party.keeps(by.user, community.pk if community else None):
        raise Refused(_("Only the office of this level drafts its plan."))
    try:
        with transaction.atomic():
            return Plan.objects.create(
                title=storable(title),
                year=year,
                community=community,
                aim=storable(aim),
                sessions_planned=sessions_planned,
                hours_planned=hours_planned,
                form_id=form_id,
                made_by=by.user,
            )
    except IntegrityError:
        raise Refused(_("There is a plan of this year and level already."), field="year") from None


@transaction.atomic
def change(plan: Plan, *, by: By, **fields: Any) -> None:
    """Change words and numbers of a plan that is not submitted.

    Raises:
        Refused: not its keeper, or submitted or approved already.
        MovedMeanwhile: somebody else changed it since it was read.
    """
    if unknown := set(fields) - CHANGING:
        raise TypeError(f"Not to be changed: {sorted(unknown)}")
    if not access.keeps(by, plan):
        raise Refused(_("This is not yours to do."))
    if not access.may_write(by, plan):
        raise Refused(_("A plan that is submitted or approved is not changed any more."))
    swap(plan, **fields)
    if by.user:
        journal.note(by.user, [plan], journal.CHANGE, changed(plan, fields))


@transaction.atomic
def take(plan: Plan, name: str, *, by: By, note: str = "") -> None:
    """Take one step; taken twice by the same tap it is one.

    Raises:
        Refused: not this person's step, not from here, or words are missing.
        MovedMeanwhile: somebody else moved the plan since it was read.
    """
    step, note = STEPS[name], storable(note)[:NOTE_MAX]
    if step.who not in access.seats(by, plan):
        raise Refused(_("This is not yours to do; a leader who did not draft it decides."))
    if plan.state == step.to:
        return
    if plan.state not in step.starts:
        raise Refused(_("This is not possible any more; please look at the page again."))
    if step.needs_note and not note:
        raise Refused(_("Please write why."), field="note")
    swap(plan, state=step.to, **_of_step(step.to, by, note))
    if by.user:
        journal.note(by.user, [plan], journal.CHANGE, str(State(step.to).label))
    _tell(plan)


def _of_step(to: str, by: By, note: str) -> dict[str, Any]:
    if to == State.SUBMITTED:
        return {"submitted_by": by.user, "submitted_at": clock.now(), "decided_by": None, "decided_at": None}
    return {"decided_by": by.user, "decided_at": clock.now(), "note": note}


def _tell(plan: Plan) -> None:
    own = (plan.made_by_id, plan.submitted_by_id)
    if plan.state == State.SUBMITTED:
        leaders = [person for person in people_of(Role.STREET_LEADER) if person.pk not in own]
        outbox.add(messages.of(messages.SUBMITTED, plan, leaders))
        return
    authors = {person.pk: person for person in (plan.made_by, plan.submitted_by) if person}
    outbox.add(messages.of(messages.DECIDED, plan, authors.values()))
