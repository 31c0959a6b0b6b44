"""The next year's list: what is copied from this one, and what waits for another owner."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from grids.models import Post, User
from partybuilding.duties.models import Duty
from partybuilding.duties.services.people import People
from partybuilding.duties.services.turns import lay_out
from partybuilding.duties.terms import a_year_later


@dataclass(frozen=True)
class Line:
    """One duty of the old list. `heirs`: posts whose holders may take it over, if its owner cannot go on."""

    duty: Duty
    is_copied: bool
    goes_on: bool
    heirs: list[Post]


@dataclass(frozen=True)
class Plan:
    """What rolling a year over would do for one reader, who copies only what they keep."""

    year: int
    lines: list[Line]

    @property
    def next_year(self) -> int:
        return self.year + 1

    @property
    def ready(self) -> list[Line]:
        """Copied as they stand."""
        return [line for line in self.lines if line.goes_on and not line.is_copied]

    @property
    def orphans(self) -> list[Line]:
        """Their owner holds no post of the unit any more; somebody takes over, or they are left."""
        return [line for line in self.lines if not line.goes_on and not line.is_copied]

    @property
    def copied(self) -> list[Line]:
        """On the next list already."""
        return [line for line in self.lines if line.is_copied]


def plan(user: User, year: int) -> Plan:
    """What would be copied; four queries."""
    kept = Duty.objects.visible_to(user).kept_by(user).filter(year=year).with_names()
    duties, people = list(kept.order_by("tier", "pk")), People.today()
    copied = set(
        Duty.objects.filter(year=year + 1, copied_from__in=duties).values_list("copied_from_id", flat=True)
    )
    return Plan(year, [_line(duty, people, is_copied=duty.pk in copied) for duty in duties])


def _line(duty: Duty, people: People, *, is_copied: bool) -> Line:
    goes_on = people.holds_post(duty.owner_id, duty.community_id)
    heirs = [] if goes_on or is_copied else people.of_unit(duty.community_id)
    return Line(duty, is_copied, goes_on, heirs)


@transaction.atomic
def roll_over(user: User, year: int, *, heirs: Mapping[int, int] | None = None) -> int:
    """Copy the year's list into the next; how many duties that were. Twice makes nothing twice.

    `heirs` names, by the key of a duty whose owner left, the user (key) who takes it over.
    """
    # Two of us stand in line here; the second finds everything copied.
    list(Duty.objects.select_for_update(no_key=True).filter(year=year).order_by("pk").values_list("pk"))
    found = plan(user, year)
    taken = heirs or {}
    owners = {line.duty: line.duty.owner_id for line in found.ready}
    owners |= {line.duty: taken[line.duty.pk] for line in found.orphans if _may_inherit(line, taken)}
    for duty, owner in owners.items():
        lay_out(_copy(duty, owner))
    return len(owners)


def _may_inherit(line: Line, heirs: Mapping[int, int]) -> bool:
    return heirs.get(line.duty.pk) in {post.user_id for post in line.heirs}


def _copy(duty: Duty, owner: int) -> Duty:
    return Duty.objects.create(
        year=duty.year + 1,
        tier=duty.tier,
        community_id=duty.community_id,
        item=duty.item,
        evidence=duty.evidence,
        owner_id=owner,
        period=duty.period,
        once_on=a_year_later(duty.once_on) if duty.once_on else None,
        copied_from=duty,
    )
