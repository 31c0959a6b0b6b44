"""Carrying out what was agreed: milestones planned and reached, and what those served say of it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import today
from partybuilding.access import By
from partybuilding.claims.access import plans, seats
from partybuilding.claims.models import Claim, Item, Milestone, Picture, Rating
from partybuilding.claims.services.checks import allow
from partybuilding.claims.services.settling import locked, partners
from partybuilding.claims.terms import MOST_MILESTONES, WORDS_MAX
from partybuilding.claims.workflow import ITEM_STEPS, ClaimState, Seat, State
from wangguan import journal, photos
from wangguan.photos import CleanPhoto
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable


@transaction.atomic
def plan(claim: Claim, *, by: By, name: str, due_on: date, form_id: UUID) -> Milestone:
    """A milestone of an agreed claim; the same form again is the same milestone.

    Raises:
        Refused: not one of the two sides, not agreed, a day that is over, or too many.
    """
    if first := Milestone.objects.filter(form_id=form_id).first():
        return first
    if not plans(by, claim):
        raise Refused(_("Milestones are set by the two sides once they agree."))
    if due_on < today():
        raise Refused(_("This day is over."), field="due_on")
    locked([claim.item_id])
    if claim.milestones.count() >= MOST_MILESTONES:
        raise Refused(_("Twenty milestones are enough."))
    row, _new = Milestone.objects.get_or_create(
        form_id=form_id, defaults={"claim": claim, "name": name, "due_on": due_on}
    )
    return row


def reach(milestone: Milestone, *, by: By, on: date, words: str, pictures: Iterable[CleanPhoto] = ()) -> None:
    """A milestone is reached; the first one begins the work.

    Raises:
        Refused: not one of the two sides, reached already, or a day that has not come.
    """
    claim = milestone.claim
    if not plans(by, claim):
        raise Refused(_("Milestones are set by the two sides once they agree."))
    if on > today():
        raise Refused(_("This day has not come yet."), field="reached_on")
    kept = [photos.store(each, Picture(item=claim.item, milestone=milestone)) for each in pictures]
    with transaction.atomic():
        rows = locked(claim.touches())
        waiting = Milestone.objects.filter(
            pk=milestone.pk, reached_on__isnull=True, claim__state=ClaimState.AGREED
        )
        if not waiting.update(reached_on=on, words=storable(words)[:WORDS_MAX]):
            raise Refused(_("This milestone was marked as reached already."))
        Picture.objects.bulk_create(kept)
        for row in rows.values():
            if row.state == State.AGREED:
                swap(row, state=State.IN_PROGRESS)
        if by.user:
            said = _("Milestone reached: %(name)s") % {"name": milestone.name}
            journal.note(by.user, [claim.item], journal.CHANGE, said)


@transaction.atomic
def rate(item: Item, *, by: By, stars: int, words: str, how: str, form_id: UUID) -> Rating:
    """What those served say; by phone each once, on site with how they were asked.

    Raises:
        Refused: not one of those served, not accepted yet, rated by them already, or not said how.
    """
    if first := Rating.objects.filter(form_id=form_id).first():
        return first
    rows = locked([item.pk, *partners(item)])
    row = rows[item.pk]
    claims = list(Claim.objects.touching(row).for_page())
    held = seats(by, row, claims)
    allow(ITEM_STEPS["rate"], row.state, held)
    by_phone = Seat.TELLER in held
    if not by_phone and not how:
        raise Refused(_("Please say how those served were asked."), field="how")
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                item=row,
                stars=stars,
                words=words,
                how="" if by_phone else how,
                phone_hash=by.phone_hash if by_phone else "",
                made_by=by.user,
                form_id=form_id,
            )
    except IntegrityError:
        raise Refused(_("You have rated it already. Thank you!")) from None
    _mark_rated(row, rows.values(), claims)
    if by.user:
        journal.note(by.user, [row], journal.CHANGE, str(State.RATED.label))
    return rating


def _mark_rated(item: Item, rows: Iterable[Item], claims: Iterable[Claim]) -> None:
    """The item, and what it was paired with if that was accepted with it."""
    done = [claim for claim in claims if claim.state == ClaimState.DONE]
    keys = {key for claim in done for key in claim.touches()} | {item.pk}
    for row in rows:
        if row.pk in keys and row.state == State.ACCEPTED:
            swap(row, state=State.RATED)
