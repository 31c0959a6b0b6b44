"""Posts, leave and who answers for what."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from grids.models import Grid, Line, Post, Role, User, today
from grids.queries import duty_people, people_of, staffing
from tests.cast import Cast
from tests.factories import (
    Unit,
    make_department,
    make_grid,
    make_leave,
    make_post,
    make_shift,
    make_street,
    make_user,
)
from wangguan import clock

MONDAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def test_grid_has_one_leader_at_a_time() -> None:
    grid = make_grid()
    make_post(make_user(), Role.GRID_LEADER, at=grid, starts_on=MONDAY, ends_on=MONDAY)
    with pytest.raises(IntegrityError, match="post_one_leader_per_grid"):
        make_post(make_user(), Role.GRID_LEADER, at=grid, starts_on=MONDAY)


def test_grid_changes_its_leader_from_one_day_to_the_next() -> None:
    grid = make_grid()
    make_post(make_user(), Role.GRID_LEADER, at=grid, starts_on=MONDAY, ends_on=MONDAY)
    make_post(make_user(), Role.GRID_LEADER, at=grid, starts_on=MONDAY + timedelta(days=1))
    assert grid.posts.count() == 2


def test_grid_has_several_full_time_workers() -> None:
    grid = make_grid()
    workers = [make_user(post=Role.FULL_TIME_WORKER, at=grid) for _ in range(2)]
    assert people_of(Role.FULL_TIME_WORKER, grid=grid) == workers


def test_post_is_held_once_by_one_person() -> None:
    user, street = make_user(), make_street()
    make_post(user, Role.DISPATCHER, at=street)
    with pytest.raises(IntegrityError, match="post_held_once"):
        make_post(user, Role.DISPATCHER, at=street)


@pytest.mark.parametrize("role", list(Role))
def test_role_needs_its_own_kind_of_unit(role: Role) -> None:
    grid = make_grid()
    units: dict[str, Unit] = {
        "grid": grid,
        "community": grid.community,
        "street": make_street(),
        "department": make_department(),
    }
    for kind in ["", *units]:
        fitting = {kind: units[kind]} if kind else {}
        if kind == role.unit:
            make_user(post=role, at=units.get(kind))
            continue
        with pytest.raises(IntegrityError, match="post_role_fits_unit"), transaction.atomic():
            Post.objects.create(user=make_user(), role=role, **fitting)


def test_unknown_role_is_refused() -> None:
    with pytest.raises(IntegrityError, match="post_role_fits_unit"):
        Post.objects.create(user=make_user(), role="king")


def test_unknown_section_is_refused() -> None:
    with pytest.raises(IntegrityError, match="user_sections_known"):
        make_user(sections=[Line.PARTY, "astrology"])


def test_post_ends_on_its_last_day(cast: Cast) -> None:
    Post.objects.filter(user=cast.leader).update(ends_on=today())
    assert people_of(Role.GRID_LEADER, grid=cast.grid) == [cast.leader]
    with clock.at(clock.now() + timedelta(days=1)):
        assert people_of(Role.GRID_LEADER, grid=cast.grid) == []


def test_day_turns_at_midnight_in_the_streets_time_zone() -> None:
    with clock.at(datetime.fromisoformat("2026-11-22T16:00:00+00:00")):
        assert today() == MONDAY


def test_post_titles_name_unit_and_role(cast: Cast) -> None:
    posts = Post.objects.with_units().in_bulk(field_name="id").values()
    titles = {post.user_id: post.title for post in posts}
    assert "九区社区第三网格" in titles[cast.leader.pk]
    assert titles[cast.auditor.pk] == str(Role.AUDITOR.label)


def test_current_posts_come_from_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = User.objects.get(pk=cast.leader.pk)
    with django_assert_num_queries(1):
        assert [post.title for post in user.current_posts] == [post.title for post in user.current_posts]


def test_current_posts_leave_out_ended_ones(cast: Cast) -> None:
    make_post(cast.worker, Role.PART_TIME_WORKER, at=cast.grid_far, ends_on=MONDAY)
    with clock.at(clock.now() + timedelta(days=3650)):
        assert [post.role for post in cast.worker.current_posts] == [Role.FULL_TIME_WORKER]


def test_deputy_answers_instead_of_who_is_on_leave(cast: Cast) -> None:
    make_leave(cast.leader.posts.get(), cast.worker2)
    assert people_of(Role.GRID_LEADER, grid=cast.grid) == [cast.worker2]


def test_deputy_has_the_duties_of_the_post_while_it_lasts(cast: Cast) -> None:
    make_leave(cast.leader.posts.get(), cast.worker2)
    assert {post.grid for post in cast.worker2.current_posts} == {cast.grid, cast.grid_far}
    with clock.at(clock.now() + timedelta(days=1)):
        assert {post.grid for post in cast.worker2.current_posts} == {cast.grid_far}


def test_deputy_who_is_inactive_leaves_the_holder_in_charge(cast: Cast) -> None:
    make_leave(cast.leader.posts.get(), make_user(is_active=False))
    assert people_of(Role.GRID_LEADER, grid=cast.grid) == [cast.leader]


def test_post_has_one_deputy_at_a_time(cast: Cast) -> None:
    make_leave(cast.leader.posts.get(), cast.worker)
    with pytest.raises(IntegrityError, match="leave_one_deputy_at_a_time"):
        make_leave(cast.leader.posts.get(), cast.worker2)


def test_people_of_names_each_once_in_the_order_of_roles(cast: Cast) -> None:
    make_post(cast.leader, Role.FULL_TIME_WORKER, at=cast.grid)
    assert people_of(Role.GRID_LEADER, Role.FULL_TIME_WORKER, grid=cast.grid) == [cast.leader, cast.worker]


def test_people_of_takes_two_queries(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        people_of(Role.GRID_LEADER, Role.FULL_TIME_WORKER, grid=cast.grid)


def test_people_of_leaves_out_the_inactive(cast: Cast) -> None:
    User.objects.filter(pk=cast.worker.pk).update(is_active=False)
    assert people_of(Role.FULL_TIME_WORKER, grid=cast.grid) == []


def test_duty_is_the_communitys_before_the_streets(cast: Cast) -> None:
    make_shift(cast.dispatcher)
    make_shift(cast.community, community=cast.community_unit)
    assert duty_people(clock.now(), community=cast.community_unit) == [cast.community]
    assert duty_people(clock.now(), community=cast.community_unit2) == [cast.dispatcher]
    assert duty_people(clock.now()) == [cast.dispatcher]


def test_duty_ends_with_its_last_moment(cast: Cast) -> None:
    shift = make_shift(cast.dispatcher)
    assert duty_people(shift.ends_at - timedelta(seconds=1)) == [cast.dispatcher]
    assert duty_people(shift.ends_at) == []


def test_phone_lies_encrypted_in_the_database(cast: Cast) -> None:
    stored = User.objects.raw("SELECT id, phone AS raw_phone FROM grids_user WHERE username = 'leader'")[0]
    assert cast.leader.phone not in stored.raw_phone  # type: ignore[attr-defined]


def test_vacancies_are_posts_below_their_minimum(cast: Cast) -> None:
    Post.objects.filter(user=cast.leader).update(ends_on=today() - timedelta(days=1))
    vacant = [(row.grid, row.role, row.missing) for row in Grid.objects.vacancies()]
    assert vacant == [
        (cast.grid_beside, Role.FULL_TIME_WORKER, 1),
        (cast.grid, Role.GRID_LEADER, 1),
    ]


def test_minima_and_maxima_are_settings(cast: Cast, settings: Settings) -> None:
    settings.POST_MINIMA = {"part_time_worker": 2}
    settings.POST_MAXIMA = {"full_time_worker": 0}
    rows = staffing(Grid.objects.filter(pk=cast.grid.pk))
    assert [(row.role, row.missing, row.excess) for row in rows] == [
        (Role.PART_TIME_WORKER, 1, 0),
        (Role.FULL_TIME_WORKER, 0, 1),
    ]


def test_staffing_takes_two_queries(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        assert [row.grid.community.name for row in Grid.objects.vacancies()] == ["九区社区"]


def test_one_role_in_two_grids_is_two_posts() -> None:
    grid, beside = make_grid(), make_grid()
    user = make_user("li", post=Role.FULL_TIME_WORKER, at=grid)
    Post(user=user, role=Role.FULL_TIME_WORKER, grid=beside).full_clean()
