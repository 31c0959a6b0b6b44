"""Questions about councils: which there are, who sits there, whose turn it is to chair."""

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Max, OuterRef, Subquery

from grids.models import User, today
from partybuilding.meetings.models import Body, Meeting, Seat
from partybuilding.meetings.queries import BodyQuerySet, SeatQuerySet
from partybuilding.meetings.terms import BodyKind
from partybuilding.meetings.workflow import MeetingState

NEVER = date.min


def councils(user: User) -> BodyQuerySet:
    """Standing councils this person's office overlooks: the street and auditors all, a community its own."""
    return Body.objects.visible_to(user).standing().filter(kind=BodyKind.COUNCIL)


def members(bodies: Iterable[Body], on: date | None = None) -> SeatQuerySet:
    """Seats of these councils in force on a day (today), those whose turn is next first.

    Turns go by unit, not by person: `chaired_at` is when the unit last chaired a meeting that was not
    called off, or is to chair one. Units that never did come first, in the order around the table.
    """
    # By unit: a new person takes their unit's turn, not one of their own.
    same = Meeting.objects.order_by().filter(body=OuterRef("body"), chair__unit=OuterRef("unit"))
    last = same.exclude(state=MeetingState.CALLED_OFF).values("body").annotate(last=Max("starts_at"))
    rows = Seat.objects.standing(on or today()).filter(body__in=list(bodies)).select_related("user")
    return rows.annotate(chaired_at=Subquery(last.values("last"))).order_by(
        models.F("chaired_at").asc(nulls_first=True), "place", "pk"
    )


def next_chair(body: Body, on: date) -> Seat | None:
    """The member unit whose turn it is on a day."""
    return members([body], on).filter(may_chair=True).first()
