"""What is told without anybody's press: duties that are due soon, and those that are late.

Each turn is marked when it was told of; run twice, the second sweep finds nothing left.
"""

from django.db import transaction

from grids.models import today
from partybuilding.duties import messages
from partybuilding.duties.models import Turn
from partybuilding.duties.queries import TurnQuerySet
from partybuilding.duties.services.people import People, by_person
from partybuilding.duties.terms import BATCH
from wangguan.notify import outbox
from wangguan.notify.outbox import Draft


def remind_soon() -> int:
    """Owners hear, seven days before, of what is due; how many turns."""
    done = 0
    while batch := _soon():
        done += batch
    return done


def remind_late() -> int:
    """Owners and those who check hear once, from the day after, of what is late; how many turns."""
    done = 0
    while batch := _late():
        done += batch
    return done


@transaction.atomic
def _soon() -> int:
    turns = _locked(Turn.objects.soon(today()).filter(soon_told_on__isnull=True))
    if turns:
        people = People.today()
        outbox.add(_to_owners("duty_soon", turns, people))
        Turn.objects.filter(pk__in=[turn.pk for turn in turns]).update(soon_told_on=today())
    return len(turns)


@transaction.atomic
def _late() -> int:
    turns = _locked(Turn.objects.late(today()).filter(late_told_on__isnull=True))
    if turns:
        people = People.today()
        outbox.add(_to_owners("duty_late", turns, people) + _to_keepers(turns, people))
        Turn.objects.filter(pk__in=[turn.pk for turn in turns]).update(late_told_on=today())
    return len(turns)


def _locked(found: TurnQuerySet) -> list[Turn]:
    waiting = found.select_related("duty").order_by("due_on", "pk")
    return list(waiting.select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH])


def _to_owners(kind: str, turns: list[Turn], people: People) -> list[Draft]:
    told = by_person((person, turn) for turn in turns for person in people.owning(turn))
    return [draft for person, own in told.items() for draft in messages.of_many(kind, person, own)]


def _to_keepers(turns: list[Turn], people: People) -> list[Draft]:
    told = by_person((person, turn) for turn in turns for person in people.keeping(turn))
    return [
        draft for person, kept in told.items() for draft in messages.of_many("duty_late_below", person, kept)
    ]
