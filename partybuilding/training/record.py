"""What one person learnt: sessions they were at, confirmed hours, quizzes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from partybuilding.gatherings.models import SignUp
from partybuilding.gatherings.workflow import State
from partybuilding.training.models import Attempt, Session

LATEST = 100


@dataclass(frozen=True)
class Entry:
    """One session somebody was at. `best`: their better try at its quiz, if they took it."""

    session: Session
    sign_up: SignUp
    best: Attempt | None
    has_quiz: bool


@dataclass(frozen=True)
class Record:
    """The year of one person."""

    year: int
    entries: list[Entry]

    @property
    def hours(self) -> Decimal:
        """Confirmed ones."""
        return sum((entry.sign_up.hours or Decimal(0) for entry in self.entries), Decimal(0))

    @property
    def unconfirmed(self) -> int:
        return sum(entry.sign_up.hours is None for entry in self.entries)


def of(sign_ups: QuerySet[SignUp], year: int) -> Record:
    """The record of whoever signed these up; two statements, newest first."""
    rows = (
        sign_ups.filter(
            state=State.ATTENDED,
            gathering__training_session__plan__year=year,
            gathering__called_off_at__isnull=True,
        )
        .select_related("user", "gathering__training_session__plan", "gathering__training_session__quiz")
        .prefetch_related("quiz_attempts")
        .order_by("-gathering__starts_at", "-pk")[:LATEST]
    )
    return Record(year, [_entry(row) for row in rows])


def _entry(row: Any) -> Entry:
    session: Session = row.gathering.training_session
    tries = sorted(row.quiz_attempts.all(), key=lambda each: (each.score, -each.number))
    return Entry(session, row, tries[-1] if tries else None, hasattr(session, "quiz"))
