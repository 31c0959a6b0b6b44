"""What pages show of a steward: its six sides, topics as residents read them, what can be rated, the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, F, Prefetch, Q

from grids.models import User, today
from partybuilding.meetings.models import Action, Seat, Topic
from partybuilding.meetings.workflow import UNSETTLED, ActionState, TopicState
from partybuilding.steward import results
from partybuilding.steward.models import Appraisal, Backing, Mark, ServiceEntry, Shown, Stars, Steward
from partybuilding.steward.results import Results, Verdict
from partybuilding.steward.terms import RATED_FOR, Question
from partybuilding.steward.workflow import Asking
from requests_app.figures import FEWEST
from residents import access
from residents.models import Household
from wangguan import clock

LATEST = 10
MOST = 50


# --- who sits there ----------------------------------------------------------------------
@dataclass(frozen=True)
class Party:
    """One of the six sides, and who sits for it today."""

    side: str
    label: str
    seats: Sequence[Seat]


def parties(steward: Steward) -> list[Party]:
    """All six in their order around the table, the empty ones too; one query."""
    seats = list(Seat.objects.standing().filter(body=steward.body_id).select_related("user").around())
    return [
        Party(side.value, str(side.label), [seat for seat in seats if seat.side == side])
        for side in steward.body_kind.parties
    ]


# --- topics as residents read them -------------------------------------------------------
@dataclass(frozen=True)
class Proposed:
    """A topic that waits: `own` of this household, `seconded` by it."""

    topic: Topic
    is_shown: bool
    own: bool
    seconded: bool


def proposed(steward: Steward, household: Household) -> list[Proposed]:
    """Topics a household may second, and those it handed in itself; two queries."""
    rows = Shown.objects.filter(topic__body=steward.body_id, topic__state__in=UNSETTLED).exclude(salt="")
    shown = list(rows.select_related("topic").order_by("-topic__support", "-pk")[: 2 * MOST])
    voices = {row.voice(household.pk): row.pk for row in shown}
    backed = {row.shown_id: row.is_own for row in Backing.objects.filter(voice__in=voices)}
    found = (
        Proposed(row.topic, row.shown_at is not None, backed.get(row.pk, False), row.pk in backed)
        for row in shown
    )
    return [each for each in found if each.is_shown or each.own][:MOST]


@dataclass(frozen=True)
class Settled:
    """An outcome that residents may read: what is to be done, and what households say of it."""

    topic: Topic
    actions: Sequence[tuple[Action, Verdict | None]]


def settled(steward: Steward) -> list[Settled]:
    """The newest first; three queries."""
    actions = Action.objects.select_related("seat", "user").order_by("due_on", "pk")
    rows = Topic.objects.filter(body=steward.body_id, state=TopicState.DECIDED, is_shared=True)
    found = list(rows.prefetch_related(Prefetch("actions", actions)).order_by("-decided_at", "-pk")[:LATEST])
    said = results.of_actions([action.pk for topic in found for action in topic.actions.all()])
    return [
        Settled(topic, [(action, said.get(action.pk)) for action in topic.actions.all()]) for topic in found
    ]


# --- what households are asked -----------------------------------------------------------
@dataclass(frozen=True)
class ToRate:
    """Something that was done, and what this household said of it."""

    action: Action
    said: Stars | None


def to_rate(steward: Steward, household: Household) -> list[ToRate]:
    """What was done and checked in the last days and residents may read of; two queries."""
    rows = Action.objects.filter(
        topic__body=steward.body_id,
        topic__is_shared=True,
        state=ActionState.CONFIRMED,
        confirmed_at__gte=clock.now() - RATED_FOR,
    ).select_related("topic", "poll")
    actions = list(rows.order_by("-confirmed_at", "-pk")[:LATEST])
    polls = [action.poll for action in actions if hasattr(action, "poll")]
    voices = {poll.voice(household.pk) for poll in polls if poll.salt}
    said = {row.poll_id: row for row in Stars.objects.filter(poll__in=polls, voice__in=voices)}
    return [
        ToRate(action, said.get(action.poll.pk) if hasattr(action, "poll") else None)
        for action in actions
        if not hasattr(action, "poll") or action.poll.takes_voices()
    ]


def open_month(steward: Steward) -> Appraisal | None:
    return steward.appraisals.taking().first()


def own_mark(appraisal: Appraisal, household: Household) -> Mark | None:
    return appraisal.marks.filter(voice=appraisal.voice(household.pk)).first()


def last_month(steward: Steward) -> Results | None:
    """The newest month that is closed."""
    row = steward.appraisals.filter(state=Asking.CLOSED).order_by("-month").first()
    return results.of_month(row, steward.estate_id) if row else None


@dataclass(frozen=True)
class Month:
    """The newest closed month of one table, in short. `mean` is None below ten households."""

    month: date
    answered: int
    asked: int
    mean: float | None


def last_months(stewards: Sequence[Steward]) -> dict[int, Month]:
    """By the steward's key; one query."""
    whole = sum((F(f"marks__{question}") for question in Question.values), start=0 * F("pk"))
    rows = Appraisal.objects.filter(steward__in=stewards, state=Asking.CLOSED)
    newest = rows.order_by("steward_id", "-month").distinct("steward_id").values("pk")
    counted = Appraisal.objects.filter(pk__in=newest).annotate(
        answered=Count("marks"), mean=Avg(whole) / len(Question)
    )
    return {
        row.steward_id: Month(
            row.month, row.answered, row.asked, float(row.mean) if row.answered >= FEWEST else None
        )
        for row in counted.order_by()
    }


# --- the log -----------------------------------------------------------------------------
def done_lately(steward: Steward) -> list[ServiceEntry]:
    """The newest of what was done, with its pictures; two queries."""
    rows = steward.services.filter(day__lte=today()).prefetch_related("pictures")
    return list(rows.order_by("-day", "-pk")[:LATEST])


def planned(steward: Steward) -> list[ServiceEntry]:
    """Theme services ahead, the next first."""
    return list(steward.services.filter(day__gt=today()).order_by("day", "pk")[:LATEST])


# --- the doors of a worker ---------------------------------------------------------------
def stewards_of_worker(user: User) -> Any:
    """Tables of estates in which this person knows households (`Household.visible_to`)."""
    reach = access.reach(user)
    homes = Q(estate__buildings__grid__in=reach.grids) | Q(estate__community__in=reach.communities)
    return Steward.objects.standing().filter(homes).distinct()
