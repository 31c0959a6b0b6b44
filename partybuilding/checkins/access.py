"""As what somebody meets a check-in or a service: the office by posts, the person by their phone."""

from grids.models import today
from partybuilding import access
from partybuilding.access import By
from partybuilding.checkins.models import MemberCheckIn, Service, UnitCheckIn
from partybuilding.checkins.workflow import CHECK_IN, SERVICE, Seat, Step


def seats(by: By, row: UnitCheckIn | MemberCheckIn) -> frozenset[Seat]:
    """As what `by` meets this check-in; empty for a stranger."""
    found = set()
    if by.user and access.keeps(by.user, row.community_id):
        found.add(Seat.KEEPER)
    own = row.unit.contact_hash if isinstance(row, UnitCheckIn) else row.phone_hash
    if by.phone_hash and by.phone_hash == own:
        found.add(Seat.SELF)
    return frozenset(found)


def allowed(by: By, row: UnitCheckIn | MemberCheckIn) -> list[Step]:
    """Steps of the check-in to offer."""
    held = seats(by, row)
    return [step for step in CHECK_IN if step.who & held and row.state in step.starts]


def allowed_of(by: By, service: Service) -> list[Step]:
    """Steps of one service to offer; hours only once its day has come."""
    held = seats(by, service.member)
    ahead = service.day > today()
    return [
        step
        for step in SERVICE
        if step.who & held and service.turn in step.starts and not (ahead and step.name == "report")
    ]
