"""As what somebody meets a table: the office by posts, a seat by account or phone."""

from dataclasses import dataclass

from partybuilding import access
from partybuilding.access import By
from partybuilding.meetings.models import Action, Body, Meeting, Seat
from partybuilding.meetings.workflow import As


@dataclass(frozen=True)
class Person:
    """Somebody at one table, asked once and then of every row on it. `seats` are theirs today."""

    by: By
    keeps: bool
    seats: tuple[Seat, ...]

    def at(self, meeting: Meeting | None) -> frozenset[As]:
        """As what they meet the table and this meeting of it."""
        found = {As.KEEPER} if self.keeps else set()
        if self.seats:
            found.add(As.MEMBER)
        if meeting and meeting.chair_id in {seat.pk for seat in self.seats}:
            found.add(As.CHAIR)
        return frozenset(found)

    def of(self, action: Action) -> frozenset[As]:
        """As what they meet an action; the meeting of its topic is read."""
        found = self.at(action.topic.meeting)
        return found | {As.OWNER} if self.owns(action) else found

    def owns(self, action: Action) -> bool:
        """Whether it is theirs to carry out: named, or sitting today for the unit that is."""
        if action.user_id:
            return self.by.user is not None and self.by.user.pk == action.user_id
        return any(_answers(seat, action.seat) for seat in self.seats) if action.seat else False

    @property
    def is_stranger(self) -> bool:
        return not self.keeps and not self.seats


def _answers(seat: Seat, owner: Seat) -> bool:
    if seat.pk == owner.pk:
        return True
    same = (seat.body_id, seat.side, seat.unit) == (owner.body_id, owner.side, owner.unit)
    return same and bool(seat.unit)


def meet(by: By, body: Body) -> Person:
    """Who `by` is at this table; one query."""
    keeps = by.user is not None and access.keeps(by.user, body.community_id)
    seats = Seat.objects.standing().filter(body=body).of_person(by).around()
    return Person(by, keeps, tuple(seats))
