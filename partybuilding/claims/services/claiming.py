"""Claiming: of two at once the first is kept, and the second hears who was faster and what is left."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Community
from partybuilding.access import By
from partybuilding.checkins.models import Unit, UnitCheckIn
from partybuilding.claims import messages
from partybuilding.claims.access import is_claimant
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.services.settling import locked, settle
from partybuilding.claims.terms import CLAIMED_BY_UNITS, MOST_SHARES, Sort
from partybuilding.claims.workflow import ClaimState
from wangguan import journal
from wangguan.notify import outbox
from wangguan.refusals import Refused


@dataclass(frozen=True)
class Wish:
    """What somebody wants to take on.

    Attributes:
        seen: shares that were taken when they read the page; others taken meanwhile were faster.
        counterpart: an own resource (of a unit), or an own need or project (of a community).
    """

    form_id: UUID
    unit: Unit | None = None
    community: Community | None = None
    shares: int = 1
    seen: int = 0
    words: str = ""
    counterpart: Item | None = None


class Faster(Refused):
    """Somebody else claimed since the page was read; nothing was written.

    Attributes:
        first: name of the unit or community that holds the earliest share.
        free: shares that are left; with none, one can ask the first to share.
    """

    def __init__(self, first: str, free: int) -> None:
        super().__init__(_("%(first)s was faster.") % {"first": first})
        self.first, self.free = first, free


@transaction.atomic
def claim(item: Item, wish: Wish, *, by: By) -> Claim:
    """Take shares of an item on; the same form again is the same claim.

    Raises:
        Faster: somebody claimed since the page was read.
        Refused: not theirs to claim, not open, claimed by them already, or more than is left.
    """
    row, paired = _locked(item, wish)
    if first := Claim.objects.filter(form_id=wish.form_id).first():
        return first
    _may(row, paired, wish, by)
    if row.taken != wish.seen or not row.free:
        raise Faster(_first_of(row), row.free)
    if wish.shares > row.free:
        raise Refused(_("Only %(free)d shares are left.") % {"free": row.free}, field="shares")
    return _made(row, paired, wish, by, ClaimState.OFFERED)


@transaction.atomic
def ask(item: Item, wish: Wish, *, by: By) -> Claim:
    """Every share is taken: ask whoever was first to share it. Is one free again, it is claimed.

    Raises:
        Refused: not theirs to claim, not open, claimed by them already, or too many shares.
    """
    row, paired = _locked(item, wish)
    if first := Claim.objects.filter(form_id=wish.form_id).first():
        return first
    _may(row, paired, wish, by)
    if row.shares >= MOST_SHARES and not row.free:
        raise Refused(_("Enough take part already. Thank you!"))
    state = ClaimState.OFFERED if row.free else ClaimState.WAITING
    return _made(row, paired, wish, by, state)


def _locked(item: Item, wish: Wish) -> tuple[Item, Item | None]:
    keys = [item.pk, *([wish.counterpart.pk] if wish.counterpart else [])]
    rows = locked(keys)
    return rows[item.pk], rows[wish.counterpart.pk] if wish.counterpart else None


def _may(item: Item, paired: Item | None, wish: Wish, by: By) -> None:
    claimant = Claim(item=item, unit=wish.unit, community=wish.community)
    if not is_claimant(by, claimant):
        raise Refused(_("This is not yours to do."))
    _fits(item, wish)
    if not item.is_running:
        raise Refused(_("This cannot be claimed any more."))
    if item.claims.open().filter(unit=wish.unit, community=wish.community).exists():
        raise Refused(_("You have claimed this already."))
    if paired and not _pairs(item, paired, wish):
        raise Refused(_("These two cannot be brought together any more."), field="counterpart")


def _fits(item: Item, wish: Wish) -> None:
    """Units take on needs and projects where they are checked in; communities take on resources."""
    if wish.unit:
        if item.sort not in CLAIMED_BY_UNITS:
            raise Refused(_("Resources are claimed by communities."))
        if not UnitCheckIn.objects.here().filter(unit=wish.unit).exists():
            raise Refused(_("Your unit's check-in is not confirmed yet."))
    elif item.sort != Sort.RESOURCE:
        raise Refused(_("Needs and projects are claimed by units."))
    elif item.community_id not in (None, wish.community and wish.community.pk):
        raise Refused(_("This resource is offered to another community."))


def _pairs(item: Item, other: Item, wish: Wish) -> bool:
    """Whether `other` is the claimant's own, of the other side, and has a share left."""
    if wish.unit:
        own = other.sort == Sort.RESOURCE and other.unit_id == wish.unit.pk
        own = own and other.community_id in (None, item.community_id)
    else:
        own = other.sort != Sort.RESOURCE and wish.community is not None
        own = own and other.community_id == (wish.community and wish.community.pk)
    return own and other.is_running and other.free > 0


def _first_of(item: Item) -> str:
    first = Claim.objects.touching(item).open().select_related("unit", "community").order_by("pk").first()
    return first.claimant if first else _("Somebody else")


def _made(item: Item, paired: Item | None, wish: Wish, by: By, state: ClaimState) -> Claim:
    claim = Claim.objects.create(
        item=item,
        counterpart=paired,
        unit=wish.unit,
        community=wish.community,
        shares=1 if state == ClaimState.WAITING else wish.shares,
        words=wish.words,
        state=state,
        form_id=wish.form_id,
        made_by=by.user,
    )
    for row in (item, paired):
        if row:
            settle(row)
    if by.user:
        journal.note(by.user, [item], journal.CHANGE, str(ClaimState(state).label))
    outbox.add(messages.of_claim(claim))
    return claim
