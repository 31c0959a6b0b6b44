"""Figures of a plan and of a quiz. Definitions stand beside them on the page.

held: sessions that are over and were not called off. attendances: people who were there, once for each
session. people: each person once. person-hours: confirmed hours of all attendances.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, F, Max, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from partybuilding.gatherings.models import SignUp
from partybuilding.gatherings.workflow import State
from partybuilding.training.models import Attempt, Plan, Quiz


@dataclass(frozen=True)
class Completion:
    """How far a plan is. Hours are hours of teaching; `person_hours` those of everybody together."""

    held: int
    planned: int
    hours_held: Decimal
    hours_planned: Decimal
    attendances: int
    people: int
    person_hours: Decimal
    unconfirmed: int
    """Attendances whose hours nobody has confirmed yet."""

    @property
    def percent(self) -> int:
        """Held of planned, rounded down; more than planned is a hundred."""
        return min(100, 100 * self.held // self.planned)


def completion(plan: Plan) -> Completion:
    """Three statements."""
    held = plan.sessions.held().aggregate(count=Count("pk"), hours=Sum("hours"))
    came = attendances(plan)
    counted: dict[str, Any] = came.aggregate(count=Count("pk"), confirmed=Count("hours"), hours=Sum("hours"))
    return Completion(
        held=held["count"],
        planned=plan.sessions_planned,
        hours_held=held["hours"] or Decimal(0),
        hours_planned=plan.hours_planned,
        attendances=counted["count"],
        people=came.aggregate(people=Count(_WHO, distinct=True))["people"],
        person_hours=counted["hours"] or Decimal(0),
        unconfirmed=counted["count"] - counted["confirmed"],
    )


_WHO = Coalesce(Cast("user_id", CharField()), F("phone_hash"))
"""One key for each person: an account, else a phone."""


def attendances(plan: Plan) -> QuerySet[SignUp]:
    """Who was there, at sessions that were not called off."""
    return SignUp.objects.filter(
        gathering__training_session__plan=plan,
        gathering__called_off_at__isnull=True,
        state=State.ATTENDED,
    )


@dataclass(frozen=True)
class Person:
    """One person of a plan: their latest row, how often they came, and their confirmed hours."""

    sign_up: SignUp
    times: int
    hours: Decimal


def people(plan: Plan, *, after: int = 0, most: int) -> list[Person]:
    """Everybody who came, by the row of their latest sign-up, newest first; three statements at the most.

    Args:
        after: key of the last row that was seen; 0 begins.
    """
    grouped = (
        attendances(plan).values(who=_WHO).annotate(last=Max("pk"), times=Count("pk"), total=Sum("hours"))
    )
    if after:
        grouped = grouped.filter(last__lt=after)
    found = list(grouped.order_by("-last")[:most])
    rows = SignUp.objects.select_related("user").in_bulk([each["last"] for each in found])
    return [Person(rows[each["last"]], each["times"], each["total"] or Decimal(0)) for each in found]


@dataclass(frozen=True)
class Shares:
    """A quiz in numbers: people who took it, who passed, and for each question how many had it right.

    Of each person their better try counts.
    """

    there: int
    took: int
    passed: int
    right: list[tuple[str, int]]


def shares(quiz: Quiz) -> Shares:
    """Two statements; people who were entered as not there after all do not count."""
    there = quiz.session.gathering.sign_ups.filter(state=State.ATTENDED).count()
    tries = quiz.attempts.filter(sign_up__state=State.ATTENDED).order_by("score", "number")
    best = {each.sign_up_id: each for each in tries}
    return Shares(
        there=there,
        took=len(best),
        passed=sum(each.passed for each in best.values()),
        right=[
            (question.text, _right(best.values(), place, question.right))
            for place, question in enumerate(quiz.questions.all())
        ],
    )


def _right(tries: Iterable[Attempt], place: int, right: int) -> int:
    return sum(each.answers[place] == right for each in tries)
