"""As what somebody meets a gathering or a sign-up."""

from partybuilding import access
from partybuilding.access import By
from partybuilding.gatherings import keepers
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.workflow import STEPS, Seat


def keeps(by: By, gathering: Gathering) -> bool:
    """Whether this person keeps the gathering: the office that keeps its records, or whom a room names."""
    if by.user and access.keeps(by.user, gathering.community_id):
        return True
    return keepers.keeps(by, gathering)


def seats(by: By, sign_up: SignUp) -> frozenset[Seat]:
    """As what `by` meets this sign-up; empty for a stranger."""
    found = {Seat.SELF} if sign_up.is_of(by.user, by.phone_hash) else set()
    if keeps(by, sign_up.gathering):
        found.add(Seat.KEEPER)
    return frozenset(found)


def may_cancel(sign_up: SignUp) -> bool:
    """Whether a place may still be given up."""
    gathering = sign_up.gathering
    return sign_up.state in STEPS["cancel"].starts and not gathering.has_begun and not gathering.is_off


def may_sign_up(gathering: Gathering, own: SignUp | None) -> bool:
    """Whether the button is offered to somebody whose row (or none) this is."""
    return gathering.is_open and (own is None or own.state in STEPS["again"].starts)
