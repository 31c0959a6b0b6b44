"""As what somebody meets an item or a claim: the office by posts, units and tellers by their phone."""

from collections.abc import Iterable

from grids import access as doors
from grids.models import User
from partybuilding import access
from partybuilding.access import By
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.terms import MOST_SHARES, Sort
from partybuilding.claims.workflow import CLAIM, ITEM, ClaimState, Seat, Step


def is_contact(by: By, unit: object) -> bool:
    """Whether `by` entered with the phone of this unit's contact."""
    return bool(unit and by.phone_hash) and by.phone_hash == getattr(unit, "contact_hash", "")


def seats(by: By, item: Item, claims: Iterable[Claim]) -> frozenset[Seat]:
    """As what `by` meets this item; `claims` are those that touch it. Empty for a stranger."""
    found = set()
    if by.user and access.keeps(by.user, item.community_id):
        found.add(Seat.KEEPER)
    if is_contact(by, item.unit):
        found.add(Seat.OWNER)
    if by.phone_hash and by.phone_hash == item.contact_hash:
        found.add(Seat.TELLER)
    for claim in claims:
        if claim.state in (ClaimState.AGREED, ClaimState.DONE):
            found |= _through(by, item, claim)
    return frozenset(found)


def _through(by: By, item: Item, claim: Claim) -> set[Seat]:
    """What a claim that both sides agree to makes of somebody."""
    other = claim.counterpart if claim.item_id == item.pk else claim.item
    found = set()
    if is_contact(by, claim.unit) or (other and is_contact(by, other.unit)):
        found.add(Seat.CLAIMANT)
    communities = {claim.community_id, other.community_id if other and other.sort != Sort.RESOURCE else None}
    if by.user and any(access.keeps(by.user, key) for key in communities if key):
        found.add(Seat.USER)
    return found


def allowed(by: By, item: Item, claims: Iterable[Claim]) -> list[Step]:
    """Steps of the item to offer."""
    held = seats(by, item, claims)
    return [step for step in ITEM if not step.follows and step.who & held and item.state in step.starts]


def is_host(by: By, item: Item) -> bool:
    """Who answers for what is claimed: the unit for its resource, else the office that keeps the item."""
    if item.unit_id:
        return is_contact(by, item.unit)
    return by.user is not None and access.keeps(by.user, item.community_id)


def is_claimant(by: By, claim: Claim) -> bool:
    if claim.unit_id:
        return is_contact(by, claim.unit)
    return by.user is not None and access.keeps(by.user, claim.community_id)


def claim_seats(by: By, claim: Claim, others: Iterable[Claim]) -> frozenset[Seat]:
    """As what `by` meets this claim; `others` are the claims on the same item."""
    found = set()
    if is_claimant(by, claim):
        found.add(Seat.CLAIMANT)
    if is_host(by, claim.item):
        found.add(Seat.HOST)
    first = next((each for each in others if each.item_id == claim.item_id and each.is_held), None)
    if first and first.pk != claim.pk and is_claimant(by, first):
        found.add(Seat.FIRST)
    return frozenset(found)


def allowed_of(by: By, claim: Claim, others: Iterable[Claim]) -> list[Step]:
    """Steps of the claim to offer; a share only while there is one to take or to divide."""
    held, item = claim_seats(by, claim, others), claim.item
    steps = [step for step in CLAIM if not step.follows and step.who & held and claim.state in step.starts]
    barred = set()
    if not item.is_running or not item.free:
        barred.add("join")
    if not item.is_running or (not item.free and item.shares >= MOST_SHARES):
        barred.add("divide")
    return [step for step in steps if step.name not in barred]


def plans(by: By, claim: Claim) -> bool:
    """Who sets and reaches milestones: both sides, once they agree."""
    sides = is_claimant(by, claim) or is_host(by, claim.item)
    paired = claim.counterpart and is_host(by, claim.counterpart)
    return claim.state == ClaimState.AGREED and (sides or bool(paired))


def overlooks(user: User, claim: Claim) -> bool:
    """Whether this office reads the inside of a claim: the street and auditors of all, a community of claims
    on or with what is its own, and of those it made itself.
    """
    scope = doors.admin_scope(user)
    items = [each.community_id for each in (claim.item, claim.counterpart) if each]
    return scope.everywhere or any(key in scope.communities for key in (*items, claim.community_id) if key)


def reads(by: By, claim: Claim) -> bool:
    """Who reads the inside of a claim by phone: its two sides."""
    paired = claim.counterpart and is_host(by, claim.counterpart)
    return is_claimant(by, claim) or is_host(by, claim.item) or bool(paired)
