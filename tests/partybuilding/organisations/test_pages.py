"""The office's pages of organisations: what each reader sees, does, and is kept out of."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from partybuilding.organisations.models import Member, Milestone, Organisation, Picture, Project
from tests.cast import Cast
from tests.markup import inline
from tests.partybuilding.clients import as_
from tests.partybuilding.organisations.tree import (
    NAME,
    PHONE,
    make_branch,
    make_committee,
    make_member,
    make_section,
    make_term,
)
from tests.requests_app.test_pages_public import picture as lamp

pytestmark = pytest.mark.django_db
PAGES = ("/admin/party/", "/admin/party/coverage/grids/", "/admin/party/projects/")
SCOPED = "/admin/organisations/"


@pytest.fixture
def project(cast: Cast) -> Project:
    row = Project.objects.create(
        name="九区老旧小区改造",
        community=cast.community_unit,
        starts_on=today() - timedelta(days=90),
        due_on=today() + timedelta(days=30),
    )
    Milestone.objects.create(project=row, name="管线更换", due_on=today() - timedelta(days=1))
    return row


def reach(client: Client, project: Project, **fields: Any) -> Any:
    step = project.milestones.get()
    given = {"reached_on": str(today()), "words": "上下水管线全部更换。", **fields}
    return client.post(f"/admin/party/projects/{project.pk}/{step.pk}/", given)


# --- reading ---------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_the_office_reads(cast: Cast, branch: Organisation, page: str) -> None:
    for user in (cast.director, cast.dispatcher, cast.auditor, cast.community, make_section(cast)):
        response = as_(user).get(page)
        assert response.status_code == 200, user
        assert inline(response.content.decode()) == []


@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_does(cast: Cast, branch: Organisation, page: str) -> None:
    for user in (cast.worker, cast.leader, cast.parttime, cast.department):
        assert as_(user).get(page).status_code == 403, user
    assert Client().get(page).status_code == 302


def test_a_community_reads_its_own_branch_of_the_tree(cast: Cast, branch: Organisation) -> None:
    far = make_committee(cast, name="青龙山社区党委", community=cast.community_unit2)
    page = as_(cast.community).get("/admin/party/").content.decode()
    assert branch.name in page
    assert "王官庄街道党工委" in page
    assert "青龙山" not in page
    assert as_(cast.community).get(f"/admin/party/organisations/{far.pk}/").status_code == 404
    assert (
        as_(cast.community)
        .get(f"/admin/party/coverage/grids/?community={cast.community_unit2.pk}")
        .status_code
        == 404
    )


def test_the_number_leads_to_the_grids_without(cast: Cast, branch: Organisation) -> None:
    page = as_(cast.dispatcher).get("/admin/party/coverage/grids/?community=x").content.decode()
    assert ("九区社区第二网格" in page, "九区社区第三网格" in page) == (True, False)


def test_the_tree_asks_as_often_for_three_as_for_one(
    cast: Cast, branch: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(cast.dispatcher)
    for more in ((), ("甲党支部", "乙党支部")):
        for name in more:
            make_term(make_branch(cast, name=name), ends_on=today())
        with django_assert_num_queries(11):
            assert client.get("/admin/party/").status_code == 200


def test_how_many_members_is_for_those_who_keep_them(cast: Cast, branch: Organisation) -> None:
    make_member(branch)
    for user, shown in (
        (cast.community, True),
        (cast.director, True),
        (cast.dispatcher, False),
        (cast.auditor, False),
    ):
        page = as_(user).get(f"/admin/party/organisations/{branch.pk}/").content.decode()
        assert (f"organisation__id__exact={branch.pk}" in page) == shown, user


def test_a_term_that_ends_soon_waits_on_the_desk(cast: Cast, branch: Organisation) -> None:
    make_term(branch, ends_on=today() + timedelta(days=30))
    assert "即将届满的任期" in as_(cast.community).get("/admin/").content.decode()
    assert "即将届满的任期" not in as_(cast.community2).get("/admin/").content.decode()
    assert "即将届满的任期" not in as_(cast.dispatcher).get("/admin/").content.decode()


def test_a_grids_page_names_its_branch(cast: Cast, branch: Organisation) -> None:
    assert branch.name in as_(cast.worker).get(f"/worker/grids/{cast.grid.code}/").content.decode()


# --- writing ---------------------------------------------------------------------------------
def test_a_community_adds_a_branch_of_its_own_only(cast: Cast) -> None:
    committee = make_committee(cast)
    form = {
        "name": "第二网格党支部",
        "kind": "branch",
        "setting": "community",
        "parent": committee.pk,
        "terms-TOTAL_FORMS": "0",
        "terms-INITIAL_FORMS": "0",
    }
    client = as_(cast.community)
    for community, status in (("", 200), (cast.community_unit2.pk, 200), (cast.community_unit.pk, 302)):
        response = client.post(f"{SCOPED}organisation/add/", {**form, "community": community})
        assert response.status_code == status, community
    assert Organisation.objects.get(name="第二网格党支部").community == cast.community_unit


@pytest.mark.parametrize("who", ["dispatcher", "auditor", "section", "community2"])
def test_others_change_nothing(cast: Cast, branch: Organisation, who: str) -> None:
    client = as_(getattr(cast, who))
    assert client.get(f"{SCOPED}organisation/add/").status_code == (200 if who == "community2" else 403)
    response = client.post(f"{SCOPED}organisation/{branch.pk}/change/", {"name": "改了"})
    assert response.status_code in (302, 403)
    branch.refresh_from_db()
    assert branch.name == "第三网格党支部"


def test_members_are_shown_to_those_who_keep_them(cast: Cast, branch: Organisation) -> None:
    member = make_member(branch)
    page = f"{SCOPED}member/{member.pk}/change/"
    assert NAME in as_(cast.community).get(page).content.decode()
    audited = as_(cast.auditor).get(page).content.decode()
    assert (NAME in audited, PHONE in audited, "赵**" in audited) == (False, False, True)
    for user in (cast.dispatcher, cast.section, cast.worker):
        assert as_(user).get(f"{SCOPED}member/", follow=True).status_code == 403, user
    assert as_(cast.community2).get(page).status_code == 302
    assert NAME not in as_(cast.community).get(f"{SCOPED}member/").content.decode()


def test_a_member_is_found_by_whole_name_or_phone(cast: Cast, branch: Organisation) -> None:
    make_member(branch)
    client = as_(cast.community)
    for words, found in (
        (NAME, True),
        (PHONE, True),
        ("第三网格", True),
        (NAME[:2], False),
        (PHONE[:7], False),
    ):
        page = client.get(f"{SCOPED}member/", {"q": words}).content.decode()
        assert ("赵**" in page) == found, words


def test_members_are_never_exported(cast: Cast, branch: Organisation) -> None:
    make_member(branch)
    client = as_(cast.director)
    assert "organisations/member/export/" not in client.get(f"{SCOPED}member/").content.decode()
    assert client.post(f"{SCOPED}member/export/").status_code == 403


def test_the_log_keeps_no_name_of_a_member(cast: Cast, branch: Organisation) -> None:
    client = as_(cast.community)
    form = {
        "organisation": branch.pk,
        "name": NAME,
        "phone": PHONE,
        "standing": "full",
        "joined_on": "2020-07-01",
    }
    assert client.post(f"{SCOPED}member/add/", form).status_code == 302
    member = Member.objects.get()
    client.post(f"{SCOPED}member/{member.pk}/change/", {**form, "name": "钱秀兰"})
    logged = " ".join(as_(cast.director).get("/admin/admin/logentry/").content.decode().split())
    assert "赵**" in logged
    assert (NAME in logged, "钱秀兰" in logged, PHONE in logged) == (False, False, False)


# --- projects --------------------------------------------------------------------------------
def test_a_milestone_is_reached_with_a_picture(cast: Cast, project: Project) -> None:
    client = as_(cast.community)
    assert reach(client, project, photos=lamp()).status_code == 303
    step = project.milestones.get()
    assert (step.reached_on, step.words) == (today(), "上下水管线全部更换。")
    shown = f"/admin/party/projects/{project.pk}/pictures/{Picture.objects.get().pk}/thumbnail/"
    assert shown in client.get(f"/admin/party/projects/{project.pk}/").content.decode()
    assert b"".join(client.get(shown).streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]
    assert as_(cast.community2).get(shown).status_code == 404


def test_a_milestone_is_reached_once(cast: Cast, project: Project) -> None:
    client = as_(cast.community)
    reach(client, project)
    response = reach(client, project, words="再一次")
    assert response.status_code == 422
    assert project.milestones.get().words == "上下水管线全部更换。"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": ""}, "请用一句话写明完成了什么。"),
        ({"reached_on": ""}, "请写明日期。"),
        ({"reached_on": str(today() + timedelta(days=2))}, "这一天还没有到。"),
        ({"photos": SimpleUploadedFile("a.txt", b"no picture")}, "照片"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    cast: Cast, project: Project, fields: dict[str, Any], said: str
) -> None:
    response = reach(as_(cast.community), project, **fields)
    page = response.content.decode()
    assert (response.status_code, said in page) == (422, True)
    assert ("上下水管线全部更换。" in page) == ("words" not in fields)


@pytest.mark.parametrize(
    ("who", "status"), [("dispatcher", 422), ("auditor", 422), ("community2", 404), ("worker", 403)]
)
def test_others_mark_nothing(cast: Cast, project: Project, who: str, status: int) -> None:
    assert reach(as_(getattr(cast, who)), project).status_code == status
    assert project.milestones.get().reached_on is None


def test_the_demo_loads_once(cast: Cast) -> None:
    from partybuilding.organisations import demo

    assert demo.load() == demo.load()
    assert Organisation.objects.giving_a_branch().filter(grids=cast.grid).count() <= 1


def test_firms_are_covered_grounds_too(cast: Cast, branch: Organisation) -> None:
    page = as_(cast.dispatcher).get("/admin/party/").content.decode()
    assert "企业和站点" in page
    assert as_(cast.dispatcher).get("/admin/party/coverage/firms/").status_code == 200
    assert as_(cast.dispatcher).get("/admin/party/coverage/shops/").status_code == 404
