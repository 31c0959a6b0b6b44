"""Words of supervision (督办): the states of a case, what leads from one to the next, who stands over it."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ANSWER_DAYS = 1
"""Working days a unit has to answer where no rule says otherwise."""
JUDGE_DAYS = 1
MOST_DAYS = 30
MOST_REMINDERS = 5
"""After so many a case that nobody touches is no longer reminded of; the lists go on showing it."""
WORDS_MAX = 2_000
BATCH = 500


class State(TextChoices):
    WAITING = "waiting", _("Waits for an answer")
    ANSWERED = "answered", _("Waits for judgement")
    CLOSED = "closed", _("Answer accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN = (State.WAITING, State.ANSWERED)


class Cause(TextChoices):
    RED_CARD = "red_card", _("Red card")
    DECISION = "decision", _("Decided by a leader")
    AUDIT = "audit", _("Finding of the audit")


class Over(TextChoices):
    """Who stands over a unit, from below upward."""

    COMMUNITY = "community", _("Community")
    STREET = "street", _("Dispatch centre")
    LEADERS = "leaders", _("Street leaders")

    @property
    def rank(self) -> int:
        return list(Over).index(self)

    @property
    def above(self) -> "Over":
        """The next one up; the street's leaders have nobody over them here."""
        return list(Over)[min(self.rank + 1, Over.LEADERS.rank)]


class Act(TextChoices):
    """What an entry of a case says happened."""

    OPEN = "open", _("Opened")
    ANSWER = "answer", _("The unit answered")
    ACCEPT = "accept", _("Answer accepted")
    RETURN = "return", _("Answer not accepted")
    WITHDRAW = "withdraw", _("Withdrawn")
    REMIND = "remind", _("Reminded")
    CLIMB = "climb", _("Late; told to the level above")


@dataclass(frozen=True)
class Arrow:
    """From which states an act leads where."""

    sources: tuple[State, ...]
    target: State


TABLE: dict[Act, Arrow] = {
    Act.ANSWER: Arrow((State.WAITING,), State.ANSWERED),
    Act.ACCEPT: Arrow((State.ANSWERED,), State.CLOSED),
    Act.RETURN: Arrow((State.ANSWERED,), State.WAITING),
    Act.WITHDRAW: Arrow(OPEN, State.WITHDRAWN),
}
"""The acts of people; the only place that knows which exist. Reminding and climbing keep the state."""
