"""The admin of territory and people: scoped, sparing, and safe against reaching above oneself."""

import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from grids.models import DutyShift, Grid, Leave, Post, QRToken, Role, User, today
from tests.cast import Cast
from tests.factories import (
    make_building,
    make_estate,
    make_grid,
    make_qr_token,
    make_shift,
    make_user,
    square,
)

pytestmark = pytest.mark.django_db

MODELS = [
    "street",
    "community",
    "grid",
    "estate",
    "building",
    "road",
    "department",
    "qrtoken",
    "user",
    "post",
    "leave",
    "dutyshift",
]


def as_(user: User) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def get(user: User, name: str, /, *args: Any, **query: str) -> HttpResponse:
    return as_(user).get(reverse(f"admin:grids_{name}", args=args), query)  # type: ignore[return-value]


def post(user: User, name: str, /, *args: Any, **fields: Any) -> HttpResponse:
    return as_(user).post(reverse(f"admin:grids_{name}", args=args), fields)  # type: ignore[return-value]


def page(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_list_opens_to_street_community_and_auditor(cast: Cast, model: str) -> None:
    for user in (cast.director, cast.dispatcher, cast.section, cast.community, cast.auditor):
        assert get(user, f"{model}_changelist").status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_list_is_closed_to_grid_and_department(cast: Cast, model: str) -> None:
    for user in (cast.leader, cast.worker, cast.instructor, cast.department):
        assert get(user, f"{model}_changelist").status_code == 302


@pytest.mark.parametrize("model", MODELS)
def test_form_opens_to_who_may_add(cast: Cast, model: str) -> None:
    assert get(cast.dispatcher, f"{model}_add").status_code == 200
    assert get(cast.auditor, f"{model}_add").status_code == 403


def test_community_sees_its_own_grids_only(cast: Cast) -> None:
    listed = page(get(cast.community, "grid_changelist"))
    assert (cast.grid.code in listed, cast.grid_far.code in listed) == (True, False)
    assert get(cast.community, "grid_change", cast.grid_far.pk).status_code == 302


def test_community_sees_its_own_people_only(cast: Cast) -> None:
    listed = page(get(cast.community, "user_changelist"))
    names = set(re.findall(r'field-username"><a[^>]*>([^<]+)', listed))
    assert names == {
        *("leader", "leader_beside", "worker", "parttime", "specialist", "instructor"),
        *("community", "community_leader"),
    }


def test_community_sees_its_own_posts_only(cast: Cast) -> None:
    listed = page(get(cast.community, "post_changelist"))
    assert (str(cast.worker) in listed, str(cast.worker2) in listed) == (True, False)


def test_community_finds_only_its_own_grids_in_a_lookup(cast: Cast) -> None:
    url = reverse("admin:autocomplete")
    query = {"app_label": "grids", "model_name": "post", "field_name": "grid", "term": "网格"}
    found = as_(cast.community_leader).get(url, query).json()["results"]
    assert {row["text"] for row in found} == {"九区社区第三网格", "九区社区第二网格"}


@pytest.mark.parametrize("model", ["user", "grid"])
def test_lists_show_neither_phone_nor_robot_key(cast: Cast, model: str) -> None:
    Grid.objects.update(wecom_robot_key="robot-secret")
    listed = page(get(cast.director, f"{model}_changelist"))
    assert cast.leader.phone not in listed
    assert "robot-secret" not in listed


def test_robot_key_is_written_and_never_shown(cast: Cast) -> None:
    cast.grid.wecom_robot_key = "robot-secret"
    cast.grid.save()
    for user in (cast.director, cast.auditor):
        assert "robot-secret" not in page(get(user, "grid_change", cast.grid.pk))


def grid_fields(grid: Grid, **fields: Any) -> dict[str, Any]:
    return {"code": grid.code, "community": grid.community_id, "kind": grid.kind, "name": grid.name, **fields}


@pytest.mark.parametrize(("typed", "kept"), [("", "old"), ("new", "new"), ("-", "")])
def test_robot_key_is_kept_changed_or_removed(cast: Cast, typed: str, kept: str) -> None:
    Grid.objects.filter(pk=cast.grid.pk).update(wecom_robot_key="old")
    fields = grid_fields(cast.grid, wecom_robot_key=typed)
    response = post(cast.director, "grid_change", cast.grid.pk, **fields)
    cast.grid.refresh_from_db()
    assert (response.status_code, cast.grid.wecom_robot_key) == (302, kept)


@pytest.mark.parametrize(
    ("boundary", "said"),
    [
        ("{", "Enter a valid JSON"),
        ('{"type": "Point", "coordinates": [1, 2]}', "Polygon or MultiPolygon"),
        (square(116.9335, 36.63), "leaves 九区社区"),
        (square(116.931, 36.63), "overlaps 九区社区第二网格"),
    ],
)
def test_bad_boundary_is_explained_beside_its_field(cast: Cast, boundary: Any, said: str) -> None:
    text = boundary if isinstance(boundary, str) else str(boundary).replace("'", '"')
    response = post(cast.director, "grid_change", cast.grid.pk, **grid_fields(cast.grid, boundary=text))
    assert said in page(response)


def test_community_may_not_shrink_below_its_grids(cast: Cast) -> None:
    unit = cast.community_unit
    boundary = str(square(116.93, 36.63, 0.001)).replace("'", '"')
    fields = {"code": unit.code, "street": unit.street_id, "name": unit.name, "boundary": boundary}
    assert "would lie partly outside" in page(post(cast.director, "community_change", unit.pk, **fields))


def test_grid_of_another_community_is_refused_by_its_code(cast: Cast) -> None:
    fields = grid_fields(cast.grid, community=cast.community_unit2.pk)
    assert "begins with the code of its community" in page(
        post(cast.director, "grid_change", cast.grid.pk, **fields)
    )


def test_grid_number_says_its_kind(cast: Cast) -> None:
    response = post(cast.director, "grid_change", cast.grid.pk, **grid_fields(cast.grid, kind="dedicated"))
    assert "901–999" in page(response)


def test_building_lies_in_its_grid_and_its_estate_in_the_community(cast: Cast) -> None:
    house = cast.building
    fields = {"grid": house.grid_id, "name": "1", "address": "1", "entrances": 1}
    far = {**fields, "latitude": 36.7, "longitude": 117.0}
    assert "outside 九区社区第三网格" in page(post(cast.director, "building_change", house.pk, **far))
    strange = {**fields, "estate": make_estate(community=cast.community_unit2).pk}
    assert "another community" in page(post(cast.director, "building_change", house.pk, **strange))


def post_fields(user: User, role: Role, **fields: Any) -> dict[str, Any]:
    return {"user": user.pk, "role": role.value, "starts_on": "2026-11-23", **fields}


def test_community_leader_fills_a_post_of_an_own_grid(cast: Cast) -> None:
    fresh = make_user()
    fields = post_fields(fresh, Role.FULL_TIME_WORKER, grid=cast.grid.pk)
    assert post(cast.community_leader, "post_add", **fields).status_code == 302
    assert Post.objects.get(user=fresh).grid == cast.grid


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.FULL_TIME_WORKER, "grid_far"),
        (Role.COMMUNITY_STAFF, "community_unit"),
        (Role.DISPATCHER, "street"),
        (Role.AUDITOR, ""),
    ],
)
def test_community_leader_fills_no_other_post(cast: Cast, role: Role, unit: str) -> None:
    fields = {role.unit: getattr(cast, unit).pk} if unit else {}
    response = post(cast.community_leader, "post_add", **post_fields(make_user(), role, **fields))
    assert "errornote" in page(response)
    assert Post.objects.count() == 16


