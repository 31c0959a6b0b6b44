"""Who lives together: shapes of households, and people drawn into them."""

from dataclasses import dataclass
from datetime import date, timedelta

from residents.demo import texts
from residents.demo.draw import Draw, Weighted
from residents.demo.numbers import FROM_ELSEWHERE, HERE, Numbers
from residents.terms import HouseholdKind, Relation, Sex

YEAR = timedelta(days=365.2425)
AGED = 65
"""Full years from which somebody living alone is looked after."""
_OTHER = {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE}


@dataclass(slots=True)
class Person:
    """Somebody before they get a key."""

    relation: Relation
    sex: Sex
    age: int
    born_on: date
    name: str
    phone: str = ""
    id_number: str = ""


@dataclass(frozen=True)
class Shape:
    """A kind of household: ages of the head, and who lives there too (relation, with what chance)."""

    name: str
    ages: tuple[int, int]
    others: tuple[tuple[Relation, float], ...] = ()
    men: float = 0.75
    """The share of its heads who are men."""


_COUPLE = (Relation.SPOUSE, 1.0)
_SHAPES = {
    Shape("old alone", (65, 93), men=0.32): 7.5,
    Shape("old couple", (62, 88), (_COUPLE,)): 20.5,
    Shape("young family", (27, 45), (_COUPLE, (Relation.CHILD, 1.0), (Relation.CHILD, 0.3))): 22.5,
    Shape(
        "three generations",
        (32, 48),
        (
            _COUPLE,
            (Relation.CHILD, 1.0),
            (Relation.CHILD, 0.3),
            (Relation.PARENT, 1.0),
            (Relation.PARENT, 0.45),
        ),
    ): 11.5,
    Shape("grown child", (47, 63), (_COUPLE, (Relation.CHILD, 1.0))): 15,
    Shape("couple", (30, 60), (_COUPLE,)): 8,
    Shape("alone", (23, 62), men=0.55): 8,
    Shape("one parent", (30, 48), ((Relation.CHILD, 1.0),), men=0.25): 4,
    Shape("with grandchild", (58, 72), (_COUPLE, (Relation.GRANDCHILD, 1.0)), men=0.6): 1.5,
    Shape("with sibling", (28, 60), ((Relation.SIBLING, 1.0),), men=0.6): 1,
}
_MIGRANT_SHAPES = {
    Shape("young family", (24, 40), (_COUPLE, (Relation.CHILD, 1.0), (Relation.CHILD, 0.4))): 34,
    Shape("alone", (19, 45), men=0.6): 24,
    Shape("couple", (22, 45), (_COUPLE,)): 22,
    Shape("shared", (20, 34), ((Relation.OTHER, 1.0), (Relation.OTHER, 0.5)), men=0.6): 12,
    Shape("three generations", (28, 42), (_COUPLE, (Relation.CHILD, 1.0), (Relation.PARENT, 1.0))): 5,
    Shape("grown child", (45, 58), (_COUPLE, (Relation.CHILD, 1.0))): 3,
}
_ELSEWHERE_SHAPES = {
    Shape("young family", (28, 44), (_COUPLE, (Relation.CHILD, 1.0))): 40,
    Shape("couple", (30, 62), (_COUPLE,)): 30,
    Shape("alone", (24, 60), men=0.6): 30,
}
_BY_KIND = {
    HouseholdKind.REGISTERED: Weighted(_SHAPES),
    HouseholdKind.MIGRANT: Weighted(_MIGRANT_SHAPES),
    HouseholdKind.ELSEWHERE: Weighted(_ELSEWHERE_SHAPES),
}
# How much younger than the head somebody is, in years.
_YOUNGER = {
    Relation.SPOUSE: (-3, 5),
    Relation.CHILD: (24, 34),
    Relation.PARENT: (-32, -23),
    Relation.GRANDCHILD: (51, 60),
    Relation.SIBLING: (-6, 6),
    Relation.OTHER: (-5, 5),
}


@dataclass(slots=True)
class Family:
    """Those of one household, the head first."""

    shape: str
    kind: HouseholdKind
    people: list[Person]

    @property
    def head(self) -> Person:
        return self.people[0]

    @property
    def oldest(self) -> int:
        return max(person.age for person in self.people)


class Families:
    """Draws the families of one grid."""

    def __init__(self, draw: Draw, numbers: Numbers, today: date) -> None:
        self._draw, self._numbers, self._today = draw, numbers, today
        self._texts = texts.load()

    def make(self, kind: HouseholdKind) -> Family:
        draw = self._draw
        shape = _BY_KIND[kind].pick(draw)
        place = draw.pick(FROM_ELSEWHERE) if kind == HouseholdKind.MIGRANT else HERE
        surname = self._texts.surnames.pick(draw)
        sex = Sex.MALE if draw.chance(shape.men) else Sex.FEMALE
        head = self._person(Relation.HEAD, sex, draw.between(*shape.ages), surname, place)
        people = [head]
        for relation, share in shape.others:
            if share >= 1 or draw.random() < share:
                people.append(self._beside(head, relation, surname, place))
        return Family(shape.name, kind, people)

    def _beside(self, head: Person, relation: Relation, surname: str, place: str) -> Person:
        """Somebody whose age follows from the head's; children and men's parents bear the family's name."""
        draw = self._draw
        sex = _OTHER[head.sex] if relation == Relation.SPOUSE else draw.pick((Sex.MALE, Sex.FEMALE))
        age = head.age - draw.between(*_YOUNGER[relation])
        if relation == Relation.SPOUSE:
            age = max(age, 22)
        elif age < 0:
            age = draw.below(9)
        shares_name = relation in (Relation.CHILD, Relation.GRANDCHILD, Relation.SIBLING) or (
            relation == Relation.PARENT and sex == Sex.MALE
        )
        name = surname if shares_name else self._texts.surnames.pick(draw)
        return self._person(relation, sex, min(age, 97), name, place)

    def _person(self, relation: Relation, sex: Sex, age: int, surname: str, place: str) -> Person:
        draw = self._draw
        born_on = self._today - age * YEAR - timedelta(days=draw.between(1, 365))
        given = draw.pick(self._texts.given[texts.generation(born_on.year), sex])
        person = Person(relation, sex, age, born_on, surname + given)
        if draw.random() < _has_phone(age):
            person.phone = self._numbers.phone()
        if draw.random() < (0.93 if age >= 16 else 0.6):
            person.id_number = self._numbers.id_number(born_on, sex, place)
        return person


def _has_phone(age: int) -> float:
    """The share of people of this age whose number is known."""
    if age < 12:
        return 0.0
    return 0.35 if age < 18 else 0.92 if age < 75 else 0.7
