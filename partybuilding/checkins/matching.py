"""Who fits a need: by skill, then by time, then by place."""

from collections.abc import Iterable
from dataclasses import dataclass

from partybuilding.checkins.models import MemberCheckIn, Need
from partybuilding.checkins.terms import Skill, slot_of


@dataclass(frozen=True)
class Fit:
    """A member, and why they fit. `skills`: those of the need's that they have."""

    member: MemberCheckIn
    skills: tuple[Skill, ...]
    has_time: bool
    is_near: bool

    @property
    def rank(self) -> tuple[int, bool, bool]:
        """Higher fits better."""
        return (len(self.skills), self.has_time, self.is_near)


def fits(need: Need, members: Iterable[MemberCheckIn]) -> list[Fit]:
    """Members with a skill that is needed (with any, when none is named), the best first."""
    slot = slot_of(need.starts_at)
    found = [_fit(need, member, slot) for member in members]
    wanted = [fit for fit in found if fit.skills or not need.skills]
    return sorted(wanted, key=lambda fit: (*(-int(part) for part in fit.rank), fit.member.pk))


def _fit(need: Need, member: MemberCheckIn, slot: str) -> Fit:
    skills = tuple(Skill(skill) for skill in need.skills if skill in member.skills)
    near = need.grid_id is not None and member.grid_id == need.grid_id
    return Fit(member, skills, slot in member.slots, near)