def test_dispatcher_appoints_no_street_leader(cast: Cast) -> None:
    fields = post_fields(cast.dispatcher, Role.STREET_LEADER, street=cast.street.pk)
    assert "errornote" in page(post(cast.dispatcher, "post_add", **fields))


def test_dispatcher_ends_no_street_leaders_post(cast: Cast) -> None:
    held = cast.director.posts.get()
    assert post(cast.dispatcher, "post_change", held.pk, ends_on="2026-11-23").status_code == 403


def test_second_leader_is_refused_with_a_sentence(cast: Cast) -> None:
    fields = post_fields(cast.worker, Role.GRID_LEADER, grid=cast.grid.pk)
    assert "end that post first" in page(post(cast.director, "post_add", **fields))


def test_post_held_twice_is_refused_with_a_sentence(cast: Cast) -> None:
    fields = post_fields(cast.worker, Role.FULL_TIME_WORKER, grid=cast.grid.pk)
    assert "already holds this post" in page(post(cast.director, "post_add", **fields))


def test_post_on_the_wrong_kind_of_unit_is_refused_with_a_sentence(cast: Cast) -> None:
    fields = post_fields(cast.worker, Role.GRID_LEADER, community=cast.community_unit.pk)
    assert "exactly its own kind of unit" in page(post(cast.director, "post_add", **fields))


def test_one_worker_too_many_is_refused_with_a_sentence(cast: Cast) -> None:
    for _ in range(2):
        make_user(post=Role.FULL_TIME_WORKER, at=cast.grid)
    fields = post_fields(make_user(), Role.FULL_TIME_WORKER, grid=cast.grid.pk)
    assert "as many of them" in page(post(cast.director, "post_add", **fields))


