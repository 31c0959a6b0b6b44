"""The way of one claim: agreed to, refused, divided, given back."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.claims import messages
from partybuilding.claims.access import claim_seats
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.services.checks import allow
from partybuilding.claims.services.settling import locked, settle
from partybuilding.claims.terms import MOST_SHARES, WORDS_MAX
from partybuilding.claims.workflow import CLAIM_STEPS, ClaimState, Step
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable


@transaction.atomic
def move(claim: Claim, name: str, *, by: By, note: str = "") -> None:
    """Take one step of a claim; its items follow. Taken twice by the same tap it is one.

    Raises:
        Refused: not this person's step, not from here, no share is left, or words are missing.
        MovedMeanwhile: somebody else moved the claim since it was read.
    """
    step, note = CLAIM_STEPS[name], storable(note)[:WORDS_MAX]
    items = locked(claim.touches())
    others = list(Claim.objects.filter(item=claim.item_id).for_page())
    now = next(each for each in others if each.pk == claim.pk)
    if now.state == step.to:
        claim.state = now.state
        return
    allow(step, now.state, claim_seats(by, now, others), note)
    _shares(step, items[claim.item_id], now)
    swap(claim, **_fields(step, note))
    for item in items.values():
        settle(item)
    if by.user:
        journal.note(by.user, [claim.item], journal.CHANGE, f"{claim.claimant}: {step.label}")
    outbox.add(messages.of_step(now, step, v=claim.version))


def _fields(step: Step, note: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"state": step.to, "note": note}
    return fields | {"agreed_at": clock.now()} if step.to == ClaimState.AGREED else fields


def _shares(step: Step, item: Item, claim: Claim) -> None:
    """Find the share that a waiting claim gets: a free one, or one more."""
    if step.name not in ("join", "divide"):
        return
    if not item.is_running or (step.name == "join" and not item.free):
        raise Refused(_("No share is free just now."))
    if claim.counterpart and not claim.counterpart.free:
        raise Refused(_("What it was paired with has been claimed by others."))
    if not item.free:
        if item.shares >= MOST_SHARES:
            raise Refused(_("It cannot be divided further."))
        swap(item, shares=item.shares + 1)


def close(claims: list[Claim], *, to: ClaimState, note: str) -> None:
    """Claims that end because their item does: carried out, or not agreed to."""
    for claim in claims:
        swap(claim, state=to, note=note if to == ClaimState.REFUSED else "")
