"""Who is cared for and how often they are visited, in shares that a street would know."""

from typing import NamedTuple

from residents.demo.draw import Draw
from residents.demo.families import AGED, Family, Person
from residents.terms import CareBasis, CareGroup, Relation, Sex, VisitLevel

WEEKLY, MONTHLY, QUARTERLY, HALF_YEARLY = VisitLevel


class Wish(NamedTuple):
    """A plan for one of the family, by place in its list."""

    who: int
    group: CareGroup
    level: VisitLevel
    basis: CareBasis = CareBasis.DUTY


def wishes(family: Family, draw: Draw) -> list[Wish]:
    """The plans of one household."""
    return [*_of_household(family, draw), *_of_people(family, draw)]


def _of_household(family: Family, draw: Draw) -> list[Wish]:
    """What comes from who lives together."""
    found = []
    if family.shape == "old alone" and draw.chance(0.8):
        weekly = draw.chance(0.45 if family.head.age >= 80 else 0.06)
        found.append(Wish(0, CareGroup.ALONE, WEEKLY if weekly else MONTHLY))
        if draw.chance(0.015):
            found.append(Wish(0, CareGroup.DESTITUTE, MONTHLY))
    elif family.shape == "old couple" and family.head.age >= AGED + 3:
        if draw.chance(0.3):
            found.append(Wish(0, CareGroup.EMPTY_NEST, QUARTERLY, CareBasis.CONSENT))
    elif family.shape == "with grandchild" and draw.chance(0.6):
        found.append(Wish(2, CareGroup.LEFT_BEHIND, MONTHLY if draw.chance(0.4) else QUARTERLY))
    elif family.shape == "one parent" and draw.chance(0.06):
        found.append(Wish(1, CareGroup.CHILD, MONTHLY))
    elif family.shape == "couple" and family.head.age >= 52 and draw.chance(0.05):
        found.append(Wish(0, CareGroup.BEREAVED, MONTHLY))
    if draw.chance(0.009):
        found.append(Wish(0, CareGroup.LOW_INCOME, QUARTERLY))
    return found


def _of_people(family: Family, draw: Draw) -> list[Wish]:
    """What comes from one person's own state."""
    found = []
    for who, person in enumerate(family.people):
        age = person.age
        if age >= 80 and draw.chance(0.75):
            found.append(Wish(who, CareGroup.AGED, MONTHLY if draw.chance(0.3) else QUARTERLY))
        if age >= 75 and draw.chance(0.05):
            found.append(Wish(who, CareGroup.FRAIL, WEEKLY if draw.chance(0.25) else MONTHLY))
        if age >= 5 and draw.chance(0.011):
            found.append(Wish(who, CareGroup.DISABLED, MONTHLY if draw.chance(0.2) else QUARTERLY))
        if person.sex == Sex.MALE and age >= 24 and draw.chance(0.02):
            found.append(Wish(who, CareGroup.VETERAN, HALF_YEARLY if draw.chance(0.6) else QUARTERLY))
        if _is_new_mother(person, family) and draw.chance(0.6):
            found.append(Wish(who, CareGroup.MATERNITY, QUARTERLY, CareBasis.CONSENT))
    return found


def _is_new_mother(person: Person, family: Family) -> bool:
    return (
        person.sex == Sex.FEMALE
        and person.relation in (Relation.HEAD, Relation.SPOUSE)
        and person.age < 44
        and any(other.age == 0 for other in family.people)
    )
