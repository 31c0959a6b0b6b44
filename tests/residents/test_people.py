"""Who comes, what changes, who goes: written once, with an entry, and taken back where it was a mistake."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from grids.models import User, today
from residents.models import CareEvent, CarePlan, Household, RegisterEntry, Resident
from residents.services import people
from residents.terms import EntryKind, LeftHow, Relation, Sex
from tests.cast import Cast
from tests.race import at_once
from tests.residents.doors import OUTSIDE, STRANGERS, WITHOUT_NAMES, status
from tests.residents.factories import id_number, make_dwelling, make_household, make_plan, make_resident
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
PHONE = "13912345678"
BORN = date(1948, 3, 1)
NUMBER = id_number(born=BORN, order=246)
TODAY = {"on": today().isoformat(), "version": 1}


@pytest.fixture
def resident(cast: Cast) -> Resident:
    return make_resident(building=cast.building, name="王秀英", phone=PHONE, born_on=BORN)


@pytest.fixture
def worker(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


def new(home: Household) -> str:
    return f"/worker/residents/{home.pk}/people/new/"


def of(resident: Resident, end: str = "") -> str:
    return f"/worker/residents/people/{resident.pk}/{end}"


def typed(**changes: Any) -> dict[str, Any]:
    ordinary = {"name": "李建国", "relation": "other", "came": "here", "sex": "unknown"}
    return {**ordinary, **changes}


def refusals(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


# --- coming ------------------------------------------------------------------------------------
def test_the_id_number_fills_in_birth_date_and_sex(worker: Client, resident: Resident) -> None:
    home = resident.household
    response = worker.post(new(home), typed(id_number=f" {NUMBER.lower()} ", phone="+86 138 0000 1111"))
    made = Resident.objects.get(name="李建国")
    assert response["Location"] == f"/worker/residents/{home.pk}/"
    assert (made.born_on, made.sex, made.phone) == (BORN, Sex.FEMALE, "13800001111")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("born_on", "1948-03-02"), ("sex", "male"), ("id_number", NUMBER[:-1] + "0"), ("id_number", "37")],
        *[("phone", "1391234567"), ("relation", "head"), ("relation", "cousin"), ("name", "\x00 ")],
        *[("on", (today() + timedelta(days=1)).isoformat()), ("came", "stolen")],
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    worker: Client, resident: Resident, field: str, value: str
) -> None:
    fields = {"id_number": NUMBER, **typed(), field: value}
    if field == "id_number" and value != "37":
        fields["id_number"] = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    response = worker.post(new(resident.household), fields)
    assert list(refusals(response)) == [field]
    assert response.context["form"]["name"].value() == fields["name"]
    assert Resident.objects.count() == 1


@pytest.mark.parametrize(
    ("came", "kind"),
    [("here", EntryKind.ADDED), ("moved_in", EntryKind.MOVED_IN), ("born", EntryKind.BORN)],
)
def test_how_somebody_came_is_told(worker: Client, resident: Resident, came: str, kind: EntryKind) -> None:
    worker.post(new(resident.household), typed(came=came, on=today().isoformat()))
    assert RegisterEntry.objects.get().kind == kind


def test_a_newborn_is_here_since_birth(worker: Client, resident: Resident) -> None:
    worker.post(new(resident.household), typed(came="born", born_on="2026-01-02", on=""))
    made = Resident.objects.get(name="李建国")
    assert made.born_on == made.came_on == date(2026, 1, 2)


def test_pressed_twice_it_is_one(worker: Client, resident: Resident) -> None:
    for _ in range(2):
        assert worker.post(new(resident.household), typed(phone="13800001111")).status_code == 303
    assert Resident.objects.filter(name="李建国").count() == 1
    assert RegisterEntry.objects.count() == 1


def test_somebody_who_is_there_is_refused(worker: Client, cast: Cast, resident: Resident) -> None:
    fields = typed(name="王秀英", born_on=BORN.isoformat(), phone=PHONE)
    assert list(refusals(worker.post(new(resident.household), fields))) == ["name"]


def test_nobody_comes_into_a_household_that_left(worker: Client, cast: Cast, resident: Resident) -> None:
    people.leave(resident, how=LeftHow.MOVED, actor=cast.worker, version=1, on=today())
    assert worker.post(new(resident.household), typed()).status_code == 409


# --- somebody like this already ----------------------------------------------------------------
def test_the_same_phone_elsewhere_warns_first(worker: Client, cast: Cast, resident: Resident) -> None:
    other = make_household(building=cast.building)
    response = worker.post(new(other), typed(phone=PHONE))
    page = response.content.decode()
    assert response.status_code == 409
    assert f"/people/{resident.pk}/move/{other.dwelling_id}/" in page
    assert response.context["form"]["name"].value() == "李建国"
    assert worker.post(new(other), typed(phone=PHONE, anyway="1")).status_code == 303


def test_relatives_may_share_a_phone(worker: Client, resident: Resident) -> None:
    assert worker.post(new(resident.household), typed(phone=PHONE)).status_code == 303


def test_nobody_out_of_reach_is_told_of(worker: Client, cast: Cast) -> None:
    make_resident(grid=cast.grid_far, phone=PHONE, id_number=NUMBER)
    home = make_household(building=cast.building)
    assert worker.post(new(home), typed(phone=PHONE, id_number=NUMBER)).status_code == 303


def test_a_correction_warns_too(worker: Client, cast: Cast, resident: Resident) -> None:
    other = make_resident(building=cast.building, name="李建国")
    fields = typed(phone=PHONE, version=1, relation="head")
    assert worker.post(of(other, "correct/"), fields).status_code == 409
    assert worker.post(of(other, "correct/"), fields | {"anyway": "1"}).status_code == 303


# --- correcting --------------------------------------------------------------------------------
def test_an_empty_secret_keeps_what_is_on_record(worker: Client, resident: Resident) -> None:
    worker.post(of(resident, "correct/"), typed(name="王秀兰", relation="head", phone="", version=1))
    resident.refresh_from_db()
    assert (resident.name, resident.phone, resident.version) == ("王秀兰", PHONE, 2)


def test_a_phone_can_be_taken_off_the_record(worker: Client, resident: Resident) -> None:
    worker.post(of(resident, "correct/"), typed(relation="head", phone="", drop_phone="on", version=1))
    resident.refresh_from_db()
    assert (resident.phone, resident.phone_hash, resident.phone_tail_hash) == ("", "", "")


def test_beside_an_id_number_no_birth_date_is_asked(worker: Client, cast: Cast) -> None:
    resident = make_resident(building=cast.building, id_number=NUMBER, born_on=BORN)
    form = worker.get(of(resident, "correct/")).context["form"]
    assert not {"born_on", "sex"} & set(form.fields)
    with pytest.raises(Refused):
        people.correct(resident, actor=cast.worker, version=1, born_on=date(1950, 1, 1))


def test_a_new_id_number_corrects_birth_date_and_sex(worker: Client, resident: Resident) -> None:
    right = id_number(born=date(1947, 3, 1), order=245)
    fields = typed(name="王秀英", relation="head", id_number=right, version=1)
    assert worker.post(of(resident, "correct/"), fields).status_code == 303
    resident.refresh_from_db()
    assert (resident.born_on, resident.sex) == (date(1947, 3, 1), Sex.MALE)


def test_a_conflict_keeps_what_was_typed(worker: Client, cast: Cast, resident: Resident) -> None:
    people.correct(resident, actor=cast.leader, version=1, name="王秀兰", phone="13800002222")
    fields = typed(name="王秀云", relation="head", phone="13800003333", version=1)
    response = worker.post(of(resident, "correct/"), fields)
    form, now = response.context["form"], dict(response.context["now"])
    assert response.status_code == 409
    assert {"王秀兰", "138****2222"} <= set(now.values())
    assert "13800002222" not in response.content.decode()
    assert (form["name"].value(), form["phone"].value(), form["version"].value()) == (
        *("王秀云", "13800003333", "2"),
    )
    assert worker.post(of(resident, "correct/"), {**fields, "version": 2}).status_code == 303


def test_nothing_changed_leaves_no_entry(worker: Client, resident: Resident) -> None:
    worker.post(of(resident, "correct/"), typed(name="王秀英", relation="head", version=1, born_on=BORN))
    assert RegisterEntry.objects.count() == 0


# --- what happens ------------------------------------------------------------------------------
@pytest.mark.parametrize("what", ["married", "divorced"])
def test_a_wedding_and_a_divorce_are_entries(worker: Client, resident: Resident, what: str) -> None:
    assert worker.post(of(resident, f"happened/{what}/"), TODAY | {"relation": "head"}).status_code == 303
    entry = RegisterEntry.objects.get()
    assert (entry.kind, entry.on, entry.changes) == (what, today(), "")


def test_a_new_head_relates_the_others_anew(worker: Client, resident: Resident) -> None:
    son = make_resident(household=resident.household, relation=Relation.CHILD)
    worker.post(of(son, "happened/head/"), TODAY | {f"is_{resident.pk}": "parent"})
    resident.refresh_from_db()
    son.refresh_from_db()
    assert (resident.relation, son.relation) == (Relation.PARENT, Relation.HEAD)


def test_a_head_who_leaves_may_be_followed(worker: Client, resident: Resident) -> None:
    son = make_resident(household=resident.household, relation=Relation.CHILD)
    worker.post(of(resident, "happened/moved_away/"), TODAY | {"new_head": son.pk})
    son.refresh_from_db()
    assert son.relation == Relation.HEAD


def test_a_head_may_leave_none_behind(worker: Client, resident: Resident) -> None:
    son = make_resident(household=resident.household, relation=Relation.CHILD)
    worker.post(of(resident, "happened/moved_away/"), TODAY)
    son.refresh_from_db()
    assert (son.relation, son.household.is_here) == (Relation.CHILD, True)


def test_after_a_death_somebody_looks_in(worker: Client, resident: Resident) -> None:
    make_resident(household=resident.household)
    worker.post(of(resident, "happened/died/"), TODAY | {"look_in": "on"})
    resident.refresh_from_db()
    assert (resident.left_how, CareEvent.objects.get().kind) == (LeftHow.DIED, "loss")


def test_nobody_leaves_tomorrow(worker: Client, resident: Resident) -> None:
    tomorrow = (today() + timedelta(days=1)).isoformat()
    response = worker.post(of(resident, "happened/moved_away/"), TODAY | {"on": tomorrow})
    assert list(refusals(response)) == ["on"]


def test_something_unheard_of_is_no_page(worker: Client, resident: Resident) -> None:
    assert worker.get(of(resident, "happened/promoted/")).status_code == 404


def test_a_plan_ends_with_who_leaves_and_comes_back(worker: Client, cast: Cast, resident: Resident) -> None:
    plan = make_plan(resident)
    worker.post(of(resident, "happened/mistake/"), {"version": 1})
    assert CarePlan.objects.get(pk=plan.pk).ended_on == today()
    worker.post(of(resident, "back/"), {"version": 2})
    resident.refresh_from_db()
    assert CarePlan.objects.get(pk=plan.pk).ended_on is None
    assert (resident.left_on, resident.left_how) == (None, "")
    assert RegisterEntry.objects.first().changed["left_how"] == ["mistake", ""]  # type: ignore[union-attr]


def test_coming_back_beside_a_new_head_makes_no_second(cast: Cast, resident: Resident) -> None:
    son = make_resident(household=resident.household, relation=Relation.CHILD)
    people.leave(resident, how=LeftHow.MOVED, actor=cast.worker, version=1, on=today(), new_head=son)
    people.come_back(resident, actor=cast.worker, version=2)
    assert resident.relation == Relation.OTHER


@pytest.mark.parametrize("version", ["1", "x", ""])
def test_an_old_page_takes_nothing_back(worker: Client, cast: Cast, resident: Resident, version: str) -> None:
    people.leave(resident, how=LeftHow.MOVED, actor=cast.worker, version=1, on=today())
    worker.post(of(resident, "back/"), {"version": version})
    resident.refresh_from_db()
    assert resident.left_on == today()


def test_whose_data_are_gone_cannot_come_back(cast: Cast, resident: Resident) -> None:
    people.leave(resident, how=LeftHow.MOVED, actor=cast.worker, version=1, on=today())
    resident.name = resident.phone = ""
    resident.anonymised_at = clock.now()
    resident.save()
    with pytest.raises(Refused):
        people.come_back(resident, actor=cast.worker, version=2)


# --- moving ------------------------------------------------------------------------------------
def test_into_a_household_of_their_own(worker: Client, cast: Cast, resident: Resident) -> None:
    old, door = resident.household, make_dwelling(building=cast.building, entrance=3, door="302")
    found = worker.post(of(resident, "move/"), {"q": "3-3-302"}).context["doors"]
    assert [row for row, _url in found] == [door]
    fields = TODAY | {"to": "new", "relation": "head"}
    response = worker.post(found[0][1], fields)
    resident.refresh_from_db()
    old.refresh_from_db()
    assert response["Location"] == f"/worker/residents/{resident.household_id}/"
    assert (resident.household.dwelling, resident.came_on, old.left_on) == (door, today(), today())
    kinds = RegisterEntry.objects.filter(resident=resident).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [EntryKind.MOVED, EntryKind.MOVED_IN]


def test_into_an_existing_household_with_their_plans(worker: Client, cast: Cast, resident: Resident) -> None:
    make_plan(resident)
    there = make_resident(building=cast.building, name="李建国").household
    fields = TODAY | {"to": there.pk, "relation": "spouse"}
    worker.post(of(resident, f"move/{there.dwelling_id}/"), fields)
    there.refresh_from_db()
    assert (there.people.here().count(), there.visit_level) == (2, "weekly")


def test_no_second_head_moves_in(worker: Client, cast: Cast, resident: Resident) -> None:
    there = make_resident(building=cast.building).household
    response = worker.post(
        of(resident, f"move/{there.dwelling_id}/"), TODAY | {"to": there.pk, "relation": "head"}
    )
    assert list(refusals(response)) == ["relation"]


def test_beyond_reach_nobodys_name_is_shown(worker: Client, cast: Cast, resident: Resident) -> None:
    far = make_resident(grid=cast.grid_far, name="赵远方").household
    page = worker.get(of(resident, f"move/{far.dwelling_id}/"))
    assert "赵远方" not in page.content.decode()
    refused = worker.post(page.wsgi_request.path, TODAY | {"to": far.pk, "relation": "other"})
    assert refused.status_code == 422
    moved = worker.post(page.wsgi_request.path, TODAY | {"to": "new", "relation": "head"})
    assert moved["Location"] == f"/worker/residents/{resident.household_id}/"
    assert worker.get(of(resident)).status_code == 404


def test_a_neighbouring_unit_pulls_nobody_over(cast: Cast, resident: Resident) -> None:
    mine = make_household(grid=cast.grid_far)
    with pytest.raises(Refused):
        people.move(resident, to=mine, actor=cast.worker2, version=1, on=today(), relation=Relation.HEAD)


def test_the_same_id_number_is_not_there_twice(cast: Cast) -> None:
    first = make_resident(building=cast.building, id_number=NUMBER)
    second = make_resident(building=cast.building, id_number=NUMBER)
    with pytest.raises(Refused):
        people.move(
            second,
            to=first.household,
            actor=cast.worker,
            version=1,
            on=today(),
            relation=Relation.OTHER,
        )


# --- from outside ------------------------------------------------------------------------------
ENDS = [
    *("", "correct/", "move/", "consents/new/", "plans/new/"),
    *("happened/died/", "happened/head/", "unmask/phone/", "unmask/id_number/"),
]


@pytest.mark.parametrize("end", ENDS)
def test_strangers_find_nobody(client: Client, cast: Cast, resident: Resident, end: str) -> None:
    for who in (*STRANGERS, *WITHOUT_NAMES, "section"):
        assert status(client, cast, who, of(resident, end)) == 404, who
        assert status(client, cast, who, of(resident, end), post=True) in (404, 405), who
    for who in OUTSIDE:
        assert status(client, cast, who, of(resident, end)) == 403, who


@pytest.mark.parametrize("end", ENDS)
def test_nobody_enters_unsigned(client: Client, resident: Resident, end: str) -> None:
    assert client.get(of(resident, end))["Location"].startswith("/accounts/login/")


def test_strangers_take_nothing_back(client: Client, cast: Cast, resident: Resident) -> None:
    people.leave(resident, how=LeftHow.MOVED, actor=cast.worker, version=1, on=today())
    for who in (*STRANGERS, *WITHOUT_NAMES):
        assert status(client, cast, who, of(resident, "back/"), post=True) == 404, who


# --- two at once -------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_last_two_leave_at_once_and_the_household_goes(cast: Cast) -> None:
    for _ in range(3):
        home = make_household(building=cast.building)
        pair = [make_resident(household=home), make_resident(household=home)]

        def go(person: Resident) -> None:
            seen = Resident.objects.get(pk=person.pk)
            actor = User.objects.get(pk=cast.worker.pk)
            people.leave(seen, how=LeftHow.MOVED, actor=actor, version=1, on=today())

        assert at_once(*[partial(go, person) for person in pair]) == [None, None]
        home.refresh_from_db()
        assert home.left_on == today()
