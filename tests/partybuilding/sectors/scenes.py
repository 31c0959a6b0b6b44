"""A firm in every stage, for the tests of the room."""

from datetime import date
from typing import Any

from grids.models import Line, User
from partybuilding.organisations.models import Organisation
from partybuilding.organisations.terms import Kind, Setting
from partybuilding.sectors.models import Firm
from partybuilding.sectors.services import firms
from partybuilding.sectors.services.branches import NewBranch
from partybuilding.sectors.services.firms import Counted
from partybuilding.sectors.terms import Why
from tests.cast import Cast


def committee(cast: Cast) -> Organisation:
    """The committee of the cast's community, below the street's."""
    head, _made = Organisation.objects.get_or_create(
        kind=Kind.WORKING_COMMITTEE, defaults={"name": "王官庄街道党工委"}
    )
    return Organisation.objects.get_or_create(
        name="九区社区党委",
        defaults={"kind": Kind.COMMITTEE, "parent": head, "community": cast.community_unit},
    )[0]


def joint_branch(cast: Cast, name: str = "九区新兴领域联合党支部") -> Organisation:
    return Organisation.objects.get_or_create(
        name=name,
        defaults={
            "kind": Kind.BRANCH,
            "setting": Setting.SECTOR,
            "parent": committee(cast),
            "community": cast.community_unit,
        },
    )[0]


def reported(
    cast: Cast, name: str = "顺达快递网点", *, members: int = 3, by: User | None = None, **about: Any
) -> Firm:
    """Told by the grid's worker with a first survey; it waits for a keeper."""
    fields = {
        "name": name,
        "kind": "site",
        "trade": "courier",
        "address": "九区沿街1号",
        "contact_name": "王经理",
        "contact_phone": "13912345678",
        **about,
    }
    counted = Counted(20, members, 0, "歇脚的地方", "随手报告隐患")
    return firms.report(cast.grid, by=by or cast.worker, about=fields, counted=counted)


def surveyed(cast: Cast, **fields: Any) -> Firm:
    return firms.confirm(reported(cast, **fields), by=cast.community)


def guided(cast: Cast, *, adviser: User | None = None, **fields: Any) -> Firm:
    """By default the section's staff advises."""
    return firms.name_adviser(surveyed(cast, **fields), by=cast.community, adviser=adviser or cast.section)


def established(cast: Cast, **fields: Any) -> Firm:
    committee(cast)
    firm = guided(cast, **fields)
    return firms.establish(firm, by=cast.community, new=NewBranch(f"{firm.name}党支部", date(2026, 1, 5)))


def joined(cast: Cast, **fields: Any) -> Firm:
    return firms.join(guided(cast, **fields), by=cast.community, organisation=joint_branch(cast))


def gone(cast: Cast, **fields: Any) -> Firm:
    return firms.leave(reported(cast, **fields), by=cast.community, why=Why.CLOSED, words="门面已空")


AT = {
    "found": reported,
    "surveyed": surveyed,
    "guided": guided,
    "established": established,
    "joined": joined,
    "gone": gone,
}
"""Stage → how a firm gets there."""


def party_section(cast: Cast) -> User:
    """The section's staff, answering for party building."""
    cast.section.sections = [Line.PARTY]
    cast.section.save(update_fields=["sections"])
    return User.objects.get(pk=cast.section.pk)
