"""A small tree for tests: the street's committee, one of the community, a branch on its grid."""

from datetime import date
from typing import Any

import pytest

from grids.models import Line, Role, User
from partybuilding.organisations.models import Member, Organisation, Term
from partybuilding.organisations.terms import Kind, Seat, Setting
from tests.cast import Cast
from tests.factories import make_user

NAME, PHONE = "赵春燕", "19953700001"


def make_head() -> Organisation:
    return Organisation.objects.create(name="王官庄街道党工委", kind=Kind.WORKING_COMMITTEE)


def make_committee(cast: Cast, **fields: Any) -> Organisation:
    given = {"name": "九区社区党委", "kind": Kind.COMMITTEE, "community": cast.community_unit}
    return Organisation.objects.create(**{**given, "parent": _head(), **fields})


def make_branch(cast: Cast, **fields: Any) -> Organisation:
    """One of the community's committee; `grids` where it stands, the cast's grid unless told."""
    grids = fields.pop("grids", [cast.grid])
    parent = fields.pop("parent", None) or Organisation.objects.filter(kind=Kind.COMMITTEE).first()
    given = {"name": "第三网格党支部", "kind": Kind.BRANCH, "setting": Setting.COMMUNITY}
    values = {**given, "parent": parent or make_committee(cast), "community": cast.community_unit, **fields}
    branch = Organisation.objects.create(**values)
    branch.grids.set(grids)
    return branch


def make_term(organisation: Organisation, *, ends_on: date, **fields: Any) -> Term:
    given = {"seat": Seat.SECRETARY, "name": "孙国庆", "starts_on": date(2021, 1, 1)}
    return Term.objects.create(organisation=organisation, ends_on=ends_on, **{**given, **fields})


def make_member(organisation: Organisation, **fields: Any) -> Member:
    given = {"name": NAME, "phone": PHONE}
    return Member.objects.create(organisation=organisation, **{**given, **fields})


def make_section(cast: Cast) -> User:
    """Of the street's section for party building."""
    return make_user("party", post=Role.SECTION_STAFF, at=cast.street, sections=[Line.PARTY])


def _head() -> Organisation:
    return Organisation.objects.filter(kind=Kind.WORKING_COMMITTEE).first() or make_head()


@pytest.fixture
def branch(cast: Cast) -> Organisation:
    return make_branch(cast)