def test_last_day_before_the_first_is_refused_with_a_sentence(cast: Cast) -> None:
    fields = post_fields(make_user(), Role.PART_TIME_WORKER, grid=cast.grid.pk, ends_on="2026-11-22")
    assert "before the first" in page(post(cast.director, "post_add", **fields))


def test_post_is_ended_by_the_community_leader(cast: Cast) -> None:
    held = cast.worker.posts.get()
    fields = post_fields(cast.worker, Role.FULL_TIME_WORKER, grid=cast.grid.pk, ends_on="2026-11-30")
    assert post(cast.community_leader, "post_change", held.pk, **fields).status_code == 302
    held.refresh_from_db()
    assert held.ends_on == date(2026, 11, 30)


def leave_fields(held: Post, deputy: User) -> dict[str, Any]:
    return {"post": held.pk, "deputy": deputy.pk, "starts_on": "2026-11-23", "ends_on": "2026-11-30"}


def test_community_leader_names_a_deputy_in_an_own_grid(cast: Cast) -> None:
    fields = leave_fields(cast.worker.posts.get(), cast.parttime)
    assert post(cast.community_leader, "leave_add", **fields).status_code == 302
    assert Leave.objects.get().deputy == cast.parttime


def test_dispatcher_does_not_deputise_for_a_street_leader(cast: Cast) -> None:
    fields = leave_fields(cast.director.posts.get(), cast.dispatcher)
    assert "may not name a deputy" in page(post(cast.dispatcher, "leave_add", **fields))


def test_holder_is_not_the_deputy(cast: Cast) -> None:
    fields = leave_fields(cast.worker.posts.get(), cast.worker)
    assert "somebody else than the holder" in page(post(cast.director, "leave_add", **fields))


def shift_fields(user: User, **fields: Any) -> dict[str, Any]:
    days = {"starts_at_0": "2026-11-23", "ends_at_0": "2026-11-24"}
    return {"user": user.pk, **days, "starts_at_1": "17:30", "ends_at_1": "08:30", **fields}


def test_community_keeps_its_own_roster_only(cast: Cast) -> None:
    leader = cast.community_leader
    own = shift_fields(cast.community, community=cast.community_unit.pk)
    assert post(leader, "dutyshift_add", **own).status_code == 302
    assert "Choose your community" in page(post(leader, "dutyshift_add", **shift_fields(cast.community)))
    other = shift_fields(cast.community, community=cast.community_unit2.pk)
    assert "errornote" in page(post(leader, "dutyshift_add", **other))
    assert DutyShift.objects.count() == 1


def user_fields(user: User, **fields: Any) -> dict[str, Any]:
    return {
        "username": user.username,
        "real_name": user.real_name,
        "phone": user.phone,
        "is_active": "on",
        **fields,
    }


def test_dispatcher_edits_a_worker_and_makes_nobody_a_superuser(cast: Cast) -> None:
    fields = user_fields(cast.worker, real_name="新名字", is_superuser="on", sections=["city"])
    assert post(cast.dispatcher, "user_change", cast.worker.pk, **fields).status_code == 302
    cast.worker.refresh_from_db()
    assert (cast.worker.real_name, cast.worker.is_superuser, cast.worker.sections) == (
        "新名字",
        False,
        ["city"],
    )


def test_dispatcher_does_not_reset_a_street_leaders_password(cast: Cast) -> None:
    url = reverse("admin:auth_user_password_change", args=[cast.director.pk])
    assert as_(cast.dispatcher).get(url).status_code == 403
    assert as_(cast.director).get(url).status_code == 200


def test_bad_phone_is_refused_with_a_sentence(cast: Cast) -> None:
    fields = user_fields(cast.worker, phone="12345")
    assert "11 digits" in page(post(cast.director, "user_change", cast.worker.pk, **fields))


def test_phone_is_masked_for_who_may_only_look(cast: Cast) -> None:
    for user in (cast.auditor, cast.community, cast.section):
        shown = page(get(user, "user_change", cast.worker.pk))
        assert (cast.worker.phone in shown, "138****" in shown) == (False, True)


def test_new_account_is_made_with_a_password(cast: Cast) -> None:
    password = {"password1": "long-enough-pass", "password2": "long-enough-pass", "usable_password": "true"}
    fields = {"username": "newcomer", "real_name": "新人", "phone": "13800009999", **password}
    assert post(cast.dispatcher, "user_add", **fields).status_code == 302
    assert User.objects.get(username="newcomer").check_password("long-enough-pass")


def test_codes_are_revoked_by_hand(cast: Cast) -> None:
    code = make_qr_token(building=cast.building)
    fields = {"action": "revoke", "_selected_action": [code.pk]}
    assert post(cast.dispatcher, "qrtoken_changelist", **fields).status_code == 302
    assert not QRToken.objects.in_force().exists()


