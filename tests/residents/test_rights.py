"""Requests about one's own data: who takes, who answers, by when, and what deleting leaves."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from residents.models import Consent, Policy, RegisterEntry, Resident, RightsRequest, Unmasking, Visit
from residents.services import rights
from residents.terms import (
    CareBasis,
    ConsentHow,
    ConsentPurpose,
    EntryKind,
    ErrandState,
    RightsKind,
    RightsState,
)
from tests.cast import Cast
from tests.residents.factories import (
    id_number,
    make_errand,
    make_finding,
    make_household,
    make_plan,
    make_resident,
    make_visit,
)
from tests.residents.test_retention import kept
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
NAME, PHONE, NUMBER = "欧阳守一", "13912345678", id_number(born=date(1941, 3, 9))
KNOWING = ["worker", "leader", "community", "community_leader"]
OUTSIDE = ["worker2", "leader_beside", "leader2", "community2"]
WITHOUT_NAMES = ["specialist", "instructor", "dispatcher", "director", "section", "auditor"]


@pytest.fixture
def them(cast: Cast) -> Resident:
    return make_resident(building=cast.building, name=NAME, phone=PHONE, id_number=NUMBER)


def asked_by(them: Resident, cast: Cast, kind: RightsKind = RightsKind.SEE) -> RightsRequest:
    return rights.take(them, kind=kind, actor=cast.worker)[0]


def pages(asked: RightsRequest) -> dict[str, str]:
    one = f"/worker/residents/rights/{asked.pk}/"
    return {
        "list": "/worker/residents/rights/",
        "one": one,
        "new": f"/worker/residents/people/{asked.resident_id}/rights/new/",
        **{act: f"{one}{act}/" for act in ("look", "done", "refuse", "delete")},
    }


def ask(client: Client, name: str, address: str) -> Any:
    return client.post(address) if name in ("look", "done", "refuse", "delete") else client.get(address)


# --- doors -------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["list", "one", "new", "look", "done", "refuse", "delete"])
def test_doors(client: Client, cast: Cast, them: Resident, name: str) -> None:
    address = pages(asked_by(them, cast))[name]
    found = {"": ask(client, name, address).status_code}
    for who in ("parttime", "department", "worker2", "community2", "director"):
        client.force_login(getattr(cast, who))
        found[who] = ask(client, name, address).status_code

    shut = 404 if name == "new" else 403
    beside = 200 if name == "list" else 404
    assert found == {
        "": 302,
        "parttime": 403,
        "department": 403,
        "worker2": beside,
        "community2": beside,
        "director": shut,
    }


@pytest.mark.parametrize("who", [*OUTSIDE, *WITHOUT_NAMES])
def test_outsiders_never_read_a_name(client: Client, cast: Cast, them: Resident, who: str) -> None:
    make_plan(them)
    addresses = pages(asked_by(them, cast))
    client.force_login(getattr(cast, who))

    said = "".join(ask(client, name, address).content.decode() for name, address in addresses.items())

    assert [word for word in (NAME, PHONE, NUMBER) if word in said] == []


@pytest.mark.parametrize("who", KNOWING)
def test_who_knows_them_reads_the_list(client: Client, cast: Cast, them: Resident, who: str) -> None:
    asked_by(them, cast)
    client.force_login(getattr(cast, who))

    assert NAME in client.get("/worker/residents/rights/").content.decode()


@pytest.mark.parametrize("who", ["worker", "leader"])
@pytest.mark.parametrize("act", ["look", "done", "refuse", "delete"])
def test_only_the_community_answers(client: Client, cast: Cast, them: Resident, who: str, act: str) -> None:
    kind = RightsKind.DELETE if act == "delete" else RightsKind.SEE
    asked = asked_by(them, cast, kind)
    client.force_login(getattr(cast, who))

    fields = {"reason": "核对本人申请", "answer": "已当面说明", "sure": "on"}
    response = client.post(pages(asked)[act], fields)

    asked.refresh_from_db()
    assert (response.status_code, asked.state) == (409, RightsState.OPEN)
    assert not Unmasking.objects.exists()
    assert PHONE not in response.content.decode()


# --- taking ------------------------------------------------------------------------------
@pytest.mark.parametrize("who", KNOWING)
def test_a_request_is_taken(client: Client, cast: Cast, them: Resident, who: str) -> None:
    client.force_login(getattr(cast, who))

    response = client.post(
        f"/worker/residents/people/{them.pk}/rights/new/", {"kind": "correct", "words": "名字写错了"}
    )

    asked = RightsRequest.objects.get()
    assert response["Location"] == f"/worker/residents/rights/{asked.pk}/"
    assert (asked.kind, asked.words, asked.taken_by) == ("correct", "名字写错了", getattr(cast, who))


def test_taken_twice_is_one_request(client: Client, cast: Cast, them: Resident) -> None:
    client.force_login(cast.worker)
    for _turn in range(2):
        client.post(f"/worker/residents/people/{them.pk}/rights/new/", {"kind": "see"})

    assert RightsRequest.objects.count() == 1
    assert Message.objects.filter(user=cast.community).count() == 1


def test_the_form_says_what_is_missing(client: Client, cast: Cast, them: Resident) -> None:
    client.force_login(cast.worker)

    response = client.post(f"/worker/residents/people/{them.pk}/rights/new/", {"words": "想看看"})

    assert response.status_code == 422
    assert "想看看" in response.content.decode()


@pytest.mark.parametrize(
    ("on", "days", "due"),
    [
        ("2025-11-24", 15, "2025-12-15"),
        ("2025-09-26", 3, "2025-09-30"),
        ("2025-09-29", 3, "2025-10-10"),
        ("2026-02-13", 2, "2026-02-24"),
    ],
)
def test_the_day_follows_the_streets_rule(cast: Cast, them: Resident, on: str, days: int, due: str) -> None:
    Policy.objects.create(pk=1, rights_days=days)
    moment = datetime.fromisoformat(f"{on} 10:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))

    with clock.at(moment):
        asked = asked_by(them, cast)

    assert asked.due_on == date.fromisoformat(due)


def test_the_community_hears_of_it_without_a_name(cast: Cast, them: Resident) -> None:
    asked_by(them, cast)

    told = Message.objects.get(user=cast.community)
    assert told.kind == "rights_new"
    assert NAME not in f"{told.title}{told.text}{told.context}"
    assert not Message.objects.filter(user=cast.community2).exists()


def test_a_stranger_takes_nothing(cast: Cast, them: Resident) -> None:
    with pytest.raises(Refused):
        rights.take(them, kind=RightsKind.SEE, actor=cast.worker2)


# --- seeing ------------------------------------------------------------------------------
def test_everything_is_shown_after_a_reason(client: Client, cast: Cast, them: Resident) -> None:
    make_plan(them, reason="子女在外地")
    visit = make_visit(by=cast.worker, household=them.household, resident=them, note="血压偏高")
    make_finding(visit, words="想装扶手")
    make_errand(them.household, by=cast.worker, resident=them, words="代取降压药")
    asked = asked_by(them, cast)
    client.force_login(cast.community)

    page = client.post(pages(asked)["look"], {"reason": "本人到社区申请查看"}).content.decode()

    words = [NAME, PHONE, NUMBER, "九区3号楼", "子女在外地", "血压偏高", "想装扶手", "代取降压药"]
    assert [word for word in [*words, "本人到社区申请查看"] if word not in page] == []


def test_who_looked_is_written_down(client: Client, cast: Cast, them: Resident) -> None:
    asked = asked_by(them, cast)
    client.force_login(cast.community)

    client.post(pages(asked)["look"], {"reason": "本人到社区申请查看"})

    looks = Unmasking.objects.order_by("field").values_list("by", "resident", "field", "reason")
    who = (cast.community.pk, them.pk)
    assert list(looks) == [
        (*who, "id_number", "本人到社区申请查看"),
        (*who, "phone", "本人到社区申请查看"),
    ]


def test_without_a_reason_nothing_is_shown(client: Client, cast: Cast, them: Resident) -> None:
    asked = asked_by(them, cast)
    client.force_login(cast.community)

    response = client.post(pages(asked)["look"], {"reason": ""})

    assert response.status_code == 422
    assert PHONE not in response.content.decode()
    assert not Unmasking.objects.exists()


def test_looks_are_limited(client: Client, cast: Cast, them: Resident) -> None:
    Policy.objects.create(pk=1, unmaskings_per_hour=1)
    asked = asked_by(them, cast)
    client.force_login(cast.community)

    response = client.post(pages(asked)["look"], {"reason": "本人到社区申请查看"})

    assert response.status_code == 409
    assert PHONE not in response.content.decode()
    assert not Unmasking.objects.exists()


def test_an_answered_request_opens_nothing(client: Client, cast: Cast, them: Resident) -> None:
    asked = asked_by(them, cast)
    rights.grant(asked, actor=cast.community, answer="已当面查看")
    client.force_login(cast.community)

    response = client.post(pages(asked)["look"], {"reason": "再看一次"})

    assert response.status_code == 409
    assert PHONE not in response.content.decode()


def test_no_page_but_the_shown_one_has_the_number(client: Client, cast: Cast, them: Resident) -> None:
    addresses = pages(asked_by(them, cast))
    client.force_login(cast.community)

    said = "".join(client.get(addresses[name]).content.decode() for name in ("list", "one", "new"))

    assert (PHONE in said, NUMBER in said) == (False, False)


# --- answering ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("act", "fields", "state", "answer"),
    [
        ("done", {"answer": "已更正为欧阳守一"}, RightsState.GRANTED, "已更正为欧阳守一"),
        ("refuse", {"reason": "申请人不是本人"}, RightsState.REFUSED, "申请人不是本人"),
    ],
)
def test_the_community_answers(
    client: Client, cast: Cast, them: Resident, act: str, fields: dict[str, str], state: str, answer: str
) -> None:
    asked = asked_by(them, cast, RightsKind.CORRECT)
    client.force_login(cast.community)

    for _tap in range(2):
        assert client.post(pages(asked)[act], fields).status_code == 303

    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.answered_by) == (state, answer, cast.community)


@pytest.mark.parametrize(("act", "field"), [("done", "answer"), ("refuse", "reason"), ("delete", "sure")])
def test_an_answer_needs_words(client: Client, cast: Cast, them: Resident, act: str, field: str) -> None:
    asked = asked_by(them, cast, RightsKind.DELETE if act == "delete" else RightsKind.CORRECT)
    client.force_login(cast.community)

    response = client.post(pages(asked)[act], {field: ""})

    asked.refresh_from_db()
    assert (response.status_code, asked.state) == (422, RightsState.OPEN)


def test_first_due_stands_first_and_overdue_is_marked(client: Client, cast: Cast, them: Resident) -> None:
    asked_by(them, cast)
    late = asked_by(make_resident(building=cast.building, name="迟答的人"), cast)
    RightsRequest.objects.filter(pk=late.pk).update(due_on=today() - timedelta(days=1))
    client.force_login(cast.community)

    rows = client.get("/worker/residents/rights/").context["rows"]

    assert [(row.name, row.is_overdue) for row in rows] == [("迟答的人", True), (NAME, False)]


def test_answered_ones_have_a_list_of_their_own(client: Client, cast: Cast, them: Resident) -> None:
    rights.refuse(asked_by(them, cast), actor=cast.community, reason="申请人不是本人")
    client.force_login(cast.community)

    assert NAME not in client.get("/worker/residents/rights/").content.decode()
    assert NAME in client.get("/worker/residents/rights/?answered=1").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_statements_of_the_list_do_not_grow(
    client: Client, cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _turn in range(rows):
        asked_by(make_resident(building=cast.building), cast)
    client.force_login(cast.community)

    with django_assert_num_queries(4):
        client.get("/worker/residents/rights/")


# --- deleting ----------------------------------------------------------------------------
def test_deleting_leaves_nothing_of_the_person(
    client: Client, cast: Cast, them: Resident, django_capture_on_commit_callbacks: Any
) -> None:
    given = Consent.objects.create(
        resident=them,
        purpose=ConsentPurpose.CARE,
        how=ConsentHow.PAPER,
        given_on=today(),
        recorded_by=cast.worker,
    )
    make_plan(them, basis=CareBasis.CONSENT, consent=given, reason="子女在外地")
    visit = make_visit(by=cast.worker, household=them.household, resident=them, note=f"{NAME}说血压高")
    make_finding(visit, words="想装扶手", settled_at=clock.now())
    asked = rights.take(them, kind=RightsKind.DELETE, actor=cast.worker, words="请删掉我的信息")[0]
    client.force_login(cast.community)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(pages(asked)["delete"], {"sure": "on"})

    asked.refresh_from_db()
    them.refresh_from_db()
    assert (response.status_code, asked.state) == (303, RightsState.GRANTED)
    assert them.anonymised_at
    told = [NAME, PHONE, NUMBER, "血压", "扶手", "子女在外地", "请删掉"]
    assert [word for word in told if word in kept()] == []
    assert client.get(pages(asked)["one"]).status_code == 200


def test_deleting_closes_a_home_that_nobody_is_left_in(cast: Cast, them: Resident) -> None:
    rights.delete(asked_by(them, cast, RightsKind.DELETE), actor=cast.community)

    them.household.refresh_from_db()
    assert (them.household.left_on, them.household.next_visit_on) == (today(), None)
    assert RegisterEntry.objects.filter(kind=EntryKind.ERASED, by=cast.community).count() == 1


def test_deleting_leaves_the_others_at_home(cast: Cast, them: Resident) -> None:
    spouse = make_resident(household=them.household, name="老伴")
    visit = make_visit(by=cast.worker, household=them.household, note="老伴一切都好")

    rights.delete(asked_by(them, cast, RightsKind.DELETE), actor=cast.community)

    spouse.refresh_from_db()
    spouse.household.refresh_from_db()
    visit.refresh_from_db()
    assert (spouse.name, spouse.household.left_on, visit.note) == ("老伴", None, "老伴一切都好")


def on_duty(them: Resident, cast: Cast) -> None:
    make_plan(them, basis=CareBasis.DUTY)


def with_an_open_finding(them: Resident, cast: Cast) -> None:
    make_finding(make_visit(by=cast.worker, household=them.household, resident=them))


def with_an_open_errand(them: Resident, cast: Cast) -> None:
    make_errand(them.household, by=cast.worker, resident=them)


def with_another_request(them: Resident, cast: Cast) -> None:
    asked_by(them, cast, RightsKind.SEE)


@pytest.mark.parametrize(
    "something", [on_duty, with_an_open_finding, with_an_open_errand, with_another_request]
)
def test_what_stands_against_it_is_said(client: Client, cast: Cast, them: Resident, something: Any) -> None:
    something(them, cast)
    asked = asked_by(them, cast, RightsKind.DELETE)
    client.force_login(cast.community)

    (why,) = client.get(pages(asked)["one"]).context["against"]
    response = client.post(pages(asked)["delete"], {"sure": "on"})

    them.refresh_from_db()
    assert (response.status_code, them.name) == (409, NAME)
    assert why in response.context["refusal"]


def test_what_is_over_stands_against_nothing(cast: Cast, them: Resident) -> None:
    make_plan(them, ended_on=today())
    make_errand(them.household, by=cast.worker, resident=them, state=ErrandState.CANCELLED)

    assert list(rights.against(them)) == []


def test_another_kind_of_request_deletes_nothing(cast: Cast, them: Resident) -> None:
    with pytest.raises(Refused):
        rights.delete(asked_by(them, cast, RightsKind.SEE), actor=cast.community)


def test_a_deletion_is_not_marked_as_done(cast: Cast, them: Resident) -> None:
    with pytest.raises(Refused):
        rights.grant(asked_by(them, cast, RightsKind.DELETE), actor=cast.community, answer="删了")


def test_nobody_takes_a_request_for_the_anonymous(client: Client, cast: Cast, them: Resident) -> None:
    rights.delete(asked_by(them, cast, RightsKind.DELETE), actor=cast.community)
    client.force_login(cast.worker)

    assert client.get(f"/worker/residents/people/{them.pk}/rights/new/").status_code == 404


def test_who_left_may_ask_too(cast: Cast) -> None:
    home = make_household(building=cast.building, left_on=today(), next_visit_on=None)
    gone = make_resident(household=home, left_on=today(), left_how="moved")

    rights.delete(asked_by(gone, cast, RightsKind.DELETE), actor=cast.community)

    gone.refresh_from_db()
    assert (gone.name, gone.left_how) == ("", "moved")
    assert not Visit.objects.exclude(note="").exists()
