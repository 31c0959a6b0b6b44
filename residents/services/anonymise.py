"""Making people anonymous: what of them is emptied, and where.

Used by retention and by a resident's own request. What stays tells how many and when, never who.
Words are emptied whole: those about the person, and those about their homes in which their name,
phone or ID number stands. What a worker wrote about other homes is not searched; it goes with its age.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db.models import F, Q

from residents.models import (
    CareEvent,
    CarePlan,
    Errand,
    Finding,
    RegisterEntry,
    Resident,
    RightsRequest,
    Visit,
    VisitPhoto,
)
from residents.terms import Relation, RightsState, Sex
from wangguan import clock

SHORTEST_WORD = 2
"""A name of one character stands in too many sentences to be looked for."""


def people(them: Sequence[Resident]) -> int:
    """Empty everything that says who they were; how many visits went with them.

    They have left already; the caller's transaction holds their rows.
    """
    keys = [person.pk for person in them]
    _words_that_name(them)
    went = visits(Visit.objects.filter(resident__in=keys).values_list("pk", flat=True))
    errands(Errand.objects.filter(resident__in=keys).values_list("pk", flat=True))
    plans(CarePlan.objects.filter(resident__in=keys).values_list("pk", flat=True))
    RegisterEntry.objects.filter(resident__in=keys).exclude(changes="").update(changes="")
    answered = RightsRequest.objects.exclude(state=RightsState.OPEN)
    answered.filter(resident__in=keys).update(words="", answer="")
    Resident.objects.filter(pk__in=keys).update(
        name="",
        sex=Sex.UNKNOWN,
        born_on=None,
        relation=Relation.OTHER,
        phone="",
        phone_hash="",
        phone_tail_hash="",
        id_number="",
        id_hash="",
        anonymised_at=clock.now(),
        version=F("version") + 1,
    )
    return went


def households(keys: Collection[int]) -> int:
    """Empty what is kept of homes whose people have gone and are anonymous; how many visits went.

    What belongs to somebody who lives elsewhere in the street now stays with them.
    """
    nobodys = Q(resident__isnull=True) | Q(resident__anonymised_at__isnull=False)
    own = Q(household__in=keys) & nobodys
    went = visits(Visit.objects.filter(own).values_list("pk", flat=True))
    errands(Errand.objects.filter(own).values_list("pk", flat=True))
    CareEvent.objects.filter(household__in=keys).delete()
    entries = RegisterEntry.objects.filter(own).exclude(changes="").values_list("pk", flat=True)
    RegisterEntry.objects.filter(pk__in=list(entries)).update(changes="")
    return went


def visits(keys: Iterable[int]) -> int:
    """From now on they tell of the grid, the day and the purpose; how many. Photos go by `photos`."""
    kept = list(keys)
    Finding.objects.filter(visit__in=kept).exclude(words="").update(words="")
    return Visit.objects.filter(pk__in=kept).update(
        household=None,
        resident=None,
        note="",
        follow_up_on=None,
        latitude=None,
        longitude=None,
        anonymised_at=clock.now(),
    )


def errands(keys: Iterable[int]) -> int:
    """Kind, days and hands stay; how many."""
    kept = Errand.objects.filter(pk__in=list(keys))
    return kept.update(words="", signature="", cancelled_why="", resident=None)


def plans(keys: Iterable[int]) -> int:
    """Level and days stay; of which group, and why, nobody knows any more; how many."""
    kept = CarePlan.objects.filter(pk__in=list(keys))
    return kept.update(group="", group_hash="", reason="", ended_why="")


def photos(most: int) -> int:
    """Remove pictures of visits that are anonymous, files before rows, so that no file is forgotten.

    Storage may lie beyond this machine: not inside a transaction. How many, `most` at the most.
    """
    gone = list(VisitPhoto.objects.filter(visit__anonymised_at__isnull=False).order_by("pk")[:most])
    for photo in gone:
        for stored in (photo.image, photo.thumbnail):
            stored.storage.delete(str(stored.name))
    VisitPhoto.objects.filter(pk__in=[photo.pk for photo in gone]).delete()
    return len(gone)


# --- words of a home that name somebody --------------------------------------------------
def _words_that_name(them: Sequence[Resident]) -> None:
    telling = _telling(them)
    noted = Visit.objects.filter(household__in=telling).exclude(note="")
    named = list(_naming(noted.values_list("pk", "household_id", "note"), telling))
    Visit.objects.filter(pk__in=named).update(note="")
    settled = Finding.objects.filter(visit__household__in=telling, settled_at__isnull=False).exclude(words="")
    found = list(_naming(settled.values_list("pk", "visit__household_id", "words"), telling))
    Finding.objects.filter(pk__in=found).update(words="")
    over = Errand.objects.over().filter(household__in=telling).exclude(words="")
    run = list(_naming(over.values_list("pk", "household_id", "words"), telling))
    Errand.objects.filter(pk__in=run).update(words="")
    told = CareEvent.objects.filter(household__in=telling).exclude(note="")
    events = list(_naming(told.values_list("pk", "household_id", "note"), telling))
    CareEvent.objects.filter(pk__in=events).update(note="")


def _telling(them: Sequence[Resident]) -> dict[int, set[str]]:
    """Household → what would name one of them there, for every household they lived in."""
    words = {
        person.pk: {
            word for word in (person.name, person.phone, person.id_number) if len(word) >= SHORTEST_WORD
        }
        for person in them
    }
    homes: dict[int, set[str]] = defaultdict(set)
    for person in them:
        homes[person.household_id] |= words[person.pk]
    lived = RegisterEntry.objects.filter(resident__in=words, household__isnull=False)
    for household, person_id in lived.values_list("household_id", "resident_id"):
        if household is not None and person_id is not None:
            homes[household] |= words[person_id]
    return {home: told for home, told in homes.items() if told}


def _naming(rows: Iterable[tuple[int, int | None, str]], telling: dict[int, set[str]]) -> Iterator[int]:
    """Keys of those (key, household, words) that name somebody of the household."""
    for key, household, words in rows:
        if household is not None and any(word in words for word in telling[household]):
            yield key