def test_community_prints_its_own_codes(cast: Cast) -> None:
    own, far = make_qr_token(building=cast.building), make_qr_token(grid=cast.grid_far)
    fields = {"action": "print_a4", "_selected_action": [own.pk, far.pk]}
    response = post(cast.community, "qrtoken_changelist", **fields)
    content = b"".join(response)
    assert response["Content-Type"] == "application/pdf"
    assert len(re.findall(rb"/Type /Page\b", content)) == 1


def test_codes_are_renewed_after_a_second_look(cast: Cast) -> None:
    code = make_qr_token(building=cast.building)
    fields = {"action": "renew", "_selected_action": [code.pk]}
    assert "九区3号楼" in page(post(cast.community, "qrtoken_changelist", **fields))
    assert list(QRToken.objects.in_force()) == [code]
    post(cast.community, "qrtoken_changelist", **fields, confirmed="yes")
    assert QRToken.objects.in_force().get().pk != code.pk


@pytest.mark.parametrize("action", ["renew", "revoke"])
def test_another_communitys_code_is_out_of_reach(cast: Cast, action: str) -> None:
    code = make_qr_token(grid=cast.grid_far)
    post(cast.community, "qrtoken_changelist", action=action, _selected_action=[code.pk], confirmed="yes")
    assert list(QRToken.objects.in_force()) == [code]


def test_auditor_sees_codes_and_renews_none(cast: Cast) -> None:
    code = make_qr_token(grid=cast.grid)
    fields = {"action": "renew", "_selected_action": [code.pk], "confirmed": "yes"}
    assert post(cast.auditor, "qrtoken_changelist", **fields).status_code == 302
    assert list(QRToken.objects.in_force()) == [code]


def test_community_makes_its_own_missing_codes(cast: Cast) -> None:
    assert post(cast.community, "qrtoken_missing").status_code == 302
    assert {code.within for code in QRToken.objects.with_place()} == {cast.community_unit}


def test_auditor_makes_no_codes(cast: Cast) -> None:
    post(cast.auditor, "qrtoken_missing")
    assert not QRToken.objects.exists()


def test_code_that_hangs_outside_keeps_its_place(cast: Cast) -> None:
    code = make_qr_token(grid=cast.grid)
    post(cast.dispatcher, "qrtoken_change", code.pk, grid=cast.grid_far.pk)
    code.refresh_from_db()
    assert code.grid == cast.grid


def test_code_of_both_grid_and_community_is_refused_with_a_sentence(cast: Cast) -> None:
    fields = {"grid": cast.grid.pk, "community": cast.community_unit.pk}
    assert "not both" in page(post(cast.dispatcher, "qrtoken_add", **fields))


def test_unfilled_posts_are_shown(cast: Cast) -> None:
    shown = page(get(cast.director, "grid_vacancies"))
    assert re.findall(r"<td>(Grid leader|Full-time grid worker)</td>\s*<td>(\d)</td>", shown) == [
        ("Full-time grid worker", "0")
    ]


def test_unfilled_posts_are_scoped_and_shut_to_outsiders(cast: Cast) -> None:
    Post.objects.filter(role=Role.GRID_LEADER).delete()
    shown = page(get(cast.community2, "grid_vacancies"))
    assert (cast.grid_far.name in shown, cast.grid.name in shown) == (True, False)
    assert get(cast.leader, "grid_vacancies").status_code == 302


def _add_row(model: str, cast: Cast) -> None:
    grid = make_grid(community=cast.community_unit2)
    building = make_building(grid=grid, estate=make_estate(community=cast.community_unit2))
    make_qr_token(building=building)
    make_shift(make_user(post=Role.FULL_TIME_WORKER, at=grid), community=cast.community_unit2)


@pytest.mark.parametrize("model", ["grid", "building", "estate", "qrtoken", "user", "post", "dutyshift"])
def test_list_takes_as_many_queries_for_more_rows(
    cast: Cast, model: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, url = as_(cast.director), reverse(f"admin:grids_{model}_changelist")
    _add_row(model, cast)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    _add_row(model, cast)
    _add_row(model, cast)
    with django_assert_num_queries(len(few)):
        client.get(url)


def test_a_grid_that_ended_is_not_offered_to_forms(client: Client, cast: Cast) -> None:
    Grid.objects.filter(pk=cast.grid_far.pk).update(ended_on=today())
    client.force_login(cast.dispatcher)
    asked = {"app_label": "grids", "model_name": "building", "field_name": "grid", "term": "网格"}
    offered = client.get("/admin/autocomplete/", asked).json()["results"]
    assert {row["text"] for row in offered} == {cast.grid.name, cast.grid_beside.name}
