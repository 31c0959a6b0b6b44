"""As what somebody meets a volunteer, a team or a call-out: the office by posts, others by their phone."""

from partybuilding import access
from partybuilding.access import By
from partybuilding.teams.models import CallOut, Team, Volunteer
from partybuilding.teams.workflow import CALL, VOLUNTEER, Seat, State, Step


def keeps(by: By, community_id: int | None) -> bool:
    """Whether `by` is of the office that keeps this community's records (None: the street's)."""
    return by.user is not None and access.keeps(by.user, community_id)


def leads(by: By, team: Team) -> bool:
    """Whether `by` is the phone of the team's leader, while both last."""
    leader = team.leader
    return (
        bool(by.phone_hash)
        and team.is_standing
        and leader is not None
        and leader.state == State.CONFIRMED
        and leader.phone_hash == by.phone_hash
    )


def runs(by: By, team: Team) -> bool:
    """Whether `by` makes the team's activities and shifts."""
    return keeps(by, team.community_id) or leads(by, team)


def seats(by: By, row: Volunteer | CallOut) -> frozenset[Seat]:
    """As what `by` meets this row; empty for a stranger."""
    found = set()
    if keeps(by, row.community_id):
        found.add(Seat.KEEPER)
    if isinstance(row, Volunteer) and by.phone_hash and by.phone_hash == row.phone_hash:
        found.add(Seat.SELF)
    return frozenset(found)


def allowed(by: By, row: Volunteer | CallOut) -> list[Step]:
    """Steps to offer."""
    held = seats(by, row)
    table = VOLUNTEER if isinstance(row, Volunteer) else CALL
    stands = row.state if isinstance(row, Volunteer) else row.stage
    return [step for step in table if step.who & held and stands in step.starts]
