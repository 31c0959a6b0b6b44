"""One step of an item: published, begun, accepted, taken off. Paired items go along."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.claims import messages
from partybuilding.claims.access import seats
from partybuilding.claims.models import Claim, Item, Picture
from partybuilding.claims.services.agreeing import close
from partybuilding.claims.services.checks import allow, plain, publishable
from partybuilding.claims.services.settling import locked, partners, settle
from partybuilding.claims.terms import WORDS_MAX
from partybuilding.claims.workflow import ITEM_STEPS, LIVE, OPEN, ClaimState, State
from wangguan import clock, journal, photos
from wangguan.notify import outbox
from wangguan.photos import CleanPhoto
from wangguan.swap import MovedMeanwhile, swap
from wangguan.words import for_the_record, storable


def take(item: Item, name: str, *, by: By, note: str = "", pictures: Iterable[CleanPhoto] = ()) -> None:
    """Take one step of an item; taken twice by the same tap it is one.

    Raises:
        Refused: not this person's step, not from here, words are missing or lead to a person.
        MovedMeanwhile: somebody else moved the item since it was read.
    """
    step, note = ITEM_STEPS[name], storable(note)[:WORDS_MAX]
    kept = [photos.store(picture, Picture(item=item)) for picture in pictures]
    with transaction.atomic():
        beside = partners(item)
        rows = locked([item.pk, *beside])
        row = rows.pop(item.pk)
        claims = list(Claim.objects.touching(row).for_page())
        if row.state == step.to:
            item.state = row.state
            return
        allow(step, row.state, seats(by, row, claims), note)
        if row.version != item.version or partners(row) != beside:
            raise MovedMeanwhile
        running = [claim for claim in claims if claim.state in OPEN]
        _TAKEN[name](row, rows, running, by, note)
        Picture.objects.bulk_create(kept)
        if by.user:
            journal.note(by.user, [row], journal.CHANGE, str(State(step.to).label))
        outbox.add(messages.of_item(row, step, running))
        if step.to == State.ACCEPTED:
            outbox.add(messages.to_rate(each for each in (row, *rows.values()) if each.state == step.to))
        item.state, item.version, item.taken = row.state, row.version, row.taken


def _publish(item: Item, _rows: dict[int, Item], _claims: list[Claim], by: By, _note: str) -> None:
    publishable(item)
    now = clock.now()
    swap(item, state=State.PUBLISHED, published_at=now, published_by=by.user, open_since=now)


def _withdraw(item: Item, rows: dict[int, Item], claims: list[Claim], _by: By, note: str) -> None:
    close(claims, to=ClaimState.REFUSED, note=note)
    swap(item, state=State.WITHDRAWN, reason=note)
    for row in (item, *rows.values()):
        settle(row)


def _begin(item: Item, rows: dict[int, Item], claims: list[Claim], _by: By, _note: str) -> None:
    swap(item, state=State.IN_PROGRESS)
    for row in _beside(item, rows, claims):
        if row.state == State.AGREED:
            swap(row, state=State.IN_PROGRESS)


def _accept(item: Item, rows: dict[int, Item], claims: list[Claim], by: By, note: str) -> None:
    """Agreed claims are carried out, others closed; a partner of which every share is done goes along."""
    plain(note, field="note")
    agreed = [claim for claim in claims if claim.state == ClaimState.AGREED]
    close(agreed, to=ClaimState.DONE, note="")
    rest = [claim for claim in claims if claim.state in (ClaimState.OFFERED, ClaimState.WAITING)]
    close(rest, to=ClaimState.REFUSED, note=for_the_record(_("It was carried out without this claim.")))
    done: dict[str, Any] = {
        "state": State.ACCEPTED,
        "accepted_at": clock.now(),
        "accepted_by": by.user,
        "outcome": note,
    }
    swap(item, **done)
    settle(item)
    beside = {row.pk for row in _beside(item, rows, agreed)}
    for row in rows.values():
        settle(row)
        live = Claim.objects.touching(row).filter(state__in=sorted(LIVE))
        if row.pk in beside and not row.free and not live.exists():
            if row.state == State.AGREED:
                swap(row, state=State.IN_PROGRESS)
            swap(row, **done)


def _beside(item: Item, rows: dict[int, Item], claims: list[Claim]) -> list[Item]:
    """Locked partners that an agreed (or just carried out) claim brings along."""
    agreed = [claim for claim in claims if claim.state in (ClaimState.AGREED, ClaimState.DONE)]
    keys = {key for claim in agreed for key in claim.touches()} - {item.pk}
    return [row for key, row in rows.items() if key in keys]


_TAKEN = {"publish": _publish, "withdraw": _withdraw, "begin": _begin, "accept": _accept}
