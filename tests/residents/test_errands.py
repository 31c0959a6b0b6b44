"""Errands: asked, taken, done, handed over with a signature; the first of two is kept."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from residents import signature
from residents.models import Errand, Household
from residents.services import errands as service
from residents.services.record import ChangedMeanwhile
from residents.signature import Receipt
from residents.terms import ErrandKind, ErrandState, HandedHow, Need
from tests.cast import Cast
from tests.factories import make_user
from tests.residents.factories import make_errand, make_finding, make_household, make_resident, make_visit
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
LIST = "/worker/errands/"
SIGNED = json.dumps([[[0.1, 0.5], [0.4, 0.2], [0.6, 0.8]], [[0.7, 0.5], [0.9, 0.5]]])
PAPER = Receipt(HandedHow.PAPER)


@pytest.fixture
def home(cast: Cast) -> Household:
    return make_resident(building=cast.building, name="刘奶奶").household


@pytest.fixture
def errand(cast: Cast, home: Household) -> Errand:
    return make_errand(home, by=cast.leader)


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


def taken(errand: Errand, cast: Cast) -> Errand:
    service.take(errand, actor=cast.worker, version=errand.version)
    return errand


def step(client: Client, errand: Errand, name: str, **fields: Any) -> Any:
    return client.post(f"{LIST}{errand.pk}/steps/{name}/", {"version": errand.version, **fields})


def state(errand: Errand) -> str:
    errand.refresh_from_db()
    return errand.state


# --- the way of one errand ---------------------------------------------------------------
def test_an_errand_from_asking_to_signing(signed_in: Client, cast: Cast, home: Household) -> None:
    who = home.people.get()
    form = {"kind": "papers", "words": "代办老年证", "resident": who.pk, "submission_id": str(uuid4())}
    response = signed_in.post(f"{LIST}new/?household={home.pk}", form)
    errand = Errand.objects.get()
    assert (response["Location"], errand.resident, errand.words) == (f"{LIST}{errand.pk}/", who, "代办老年证")
    for name, fields in (("take", {}), ("done", {}), ("hand_over", {"how": "drawn", "signature": SIGNED})):
        assert step(signed_in, errand, name, **fields).status_code == 303
        errand.refresh_from_db()
    assert (errand.state, errand.taken_by, errand.version) == (ErrandState.HANDED_OVER, cast.worker, 4)
    page = signed_in.get(f"{LIST}{errand.pk}/").content.decode()
    assert '<path d="M30.0 75.0L120.0 30.0L180.0 120.0"/>' in page


def test_the_same_form_twice_is_one_errand(signed_in: Client, home: Household) -> None:
    form = {"kind": "papers", "submission_id": str(uuid4())}
    answers = {signed_in.post(f"{LIST}new/?household={home.pk}", form)["Location"] for _ in range(2)}
    assert (len(answers), Errand.objects.count()) == (1, 1)


def test_a_day_that_has_passed_is_refused(signed_in: Client, home: Household) -> None:
    yesterday = (today() - timedelta(days=1)).isoformat()
    response = signed_in.post(f"{LIST}new/?household={home.pk}", {"kind": "papers", "due_on": yesterday})
    assert (response.status_code, list(response.context["form"].errors)) == (409, ["due_on"])


def test_somebody_of_another_household_is_no_choice(signed_in: Client, cast: Cast, home: Household) -> None:
    other = make_resident(building=cast.building)
    response = signed_in.post(f"{LIST}new/?household={home.pk}", {"kind": "papers", "resident": other.pk})
    assert response.status_code == 422


def test_a_household_that_left_has_no_new_errand(signed_in: Client, home: Household) -> None:
    Household.objects.update(left_on=today(), next_visit_on=None)
    assert signed_in.get(f"{LIST}new/?household={home.pk}").status_code == 404


def test_a_link_from_a_visit_fills_in_the_kind(signed_in: Client, home: Household) -> None:
    page = signed_in.get(f"{LIST}new/?household={home.pk}&kind=papers").content.decode()
    assert 'value="papers"' in page
    assert "checked" in page.partition('value="papers"')[2][:120]


@pytest.mark.parametrize(("need", "leads"), [(Need.PAPERS, True), (Need.LEAK, False)])
def test_a_certificate_found_on_a_visit_leads_to_an_errand(
    signed_in: Client, cast: Cast, home: Household, need: Need, leads: bool
) -> None:
    visit = make_visit(by=cast.worker, household=home)
    make_finding(visit, need=need)
    page = signed_in.get(f"/worker/visits/{visit.pk}/").content.decode()
    assert (f"{LIST}new/?household={home.pk}&amp;kind=papers" in page) == leads


@pytest.mark.parametrize("typed", ["刘奶奶", "九区3号楼"])
def test_the_household_is_found_by_name_and_door(
    signed_in: Client, cast: Cast, home: Household, typed: str
) -> None:
    make_resident(grid=cast.grid_far, name="刘奶奶")
    found = signed_in.get(f"{LIST}new/", {"q": typed}).context["found"]
    assert [each for each, _names in found] == [home]


# --- two people, two taps ----------------------------------------------------------------
def test_the_second_of_two_reads_who_was_first(signed_in: Client, cast: Cast, errand: Errand) -> None:
    stale = Errand.objects.get(pk=errand.pk)
    service.take(errand, actor=cast.leader, version=1)
    response = step(signed_in, stale, "take")
    assert (response.status_code, str(cast.leader) in response.context["refusal"]) == (409, True)
    assert Errand.objects.get().taken_by == cast.leader


def test_of_two_at_the_same_moment_one_is_kept(cast: Cast, errand: Errand) -> None:
    same = Errand.objects.get(pk=errand.pk)
    service.take(errand, actor=cast.worker, version=1)
    with pytest.raises(Refused, match=str(cast.worker)):
        service.take(same, actor=cast.leader, version=1)
    assert Errand.objects.get().version == 2


@pytest.mark.parametrize("name", ["take", "take_over", "done", "hand_over", "cancel"])
def test_a_double_tap_is_one_step(signed_in: Client, cast: Cast, errand: Errand, name: str) -> None:
    if name == "take_over":
        service.take(errand, actor=cast.leader, version=1)
    elif name != "take":
        taken(errand, cast)
    fields = {"hand_over": {"how": "paper"}, "cancel": {"why": "家人办了"}}.get(name, {})
    answers = [step(signed_in, errand, name, **fields).status_code for _ in range(2)]
    assert (answers, Errand.objects.get().version) == ([303, 303], errand.version + 1)


def test_somebody_cancelled_it_meanwhile(cast: Cast, errand: Errand) -> None:
    stale = taken(errand, cast)
    service.cancel(Errand.objects.get(), actor=cast.leader, version=2, why="家人办了")
    with pytest.raises(ChangedMeanwhile):
        service.done(stale, actor=cast.worker, version=2)


# --- who may do what ---------------------------------------------------------------------
ALL = {"take", "take_over", "done", "hand_over", "cancel", "undo"}
OFFERED = [
    ("asked", "mine", {"take", "cancel"}),
    ("taken", "mine", {"done", "hand_over", "cancel", "undo"}),
    ("taken", "other", {"take_over", "cancel"}),
    ("done", "mine", {"hand_over", "cancel", "undo"}),
    ("done", "other", {"take_over", "cancel"}),
    ("handed_over", "mine", set[str]()),
    ("cancelled", "mine", set[str]()),
]


def standing(errand: Errand, cast: Cast, at: str, whose: str) -> Errand:
    holder = cast.worker if whose == "mine" else cast.leader
    if at != "asked":
        service.take(errand, actor=holder, version=1)
    if at == "done":
        service.done(errand, actor=holder, version=2)
    elif at == "handed_over":
        service.hand_over(errand, actor=holder, version=2, receipt=PAPER)
    elif at == "cancelled":
        service.cancel(errand, actor=holder, version=2, why="家人办了")
    return errand


@pytest.mark.parametrize(("at", "whose", "offered"), OFFERED)
def test_the_steps_on_offer(cast: Cast, errand: Errand, at: str, whose: str, offered: set[str]) -> None:
    found = service.steps_of(standing(errand, cast, at, whose), cast.worker)
    assert {each.name for each in found} == offered


@pytest.mark.parametrize(("at", "whose", "offered"), OFFERED)
def test_the_other_steps_are_refused(
    signed_in: Client, cast: Cast, errand: Errand, at: str, whose: str, offered: set[str]
) -> None:
    version = standing(errand, cast, at, whose).version
    fields = {"how": "paper", "why": "家人办了"}
    answers = {name: step(signed_in, errand, name, **fields).status_code for name in ALL - offered}
    assert set(answers.values()) <= {409}
    assert Errand.objects.get().version == version


def test_a_step_that_does_not_exist_is_not_found(signed_in: Client, errand: Errand) -> None:
    assert step(signed_in, errand, "celebrate").status_code == 404


def test_a_step_is_taken_back_within_a_minute(signed_in: Client, cast: Cast, errand: Errand) -> None:
    service.done(taken(errand, cast), actor=cast.worker, version=2)
    for back in (ErrandState.TAKEN, ErrandState.ASKED):
        step(signed_in, errand, "undo")
        assert state(errand) == back
    assert (errand.taken_by, errand.taken_at, errand.done_at) == (None, None, None)


def test_later_it_is_not_taken_back(cast: Cast, errand: Errand) -> None:
    taken(errand, cast)
    with clock.at(clock.now() + timedelta(minutes=2)), pytest.raises(Refused):
        service.undo(errand, actor=cast.worker, version=2)


def test_cancelling_needs_a_reason(signed_in: Client, errand: Errand) -> None:
    assert (step(signed_in, errand, "cancel", why=" ").status_code, state(errand)) == (422, "asked")


# --- the signature -----------------------------------------------------------------------
NO_SIGNATURE = {
    "nothing": "",
    "no list": "{}",
    "no json": "[[[0.1, 0.2]",
    "a dot": "[[[0.5, 0.5]]]",
    "outside": "[[[0.1, 0.5], [1.4, 0.5]]]",
    "no numbers": '[[["0.1", 0.5], [0.9, 0.5]]]',
    "not finite": "[[[NaN, 0.5], [Infinity, 0.5]]]",
    "true": "[[[true, 0.5], [false, 0.5]]]",
    "three numbers": "[[[0.1, 0.5, 0.5], [0.9, 0.5, 0.5]]]",
    "words": '"signed"',
    "deep": "[" * 5_000,
    "too many points": json.dumps([[[n % 2, 0.5] for n in range(4_001)]]),
    "too many strokes": json.dumps([[[0.1, 0.5], [0.9, 0.5]]] * 201),
    "too long": "[" + " " * 150_000 + "]",
}


@pytest.mark.parametrize("kind", NO_SIGNATURE)
def test_what_is_no_signature_is_refused(signed_in: Client, cast: Cast, errand: Errand, kind: str) -> None:
    taken(errand, cast)
    response = step(signed_in, errand, "hand_over", how="drawn", signature=NO_SIGNATURE[kind])
    assert (response.status_code, state(errand)) == (422, "taken")
    assert list(response.context["offers"]["hand_over"].form.errors) == ["how"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"how": "paper"}, 303),
        ({"how": "paper", "words": "社区档案柜"}, 303),
        ({"how": "witness", "words": "邻居王大爷"}, 303),
        ({"how": "witness"}, 422),
        ({"how": "by mail"}, 422),
        ({}, 422),
    ],
)
def test_who_cannot_sign_has_other_ways(
    signed_in: Client, cast: Cast, errand: Errand, fields: dict[str, str], status: int
) -> None:
    taken(errand, cast)
    assert step(signed_in, errand, "hand_over", **fields).status_code == status
    errand.refresh_from_db()
    receipt = Receipt.of(errand.signature)
    assert (receipt.words if receipt else None) == (fields.get("words", "") if status == 303 else None)


def test_the_signature_is_ciphertext_at_rest(cast: Cast, errand: Errand) -> None:
    receipt = Receipt(HandedHow.DRAWN, signature.read(SIGNED), "王大爷")
    service.hand_over(taken(errand, cast), actor=cast.worker, version=2, receipt=receipt)
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM residents_errand e")
        row = cursor.fetchone()[0]
    assert ("strokes" in row, "0.4" in row, "王大爷" in row, "代办老年证" in row) == (False,) * 4
    assert Receipt.of(errand.signature) == receipt


# --- who sees what -----------------------------------------------------------------------
OUTSIDERS = [
    *[(name, 403) for name in ("parttime", "department")],
    *[(name, 404) for name in ("worker2", "leader_beside", "community2", "dispatcher", "section")],
    *[(name, 404) for name in ("instructor", "specialist", "director", "auditor")],
]


@pytest.mark.parametrize("who", ["worker", "leader", "community", "community_leader"])
def test_who_looks_after_the_grid_sees_it(client: Client, cast: Cast, errand: Errand, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"{LIST}{errand.pk}/").status_code == 200


@pytest.mark.parametrize(("who", "status"), OUTSIDERS)
def test_outsiders_neither_read_nor_write(
    client: Client, cast: Cast, errand: Errand, home: Household, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    addresses = [f"{LIST}{errand.pk}/", f"{LIST}new/?household={home.pk}"]
    assert [client.get(address).status_code for address in addresses] == [status, status]
    assert step(client, errand, "take").status_code == status
    assert client.post(addresses[1], {"kind": "papers"}).status_code == status
    assert (state(errand), Errand.objects.count()) == ("asked", 1)


@pytest.mark.parametrize("address", [LIST, f"{LIST}new/", f"{LIST}1/"])
def test_a_stranger_is_sent_to_sign_in(client: Client, cast: Cast, address: str) -> None:
    assert "/accounts/login/" in client.get(address)["Location"]


@pytest.mark.parametrize("who", ["dispatcher", "director", "auditor", "instructor", "specialist"])
def test_figures_without_names(client: Client, cast: Cast, errand: Errand, who: str) -> None:
    client.force_login(getattr(cast, who))
    page = client.get(LIST)
    assert page.context["figures"] == {"all": 1, "waiting": 1, "late": 0}
    assert "九区3号楼" not in page.content.decode()
    assert "刘奶奶" not in client.get(f"{LIST}new/", {"q": "刘奶奶"}).content.decode().replace(
        'value="刘奶奶"', ""
    )


@pytest.mark.parametrize("who", ["worker2", "community2"])
def test_others_do_not_even_count_it(client: Client, cast: Cast, errand: Errand, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(LIST).context["figures"]["all"] == 0


@pytest.mark.parametrize("who", ["worker2", "instructor", "dispatcher", "section"])
def test_the_service_refuses_outsiders(cast: Cast, errand: Errand, home: Household, who: str) -> None:
    user = getattr(cast, who)
    with pytest.raises(Refused):
        service.take(errand, actor=user, version=1)
    with pytest.raises(Refused):
        service.ask(home, actor=user, submission_id=uuid4(), kind=ErrandKind.PAPERS)


# --- the list ----------------------------------------------------------------------------
def test_mine_come_first_then_by_the_day(signed_in: Client, cast: Cast, home: Household) -> None:
    later = make_errand(home, by=cast.leader, due_on=today() + timedelta(days=9))
    late = make_errand(home, by=cast.leader, due_on=today() - timedelta(days=2))
    mine = taken(make_errand(home, by=cast.leader), cast)
    page = signed_in.get(LIST)
    assert [row.errand for row in page.context["rows"]] == [mine, late, later]
    assert (page.context["rows"][1].due.state, page.context["figures"]["late"]) == ("red", 1)


def test_the_list_goes_on_behind_its_last_row(signed_in: Client, cast: Cast, home: Household) -> None:
    made = {make_errand(home, by=cast.leader).pk for _ in range(25)}
    first = signed_in.get(LIST).context
    second = signed_in.get(f"{LIST}?{first['next']}").context
    seen = [row.errand.pk for row in (*first["rows"], *second["rows"])]
    assert (set(seen), len(seen), second["next"]) == (made, 25, "")


def test_completed_ones_have_a_list_of_their_own(signed_in: Client, cast: Cast, errand: Errand) -> None:
    service.cancel(errand, actor=cast.worker, version=1, why="家人办了")
    assert signed_in.get(LIST).context["rows"] == []
    assert [row.errand for row in signed_in.get(f"{LIST}?tab=over").context["rows"]] == [errand]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_statements_for_three_as_for_one(
    signed_in: Client, cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        errand = make_errand(make_household(building=cast.building), by=make_user())
        service.take(errand, actor=cast.leader, version=1)
    with django_assert_num_queries(5):
        signed_in.get(LIST)
