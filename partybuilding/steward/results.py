"""What households said, together: shares and means, never one household's voice.

Nothing is shown while an asking is open: whoever looked before and after one neighbour answered would
read that neighbour's mark. Nothing is shown of fewer than `FEWEST` households either.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Q

from partybuilding.steward.models import Appraisal, Poll
from partybuilding.steward.queries import households_in
from partybuilding.steward.terms import MARKS, Question, Via
from partybuilding.steward.workflow import Asking
from requests_app.figures import FEWEST

SCALE = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Share:
    """How many households of a hundred gave one mark; rounded, so that a row may sum to 99 or 101."""

    mark: int
    label: str
    percent: int


@dataclass(frozen=True)
class Line:
    """One question: its mean of 1 to 5, and the shares from five down to one."""

    label: str
    mean: float
    shares: list[Share]


@dataclass(frozen=True)
class Results:
    """Of a month. `lines` and `comments` are empty while they may not be shown."""

    month: date
    state: str
    asked: int
    answered: int
    at_doors: int
    lines: list[Line] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state == Asking.OPEN

    @property
    def is_hidden(self) -> bool:
        """Closed, with too few households."""
        return not self.is_open and not self.lines

    @property
    def mean(self) -> float | None:
        return sum(line.mean for line in self.lines) / len(self.lines) if self.lines else None


@dataclass(frozen=True)
class Verdict:
    """Of something that was done. `solved` (per cent) and `mean` are None while they may not be shown."""

    poll: Poll
    answered: int
    solved: int | None = None
    mean: float | None = None


def of_month(appraisal: Appraisal, estate_id: int) -> Results:
    """Three queries, two more when it may be shown."""
    counts = appraisal.marks.aggregate(all=Count("pk"), doors=Count("pk", filter=Q(via=Via.VISIT)))
    is_open = appraisal.state == Asking.OPEN
    asked = households_in(estate_id).count() if is_open else appraisal.asked
    shown = not is_open and counts["all"] >= FEWEST
    return Results(
        appraisal.month,
        appraisal.state,
        asked,
        counts["all"],
        counts["doors"],
        _lines(appraisal) if shown else [],
        list(appraisal.marks.exclude(comment="").values_list("comment", flat=True)) if shown else [],
    )


def _lines(appraisal: Appraisal) -> list[Line]:
    rows = list(appraisal.marks.values(*Question.values))
    return [_line(question, [row[question] for row in rows]) for question in Question]


def _line(question: Question, marks: list[int]) -> Line:
    counted = Counter(marks)
    shares = [Share(mark, str(MARKS[mark]), round(100 * counted[mark] / len(marks))) for mark in SCALE]
    return Line(str(question.label), sum(marks) / len(marks), shares)


def of_actions(keys: Sequence[int]) -> dict[int, Verdict]:
    """What households said of these actions, by the action's key; one query."""
    polls = Poll.objects.filter(action__in=keys).annotate(
        answered=Count("stars"), solved=Count("stars", filter=Q(stars__solved=True)), mean=Avg("stars__stars")
    )
    return {poll.action_id: _verdict(poll) for poll in polls.order_by()}


def _verdict(poll: Any) -> Verdict:
    if poll.state == Asking.OPEN or poll.answered < FEWEST:
        return Verdict(poll, poll.answered)
    return Verdict(poll, poll.answered, 100 * poll.solved // poll.answered, poll.mean)
