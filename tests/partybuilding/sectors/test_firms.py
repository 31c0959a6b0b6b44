"""Services: reported, surveyed, advised, visited, with a branch; once per press; two at one moment."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from grids.models import Community, Post, User, today
from partybuilding.organisations.models import Organisation
from partybuilding.organisations.terms import Kind, Setting
from partybuilding.sectors import access
from partybuilding.sectors.models import Firm
from partybuilding.sectors.services import firms, reminders
from partybuilding.sectors.services.branches import NewBranch
from partybuilding.sectors.services.firms import Counted
from partybuilding.sectors.services.writing import Press
from partybuilding.sectors.terms import VISIT_DAYS, VISIT_EVERY
from tests.cast import Cast
from tests.partybuilding.sectors.scenes import (
    committee,
    established,
    guided,
    joined,
    joint_branch,
    party_section,
    reported,
    surveyed,
)
from tests.race import at_once
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db
FOUNDED = date(2026, 1, 5)


def kinds(user: User) -> list[str]:
    found = Message.objects.inbox(user).filter(kind__startswith="firm_")
    return sorted(found.values_list("kind", flat=True))


# --- reported and surveyed ---------------------------------------------------------------
def test_a_worker_reports_and_the_community_confirms(cast: Cast) -> None:
    firm = reported(cast)
    assert (firm.stage, firm.people, firm.party_members, firm.surveyed_by) == ("found", 20, 3, cast.worker)
    assert firm.community == cast.community_unit
    assert list(Firm.objects.selected("confirm")) == [firm]
    assert firms.confirm(firm, by=cast.community).stage == "surveyed"


def test_the_party_section_keeps_every_community(cast: Cast) -> None:
    assert firms.confirm(reported(cast), by=party_section(cast)).stage == "surveyed"


@pytest.mark.parametrize(
    "who", ["worker2", "leader_beside", "instructor", "parttime", "department", "community2", "auditor"]
)
def test_others_report_nothing(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        reported(cast, by=getattr(cast, who))


def test_the_contact_is_sealed(cast: Cast) -> None:
    from django.db import connection

    reported(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name, contact_phone FROM sectors_firm")
        row = str(cursor.fetchone())
    assert [word for word in ("王经理", "13912345678") if word in row] == []


def test_a_grid_lists_a_name_once(cast: Cast) -> None:
    reported(cast)
    with pytest.raises(Refused):
        reported(cast)


@pytest.mark.parametrize("point", [{"latitude": 36.6}, {"longitude": 116.9}])
def test_a_point_is_whole(cast: Cast, point: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        reported(cast, **point)


@pytest.mark.parametrize("counted", [Counted(2, 3), Counted(9, 1, 2)])
def test_parts_are_not_more_than_the_whole(cast: Cast, counted: Counted) -> None:
    with pytest.raises(Refused):
        firms.survey(reported(cast), by=cast.worker, counted=counted)


def test_nothing_is_confirmed_that_nobody_surveyed(cast: Cast) -> None:
    about = {"name": "泉石科技", "address": "九区"}
    firm = firms.report(cast.grid, by=cast.community, about=about)
    with pytest.raises(Refused):
        firms.confirm(firm, by=cast.community)


def test_an_older_survey_leaves_the_numbers(cast: Cast) -> None:
    firm = reported(cast)
    firms.survey(firm, by=cast.worker, counted=Counted(5, 1), on=today() - timedelta(days=9))
    firm.refresh_from_db()
    assert (firm.people, firm.surveys.count()) == (20, 2)


def test_no_survey_of_tomorrow(cast: Cast) -> None:
    with pytest.raises(Refused):
        firms.survey(reported(cast), by=cast.worker, counted=Counted(5), on=today() + timedelta(days=1))


def test_the_same_press_reports_once(cast: Cast) -> None:
    press, about = Press(uuid4()), {"name": "泉石科技", "address": "九区"}
    both = [firms.report(cast.grid, by=cast.worker, about=about, press=press) for _twice in range(2)]
    assert both[0] == both[1]


# --- advised and visited -----------------------------------------------------------------
def test_an_adviser_is_told_and_has_a_quarter(cast: Cast) -> None:
    firm = guided(cast)
    assert (firm.stage, firm.next_visit_due) == ("guided", today() + VISIT_EVERY)
    assert kinds(cast.section) == ["firm_adviser"]


@pytest.mark.parametrize("who", ["worker", "community2", "department", "auditor", "instructor"])
def test_others_advise_nothing(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        guided(cast, adviser=getattr(cast, who))


def test_a_visit_moves_the_next_one(cast: Cast) -> None:
    firm = guided(cast)
    with clock.at(clock.now() + timedelta(days=30)):
        firm = firms.visit(firm, by=cast.section, words="谈了组建支部")
        assert firm.next_visit_due == today() + VISIT_EVERY


def test_an_earlier_visit_does_not_bring_the_next_one_nearer(cast: Cast) -> None:
    firm = guided(cast)
    moved = firms.visit(firm, by=cast.section, words="谈过", on=today() - timedelta(days=20))
    assert moved.next_visit_due == firm.next_visit_due


def test_visits_never_conflict(cast: Cast) -> None:
    firm = guided(cast)
    for _page in range(2):
        firms.visit(firm, by=cast.section, words="谈过", press=Press(uuid4(), firm.version))
    assert firm.visits.count() == 2


def test_a_double_tap_writes_one_visit(cast: Cast) -> None:
    firm, press = guided(cast), Press(uuid4())
    for _twice in range(2):
        firms.visit(firm, by=cast.section, words="谈过", press=press)
    assert firm.visits.count() == firm.entries.filter(what="visit").count() == 1


def test_a_stale_page_changes_nothing(cast: Cast) -> None:
    firm = surveyed(cast)
    with pytest.raises(MovedMeanwhile):
        firms.name_adviser(firm, by=cast.community, adviser=cast.section, press=Press(uuid4(), 1))


# --- with a branch -----------------------------------------------------------------------
def test_a_new_branch_stands_below_the_community(cast: Cast) -> None:
    branch = established(cast).branch
    assert branch is not None
    assert (branch.kind, branch.setting, branch.parent) == (Kind.BRANCH, Setting.SECTOR, committee(cast))
    assert (branch.community, branch.founded_on) == (cast.community_unit, FOUNDED)


def test_a_firms_branch_is_set_in_a_firm(cast: Cast) -> None:
    branch = established(cast, kind="firm").branch
    assert branch is not None
    assert branch.setting == Setting.FIRM


def test_without_a_committee_no_branch_is_founded(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        firms.establish(guided(cast), by=cast.community, new=NewBranch("顺达党支部", FOUNDED))
    assert refused.value.field == "new_name"


def test_a_name_that_stands_is_refused(cast: Cast) -> None:
    joint_branch(cast, "顺达党支部")
    with pytest.raises(Refused):
        firms.establish(guided(cast), by=cast.community, new=NewBranch("顺达党支部", FOUNDED))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": Kind.GROUP},
        {"setting": Setting.COMMUNITY},
        {"dissolved_on": date(2026, 1, 1)},
        {"community": "far"},
    ],
)
def test_only_a_standing_branch_of_a_sector_here(cast: Cast, change: dict[str, Any]) -> None:
    branch = joint_branch(cast)
    fields = {"community": cast.community_unit2} if "community" in change else change
    Organisation.objects.filter(pk=branch.pk).update(**fields)
    with pytest.raises(Refused):
        firms.join(guided(cast), by=cast.community, organisation=branch)


def test_anothers_own_branch_can_only_be_joined(cast: Cast) -> None:
    own = established(cast).branch
    firm = guided(cast, name="快马外卖站点")
    with pytest.raises(Refused):
        firms.establish(firm, by=cast.community, organisation=own)
    assert firms.join(firm, by=cast.community, organisation=own).stage == "joined"


def test_a_dissolved_branch_is_a_mark_again(cast: Cast) -> None:
    firm = joined(cast)
    assert list(Firm.objects.selected("three")) == []
    Organisation.objects.filter(firms=firm).update(dissolved_on=today())
    firm = Firm.objects.get(pk=firm.pk)
    assert (list(Firm.objects.selected("three")), firm.is_without_branch) == ([firm], True)
    assert list(Firm.objects.selected("joint")) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_founds_the_branch(cast: Cast) -> None:
    committee(cast)
    firm = guided(cast)

    def found(name: str) -> Any:
        press = Press(uuid4(), firm.version)
        return lambda: firms.establish(
            Firm.objects.get(pk=firm.pk),
            by=User.objects.get(pk=cast.community.pk),
            new=NewBranch(name, FOUNDED),
            press=press,
        )

    done = at_once(found("顺达第一党支部"), found("顺达第二党支部"))
    assert sorted(isinstance(each, MovedMeanwhile) for each in done) == [False, True]
    assert Organisation.objects.filter(kind=Kind.BRANCH).count() == 1
    assert Firm.objects.get().version == firm.version + 1


# --- called ------------------------------------------------------------------------------
def test_the_number_is_given_after_an_entry(cast: Cast) -> None:
    firm = guided(cast)
    assert firms.dial(firm, by=cast.section) == "13912345678"
    assert firm.entries.latest("id").what == "called"


@pytest.mark.parametrize("who", ["worker", "leader", "instructor", "auditor", "dispatcher", "community2"])
def test_others_are_given_no_number(cast: Cast, who: str) -> None:
    firm = guided(cast)
    with pytest.raises(Refused):
        firms.dial(firm, by=getattr(cast, who))
    assert firm.entries.filter(what="called").count() == 0


# --- who sees which ----------------------------------------------------------------------
SEE = ["director", "dispatcher", "section", "auditor", "community", "community_leader"]
GRID = ["leader", "worker", "instructor"]
OUTSIDE = ["parttime", "specialist", "leader_beside", "worker2", "leader2", "community2", "department"]


def test_those_near_it_see_it_and_outsiders_do_not(cast: Cast) -> None:
    firm = guided(cast)
    for who in (*SEE, *GRID, *OUTSIDE):
        seen = list(Firm.objects.visible_to(getattr(cast, who)))
        assert (who, seen) == (who, [] if who in OUTSIDE else [firm])


def test_an_office_and_a_grid_see_what_nobody_advises(cast: Cast) -> None:
    firm = reported(cast)
    for who in (*SEE, *GRID):
        assert (who, list(Firm.objects.visible_to(getattr(cast, who)))) == (who, [firm])


def test_an_adviser_who_moved_sees_their_own(cast: Cast) -> None:
    firm = guided(cast, adviser=cast.community)
    reported(cast, name="快马外卖站点")
    Post.objects.filter(user=cast.community).update(community=cast.community_unit2)
    moved = User.objects.get(pk=cast.community.pk)
    assert list(Firm.objects.visible_to(moved)) == [firm]
    Post.objects.filter(user=cast.community).update(ends_on=today() - timedelta(days=1))
    assert list(Firm.objects.visible_to(User.objects.get(pk=cast.community.pk))) == []
    assert access.seats(User.objects.get(pk=cast.community.pk), firm) == frozenset()


# --- reminded ----------------------------------------------------------------------------
def test_an_adviser_is_reminded_once(cast: Cast) -> None:
    guided(cast)
    assert reminders.remind() == 0
    with clock.at(clock.now() + timedelta(days=VISIT_DAYS)):
        assert (reminders.remind(), reminders.remind()) == (1, 0)
    assert kinds(cast.section) == ["firm_adviser", "firm_visit_due"]


def test_after_a_visit_the_next_one_is_reminded_of(cast: Cast) -> None:
    firm = guided(cast)
    for quarter in (1, 2):
        with clock.at(clock.now() + quarter * VISIT_EVERY):
            assert reminders.remind() == 1
            firms.visit(firm, by=cast.section, words="谈过")
    assert kinds(cast.section).count("firm_visit_due") == 2


def test_where_the_adviser_left_the_community_is_told(cast: Cast) -> None:
    guided(cast)
    Post.objects.filter(user=cast.section).update(ends_on=today())
    with clock.at(clock.now() + VISIT_EVERY):
        assert reminders.remind() == 1
    assert (kinds(cast.section), kinds(cast.community)) == (["firm_adviser"], ["firm_adviser_left"])
    assert kinds(cast.community2) == []


def test_messages_say_nothing_of_anybody(cast: Cast) -> None:
    guided(cast)
    with clock.at(clock.now() + VISIT_EVERY):
        reminders.remind()
    for message in Message.objects.filter(kind__startswith="firm_"):
        assert list(message.context) == ["firm"]


def test_the_reminder_costs_the_same_for_many(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        guided(cast, name=f"店{number}")
    with clock.at(clock.now() + VISIT_EVERY), django_assert_max_num_queries(10):
        assert reminders.remind() == 3


# --- coverage and demo -------------------------------------------------------------------
def test_the_coverage_is_what_one_counts_by_hand(cast: Cast) -> None:
    from partybuilding.sectors import coverage
    from tests.partybuilding.sectors.scenes import AT

    for number, (stage, make) in enumerate(AT.items()):
        for members in (2, 3):
            make(cast, name=f"{stage}{number}{members}", members=members)
    rows = {row.code: dict(row.numbers) for row in coverage.by_community(cast.director)}
    every = list(Firm.objects.select_related("branch"))
    here = [firm for firm in every if firm.stage != "gone"]
    assert rows[cast.community_unit.code] == {
        "": len(here),
        "done": sum(firm.stage != "found" for firm in here),
        "advised": sum(firm.adviser_id is not None for firm in here),
        "own": sum(firm.stage == "established" for firm in here),
        "joint": sum(firm.stage == "joined" for firm in here),
        "three": sum(
            firm.stage in ("surveyed", "guided") and firm.party_members >= 3 and firm.branch is None
            for firm in here
        ),
    }
    assert rows[cast.community_unit.code]["three"] == sum(firm.is_without_branch for firm in every) == 2
    assert set(rows[cast.community_unit2.code].values()) == {0}


def test_a_community_counts_itself_alone(cast: Cast) -> None:
    from partybuilding.sectors import coverage

    reported(cast)
    assert [row.code for row in coverage.by_community(cast.community)] == [cast.community_unit.code]


def test_the_demo_loads_once(cast: Cast) -> None:
    from partybuilding.sectors import demo

    said = [demo.load(), demo.load()]
    assert said == ["40 firms and sites"] * 2
    assert Firm.objects.filter(stage="established").count() == 2
    assert set(Firm.objects.values_list("stage", flat=True)) == {
        "found", "surveyed", "guided", "established", "joined", "gone",
    }  # fmt: skip
    heads = Organisation.objects.filter(kind=Kind.COMMITTEE).values_list("name", flat=True)
    assert set(heads) == {f"{name}党委" for name in Community.objects.values_list("name", flat=True)}
