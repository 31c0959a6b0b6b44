"""Questions about tables, meetings, topics and actions. `visible_to` is the office's only door."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, Min, OuterRef, Q, Subquery

from grids.models import today
from partybuilding.access import By, seen_in
from partybuilding.meetings.terms import SOON_DAYS, TERM_SOON
from partybuilding.meetings.workflow import AHEAD, UNSETTLED, WAITING, ActionState, MeetingState

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.meetings.models import Action, Body, Invitation, Meeting, Seat, Topic  # noqa: F401


def of(by: By, path: str = "") -> Q:
    """Rows of a seat that is this person's, by account or by phone. `path` leads to the seat."""
    found = Q(pk__in=())
    if by.user:
        found |= Q(**{f"{path}user": by.user})
    if by.phone_hash:
        found |= Q(**{f"{path}phone_hash": by.phone_hash})
    return found


class BodyQuerySet(models.QuerySet["Body"]):
    def visible_to(self, user: "User") -> "BodyQuerySet":
        """The street and auditors see all, a community its own."""
        return self.filter(seen_in(user))

    def standing(self) -> "BodyQuerySet":
        return self.filter(ended_on__isnull=True)

    def with_counts(self, on: date | None = None) -> "BodyQuerySet":
        """With the next meeting's moment and how many actions are open and how many of them late."""
        actions = _actions(OuterRef("pk"))
        return self.annotate(
            next_at=Min("meetings__starts_at", filter=Q(meetings__state__in=AHEAD)),
            open_actions=_count(actions),
            late_actions=_count(actions.filter(due_on__lt=on or today())),
        )

    def of_person(self, by: By) -> "BodyQuerySet":
        """Tables at which this person has a seat today."""
        from partybuilding.meetings.models import Seat

        own = Seat.objects.standing().filter(of(by))
        return self.standing().filter(pk__in=own.values("body"))


def _actions(body: OuterRef) -> "ActionQuerySet":
    from partybuilding.meetings.models import Action

    return Action.objects.order_by().filter(topic__body=body, state=ActionState.OPEN)


def _count(rows: "ActionQuerySet") -> models.Expression:
    counted = rows.values("topic__body").annotate(number=Count("pk")).values("number")
    return models.functions.Coalesce(Subquery(counted), 0)


class SeatQuerySet(models.QuerySet["Seat"]):
    def standing(self, on: date | None = None) -> "SeatQuerySet":
        """Seats in force on a day (today)."""
        day = on or today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def around(self) -> "SeatQuerySet":
        """In the order around the table, with their people."""
        return self.select_related("user").order_by("place", "pk")

    def of_person(self, by: By) -> "SeatQuerySet":
        return self.filter(of(by))

    def ending(self, on: date) -> "SeatQuerySet":
        """Seats of standing tables that end soon and that nobody follows."""
        from partybuilding.meetings.models import Seat

        later = Seat.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
            body=OuterRef("body"),
            side=OuterRef("side"),
            unit=OuterRef("unit"),
        )
        soon = self.filter(ends_on__range=(on, on + TERM_SOON), body__ended_on__isnull=True)
        return soon.filter(~models.Exists(later))


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: "User") -> "MeetingQuerySet":
        return self.filter(seen_in(user, "body__community"))

    def ahead(self) -> "MeetingQuerySet":
        """Planned or called, the next first."""
        return self.filter(state__in=AHEAD).order_by("starts_at", "pk")

    def for_page(self) -> "MeetingQuerySet":
        """With its table and chair."""
        rows = self.select_related("body__community", "body__organisation", "chair__user")
        return rows.defer("body__community__boundary")

    def took_place(self) -> "MeetingQuerySet":
        return self.filter(state__in=(MeetingState.HELD, MeetingState.CLOSED))


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user: "User") -> "TopicQuerySet":
        return self.filter(seen_in(user, "body__community"))

    def waiting(self) -> "TopicQuerySet":
        """May be put on the next agenda."""
        return self.filter(state__in=WAITING)

    def for_page(self) -> "TopicQuerySet":
        """With where it comes from, who stood how, and what is done about it; five queries."""
        from partybuilding.meetings.models import Action, Voice

        voices = Voice.objects.select_related("seat__user")
        actions = Action.objects.for_page()
        return self.select_related("ticket__category", "ticket__building", "seat__user").prefetch_related(
            models.Prefetch("voices", voices), models.Prefetch("actions", actions)
        )

    def unsettled(self) -> "TopicQuerySet":
        return self.filter(state__in=UNSETTLED)


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: "User") -> "ActionQuerySet":
        return self.filter(seen_in(user, "topic__body__community"))

    def for_page(self) -> "ActionQuerySet":
        """With its owner, request and topic."""
        rows = self.select_related("seat__user", "user", "ticket", "topic__meeting", "topic__body__community")
        return rows.defer("topic__body__community__boundary").order_by("due_on", "pk")

    def open(self) -> "ActionQuerySet":
        return self.filter(state=ActionState.OPEN)

    def late(self, on: date | None = None) -> "ActionQuerySet":
        return self.open().filter(due_on__lt=on or today())

    def in_time(self) -> "ActionQuerySet":
        """Carried out by the day they were due, the portal's own."""
        return self.exclude(state=ActionState.OPEN).filter(done_on__lte=F("due_on"))

    def soon(self, on: date) -> "ActionQuerySet":
        """Due within three days and not told of yet."""
        until = on + timedelta(days=SOON_DAYS)
        return self.open().filter(due_on__range=(on, until), soon_told_on__isnull=True)

    def of_person(self, by: By) -> "ActionQuerySet":
        """Actions this person is the one to carry out: named, or sitting for the side that is."""
        from partybuilding.meetings.models import Seat

        own = Seat.objects.standing().filter(of(by))
        for_unit = own.filter(body=OuterRef("seat__body"), side=OuterRef("seat__side"))
        same_unit = for_unit.filter(unit=OuterRef("seat__unit")).exclude(unit="")
        mine = Q(seat__in=own.values("pk")) | Q(models.Exists(same_unit))
        return self.filter(mine | Q(user=by.user)) if by.user else self.filter(mine)
