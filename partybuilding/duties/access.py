"""Who may do what with one turn: together with `visible_to`, the only door."""

from grids.models import User
from partybuilding import access as party
from partybuilding.duties.models import Turn
from partybuilding.duties.queries import stood_for
from partybuilding.duties.terms import OWNING
from partybuilding.duties.workflow import TABLE, Seat, Step


def may_own(user: User) -> bool:
    """Whether duties can be this person's: a post of the street or of a community."""
    return any(post.role in OWNING for post in user.current_posts)


def seats(user: User, turn: Turn) -> frozenset[Seat]:
    """As what `user` meets the turn today; nobody checks what they own or reported themselves, and no
    community what its own secretary answers for.
    """
    if not user.is_active:
        return frozenset()
    if turn.duty.owner_id in stood_for(user):
        return frozenset({Seat.OWNER})
    keeps = party.keeps(user, turn.duty.check_unit) and turn.done_by_id != user.pk
    return frozenset({Seat.KEEPER}) if keeps else frozenset()


def may(user: User, step: Step, turn: Turn) -> bool:
    """Whether this person may take the step on the turn as it stands."""
    return step.start == turn.state and step.open_to(seats(user, turn))


def allowed(user: User, turn: Turn) -> list[Step]:
    """Steps to offer, in the order of the table."""
    held = seats(user, turn)
    return [step for step in TABLE if step.start == turn.state and step.open_to(held)]
