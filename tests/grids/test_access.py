"""The admin's door and what each may do behind it."""

import pytest

from grids import access
from grids.models import Community, Grid, Role, User
from tests.cast import Cast
from tests.factories import make_leave, make_user
from wangguan import clock

pytestmark = pytest.mark.django_db

OPEN_TO = {"community", "community_leader", "community2", "dispatcher", "section", "director", "auditor"}

CODE_EDITORS = {"dispatcher", "director", "community", "community_leader", "community2"}


def everybody() -> dict[str, User]:
    return {user.username: user for user in User.objects.all()}


def who_may(perm: str) -> set[str]:
    return {name for name, user in everybody().items() if user.has_perm(perm)}


def test_admin_opens_to_street_community_and_auditor_posts(cast: Cast) -> None:
    assert {name for name, user in everybody().items() if user.is_staff} == OPEN_TO


def test_admin_closes_when_the_post_ends(cast: Cast) -> None:
    cast.dispatcher.posts.update(ends_on=clock.now().date())
    with clock.at(clock.now().replace(year=2030)):
        assert not User.objects.get(username="dispatcher").is_staff


def test_admin_is_closed_to_the_inactive(cast: Cast) -> None:
    User.objects.update(is_active=False)
    assert not any(user.is_staff or user.has_perm("grids.view_grid") for user in everybody().values())


def test_admin_opens_to_a_superuser_without_a_post() -> None:
    root = User.objects.create_superuser("root", real_name="管理员")
    assert (root.is_staff, root.has_perm("grids.delete_grid")) == (True, True)


def test_deputy_of_a_dispatcher_gets_in_while_it_lasts(cast: Cast) -> None:
    make_leave(cast.dispatcher.posts.get(), cast.worker)
    assert cast.worker.is_staff
    with clock.at(clock.now().replace(year=2030)):
        assert not cast.worker.is_staff


@pytest.mark.parametrize("model", ["street", "community", "grid", "estate", "building", "road", "user"])
def test_territory_and_people_are_edited_by_dispatchers_and_street_leaders(cast: Cast, model: str) -> None:
    assert who_may(f"grids.change_{model}") == {"dispatcher", "director"}


def test_codes_are_also_kept_by_communities(cast: Cast) -> None:
    assert who_may("grids.change_qrtoken") == CODE_EDITORS
    assert who_may("grids.delete_qrtoken") == {"dispatcher", "director"}


def test_grid_leader_keeps_codes_without_the_admin(cast: Cast) -> None:
    kept = {name for name, user in everybody().items() if user.keeps_codes}
    assert kept == CODE_EDITORS | {"leader", "leader_beside", "leader2"}


@pytest.mark.parametrize("model", ["post", "leave", "dutyshift"])
def test_posts_are_also_filled_by_community_leaders(cast: Cast, model: str) -> None:
    assert who_may(f"grids.add_{model}") == {"dispatcher", "director", "community_leader"}


def test_posts_and_territory_are_never_deleted(cast: Cast) -> None:
    assert who_may("grids.delete_post") | who_may("grids.delete_grid") | who_may("grids.delete_user") == set()


def test_auditor_sees_everything_and_changes_nothing(cast: Cast) -> None:
    assert "auditor" in who_may("notify.view_message") & who_may("grids.view_user")
    actions = ("add", "change", "delete")
    assert not any(cast.auditor.has_perm(f"grids.{action}_post") for action in actions)


def test_model_that_nobody_registered_is_seen_by_street_and_auditor_only(cast: Cast) -> None:
    assert who_may("elsewhere.view_secret") == {"dispatcher", "section", "director", "auditor"}
    assert who_may("elsewhere.change_secret") == set()


def test_higher_rooms_register_their_models(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_rules", dict(access._rules))
    access.register("elsewhere.Secret", view=[Role.AUDITOR], edit=[Role.STREET_LEADER])
    assert who_may("elsewhere.view_secret") == {"auditor"}
    assert who_may("elsewhere.add_secret") == {"director"}


@pytest.mark.parametrize("perm", ["", "grids", "grids.", "grids.view", "grids.fly_grid", "a.b.c_d"])
def test_permission_of_no_sense_is_refused(cast: Cast, perm: str) -> None:
    assert not cast.worker.has_perm(perm)
    assert perm not in ("grids.fly_grid",) or not cast.director.has_perm(perm)


def test_scope_of_street_and_auditor_is_everywhere(cast: Cast) -> None:
    for user in (cast.director, cast.dispatcher, cast.section, cast.auditor):
        assert access.admin_scope(user).limit(Grid.objects.all(), "community").count() == 3


def test_scope_of_a_community_is_its_own_grids(cast: Cast) -> None:
    scope = access.admin_scope(cast.community)
    assert set(scope.limit(Grid.objects.all(), "community")) == {cast.grid, cast.grid_beside}
    assert set(scope.limit(Community.objects.all(), "pk")) == {cast.community_unit}


def test_scope_of_a_grid_post_is_nothing(cast: Cast) -> None:
    assert not access.admin_scope(cast.leader).limit(Grid.objects.all(), "community").exists()


def test_community_leader_fills_posts_of_own_grids_only(cast: Cast) -> None:
    leader = cast.community_leader
    assert access.may_fill(leader, role=Role.FULL_TIME_WORKER, grid=cast.grid)
    assert not access.may_fill(leader, role=Role.FULL_TIME_WORKER, grid=cast.grid_far)
    assert not access.may_fill(leader, role=Role.COMMUNITY_STAFF)


def test_nobody_appoints_above_themselves(cast: Cast) -> None:
    assert not access.may_fill(cast.dispatcher, role=Role.STREET_LEADER)
    assert not access.may_fill(cast.director, role=Role.AUDITOR)
    assert access.may_fill(cast.director, role=Role.STREET_LEADER)


def test_nobody_takes_over_an_account_above_themselves(cast: Cast) -> None:
    root = make_user(is_superuser=True)
    assert [
        access.may_change_account(cast.dispatcher, other) for other in (cast.worker, cast.director, root)
    ] == [
        True,
        False,
        False,
    ]
