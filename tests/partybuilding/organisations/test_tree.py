"""What may stand below what, who keeps it, and where branches are counted."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from grids.models import Estate, today
from partybuilding import access
from partybuilding.organisations import coverage, services
from partybuilding.organisations.coverage import Covered
from partybuilding.organisations.models import Member, Organisation, Project, Term
from partybuilding.organisations.terms import Kind, Setting
from partybuilding.organisations.tree import grown
from tests.cast import Cast
from tests.factories import make_estate, make_leave
from tests.partybuilding.organisations.tree import (
    NAME,
    PHONE,
    make_branch,
    make_committee,
    make_head,
    make_member,
    make_section,
    make_term,
)
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
SOON = timedelta(days=60)


# --- the tree --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "above", "fits"),
    [
        (Kind.COMMITTEE, Kind.WORKING_COMMITTEE, True),
        (Kind.BRANCH, Kind.COMMITTEE, True),
        (Kind.BRANCH, Kind.WORKING_COMMITTEE, True),
        (Kind.GROUP, Kind.BRANCH, True),
        (Kind.BRANCH, Kind.BRANCH, False),
        (Kind.COMMITTEE, Kind.GENERAL_BRANCH, False),
        (Kind.BRANCH, Kind.GROUP, False),
    ],
)
def test_the_tree_descends(kind: Kind, above: Kind, *, fits: bool) -> None:
    row = Organisation(name="甲", kind=kind, parent=Organisation(name="乙", kind=above))
    if fits:
        row.clean()
    else:
        with pytest.raises(ValidationError, match="上级"):
            row.clean()


def test_the_street_has_one_working_committee(db: None) -> None:
    make_head()
    with pytest.raises(IntegrityError, match="party_organisation_one_head"), transaction.atomic():
        make_head()


def test_only_the_working_committee_stands_alone(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="party_organisation_has_parent"), transaction.atomic():
        Organisation.objects.create(name="甲", kind=Kind.BRANCH)


def test_one_is_dissolved_only_when_empty(branch: Organisation) -> None:
    member = make_member(branch)
    branch.dissolved_on = today()
    with pytest.raises(ValidationError, match="党员"):
        branch.clean()
    member.left_on = today()
    member.save()
    branch.clean()


def test_one_with_others_below_it_stays(branch: Organisation) -> None:
    assert branch.parent is not None
    branch.parent.dissolved_on = today()
    with pytest.raises(ValidationError, match="下级"):
        branch.parent.clean()


def test_an_estate_lies_in_the_organisations_community(cast: Cast) -> None:
    row = Organisation(
        kind=Kind.BRANCH, community=cast.community_unit2, estate=make_estate(community=cast.community_unit)
    )
    with pytest.raises(ValidationError, match="别的社区"):
        row.clean()


def test_terms_are_long_in_communities_and_shorter_elsewhere(branch: Organisation) -> None:
    assert branch.term_years == 5
    assert Organisation(kind=Kind.BRANCH, setting=Setting.FIRM).term_years == 3


def test_the_tree_grows_from_what_is_seen(cast: Cast, branch: Organisation) -> None:
    far = make_committee(cast, name="青龙山社区党委", community=cast.community_unit2)
    own = Organisation.objects.filter(kind=Kind.BRANCH) | Organisation.objects.filter(pk=far.pk)
    assert [node.organisation for node in grown(own)] == [far, branch]
    (head,) = grown(Organisation.objects.all())
    assert (head.count, [node.organisation for node in head.below]) == (3, [far, branch.parent])


# --- members ---------------------------------------------------------------------------------
def test_members_are_ciphertext_in_the_database(branch: Organisation) -> None:
    make_member(branch)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM organisations_member m")
        (row,) = cursor.fetchone()
    assert NAME not in row
    assert PHONE not in row


def test_a_member_belongs_to_one_organisation_at_a_time(cast: Cast, branch: Organisation) -> None:
    first = make_member(branch)
    other = make_branch(cast, name="第二网格党支部", grids=[cast.grid_beside])
    with pytest.raises(IntegrityError, match="party_member_phone_once"), transaction.atomic():
        make_member(other)
    first.left_on = today()
    first.save()
    assert make_member(other).organisation == other


# --- who keeps what --------------------------------------------------------------------------
def test_the_section_and_leaders_keep_the_street(cast: Cast) -> None:
    party = make_section(cast)
    keeping = {
        user for user in vars(cast).values() if hasattr(user, "current_posts") and access.keeps_street(user)
    }
    assert keeping == {cast.director}
    assert access.keeps_street(party)


def test_who_stands_in_keeps_what_the_holder_keeps(cast: Cast) -> None:
    party = make_section(cast)
    make_leave(party.current_posts[0], deputy=cast.dispatcher)
    assert access.keeps_street(cast.dispatcher)


def test_a_community_keeps_its_own(cast: Cast) -> None:
    here, there = cast.community_unit.pk, cast.community_unit2.pk
    assert [access.keeps(cast.community, key) for key in (here, there, None)] == [True, False, False]
    assert not access.keeps(cast.worker, here)


# --- coverage --------------------------------------------------------------------------------
def counted(ground: coverage.Ground) -> dict[str, tuple[int, int]]:
    """Community → grounds of this sort, and those with a branch."""
    return {
        row.community.name if row.community else "": (covered.whole, covered.covered)
        for row in coverage.table(None)
        for each, covered in row.cells
        if each == ground
    }


def test_a_grid_with_a_branch_is_covered(cast: Cast, branch: Organisation) -> None:
    assert counted(coverage.GRIDS) == {"青龙山社区": (1, 0), "九区社区": (2, 1), "": (3, 1)}


@pytest.mark.parametrize("change", [{"kind": Kind.GROUP}, {"dissolved_on": date(2026, 1, 1)}])
def test_groups_and_what_is_dissolved_cover_nothing(branch: Organisation, change: dict[str, object]) -> None:
    Organisation.objects.filter(pk=branch.pk).update(**change)
    assert counted(coverage.GRIDS)["九区社区"] == (2, 0)


def test_two_branches_on_one_grid_cover_it_once(cast: Cast, branch: Organisation) -> None:
    make_branch(cast, name="又一个支部")
    assert counted(coverage.GRIDS)["九区社区"] == (2, 1)


def test_an_estate_is_covered_by_its_own_branch(cast: Cast, branch: Organisation) -> None:
    estate = make_estate(community=cast.community_unit)
    others = Estate.objects.filter(community=cast.community_unit).count() - 1
    make_branch(cast, name="小区党支部", setting=Setting.ESTATE, estate=estate, grids=[])
    assert counted(coverage.ESTATES)["九区社区"] == (others + 1, 1)
    assert estate.name not in [name for name, _where in coverage.ESTATES.lacking([cast.community_unit.pk])]


def test_a_finished_project_is_no_ground(cast: Cast) -> None:
    Project.objects.create(
        name="甲", community=cast.community_unit, due_on=today(), starts_on=today(), finished_on=today()
    )
    assert counted(coverage.PROJECTS)["九区社区"] == (0, 0)


def test_per_cent_is_not_rounded_up_to_all() -> None:
    assert [Covered(whole, with_one).percent for whole, with_one in ((1000, 999), (1, 1), (0, 0))] == [
        99,
        100,
        None,
    ]


# --- terms -----------------------------------------------------------------------------------
def test_keepers_hear_of_a_term_that_ends_once(cast: Cast, branch: Organisation) -> None:
    make_term(branch, ends_on=today() + SOON)
    assert [services.remind_of_terms(), services.remind_of_terms()] == [1, 0]
    told = Message.objects.filter(kind="party_term_ending").values_list("user", flat=True)
    assert set(told) == {cast.community.pk, cast.community_leader.pk}


def test_one_message_for_all_seats_of_a_day(cast: Cast, branch: Organisation) -> None:
    for name in ("孙国庆", "高桂英"):
        make_term(branch, ends_on=today() + SOON, name=name)
    services.remind_of_terms()
    assert Message.objects.filter(kind="party_term_ending", user=cast.community).count() == 1
    assert "孙国庆" not in str(Message.objects.values_list("context", flat=True).first())


def test_what_belongs_to_the_street_is_told_to_its_section(cast: Cast) -> None:
    party = make_section(cast)
    make_term(make_head(), ends_on=today() + SOON)
    services.remind_of_terms()
    assert [row.user for row in Message.objects.filter(kind="party_term_ending")] == [party]


@pytest.mark.parametrize(("days", "told"), [(92, 1), (93, 0), (-1, 0)])
def test_three_months_before(branch: Organisation, days: int, told: int) -> None:
    make_term(branch, ends_on=today() + timedelta(days=days))
    assert services.remind_of_terms() == told


def test_a_seat_that_somebody_follows_in_is_not_reminded(branch: Organisation) -> None:
    make_term(branch, ends_on=today() + SOON)
    make_term(branch, starts_on=today() + SOON, ends_on=today() + timedelta(days=1900), name="高桂英")
    assert services.remind_of_terms() == 0
    assert Term.objects.filter(reminded_on__isnull=False).count() == 0


def test_members_who_left_are_not_counted(branch: Organisation) -> None:
    make_member(branch)
    make_member(branch, phone="19953700002", left_on=today())
    (row,) = Organisation.objects.filter(pk=branch.pk).for_tree()
    assert (row.member_count, Member.objects.current().count()) == (1, 1)
