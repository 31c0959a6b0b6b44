"""Requests follow their grid when it is split, merged or renumbered."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from grids import reshape
from grids.locate import Place
from grids.models import (
    Building,
    Grid,
    GridAlias,
    Post,
    QRToken,
    Reshaping,
    ReshapingKind,
    Road,
    Role,
    TerritoryStamp,
    today,
)
from grids.reshape import Asked
from requests_app.models import Ticket, TicketEvent
from requests_app.services import SYSTEM, audit, redrawn, staff, take
from requests_app.workflow import REDRAWN
from tests.cast import Cast
from tests.factories import make_building, make_leave, make_post, make_qr_token, make_user
from tests.race import at_once
from tests.requests_app.matters import accepted, answered, resolved, told
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
NEW = "370103015005004"


@pytest.fixture
def second(cast: Cast) -> Building:
    """Another building of the cast's grid, east of the first."""
    return make_building(grid=cast.grid, address="九区4号楼", latitude=36.631, longitude=116.9315)


@pytest.fixture(autouse=True)
def _west(cast: Cast) -> None:
    Building.objects.filter(pk=cast.building.pk).update(longitude=116.9305)


def in_building(cast: Cast, building: Building) -> dict[str, Any]:
    return {"place": Place(cast.grid, cast.community_unit, building, how="building")}


def split(cast: Cast, second: Building, **asked: Any) -> Asked:
    fields = {"code": NEW, "name": "九区社区第四网格", "buildings": (second.pk,), "reason": "户数过多"}
    return Asked(kind=ReshapingKind.SPLIT, source=cast.grid, **{**fields, **asked})


def merge(cast: Cast, **asked: Any) -> Asked:
    fields = {"target": cast.grid_beside, "reason": "合并", **asked}
    return Asked(kind=ReshapingKind.MERGE, source=cast.grid, **fields)


def renumber(cast: Cast, code: str = NEW) -> Asked:
    return Asked(kind=ReshapingKind.RENUMBER, source=cast.grid, code=code, reason="统一编号")


def done(cast: Cast, asked: Asked) -> Reshaping:
    made = reshape.plan(asked)
    return reshape.carry_out(asked, seal=made.seal, key=uuid4(), by=cast.dispatcher)


def held(cast: Cast, **fields: Any) -> Ticket:
    ticket = accepted(cast, **fields)
    take(ticket, "hold", by=staff(cast.community), review_on=today() + timedelta(days=9), note="等配件")
    return ticket


def climbed(cast: Cast, **fields: Any) -> Ticket:
    ticket = accepted(cast, **fields)
    take(ticket, "escalate", by=staff(cast.worker), note="要协调")
    return ticket


def at_street(cast: Cast, **fields: Any) -> Ticket:
    ticket = climbed(cast, **fields)
    take(ticket, "escalate", by=staff(cast.community), note="要协调")
    return ticket


def asked(cast: Cast, **fields: Any) -> Ticket:
    ticket = accepted(cast, **fields)
    take(ticket, "ask", by=staff(cast.worker), question="几单元？")
    return ticket


def declined(cast: Cast, **fields: Any) -> Ticket:
    ticket = told(cast, **fields)
    take(ticket, "decline", by=staff(cast.community), note="不归我们", answer="请拨 12345。")
    return ticket


def merged(cast: Cast, **fields: Any) -> Ticket:
    ticket, parent = told(cast, **fields), told(cast, **fields)
    take(ticket, "merge", by=staff(cast.leader), parent=parent)
    return ticket


def closed(cast: Cast, **fields: Any) -> Ticket:
    ticket = answered(cast, **fields)
    take(ticket, "close", by=SYSTEM, note="")
    return ticket


WAITING = [told, accepted, held, asked, climbed, at_street, resolved, answered, declined, merged]


@pytest.mark.parametrize("make", WAITING)
@pytest.mark.parametrize("kind", ["split", "merge", "renumber"])
def test_every_waiting_request_moves_and_the_audit_stays_clean(
    cast: Cast, second: Building, make: Any, kind: str
) -> None:
    ticket = make(cast, **in_building(cast, second))
    wish = {"split": split(cast, second), "merge": merge(cast), "renumber": renumber(cast)}[kind]

    record = done(cast, wish)

    ticket.refresh_from_db()
    assert ticket.grid == record.target
    assert ticket.events.filter(step=REDRAWN).count() == 1
    assert audit.violations() == {}


def test_what_lies_elsewhere_in_the_grid_stays(cast: Cast, second: Building) -> None:
    ticket = told(cast, **in_building(cast, cast.building))
    loose = told(cast)

    done(cast, split(cast, second))

    assert set(Ticket.objects.values_list("grid", flat=True)) == {cast.grid.pk}
    assert not TicketEvent.objects.filter(ticket__in=[ticket, loose], step=REDRAWN).exists()


def test_a_request_on_a_point_goes_with_the_ground(cast: Cast, second: Building) -> None:
    east = told(cast, latitude=36.6305, longitude=116.9319)
    west = told(cast, latitude=36.6305, longitude=116.9301)

    record = done(cast, split(cast, second))

    assert Ticket.objects.get(pk=east.pk).grid == record.target
    assert Ticket.objects.get(pk=west.pk).grid == cast.grid


def test_without_people_the_duty_desk_of_the_community_is_in_charge(cast: Cast, second: Building) -> None:
    ticket = accepted(cast, **in_building(cast, second))
    made = reshape.plan(split(cast, second))
    record = done(cast, split(cast, second))

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.level) == (cast.community, "grid")
    assert made.counts["passed_on"] == record.counts["passed_on"] == 1
    assert len(made.warnings) == 1
    assert Message.objects.filter(kind="assigned", user=cast.community, topic=ticket.number).exists()


def test_who_serves_both_grids_keeps_the_request(cast: Cast, second: Building) -> None:
    ticket = accepted(cast, **in_building(cast, second))
    post = Post.objects.get(user=cast.worker)

    record = done(cast, split(cast, second, staff=(post.pk,), leader=cast.leader_beside))

    ticket.refresh_from_db()
    assert ticket.assignee == cast.worker
    assert sorted(Post.objects.filter(grid=record.target).values_list("user__username", "role")) == [
        ("leader_beside", "grid_leader"),
        ("worker", "full_time_worker"),
    ]
    assert record.counts["passed_on"] == 0


def test_a_deputy_stands_in_at_the_new_grid_too(cast: Cast, second: Building) -> None:
    post, deputy = Post.objects.get(user=cast.worker), make_user("deputy")
    make_leave(post, deputy, ends_on=today() + timedelta(days=3))

    record = done(cast, split(cast, second, staff=(post.pk,)))

    leave = Post.objects.get(grid=record.target).leaves.get()
    assert (leave.deputy, leave.ends_on) == (deputy, today() + timedelta(days=3))


def test_the_ground_moves_with_its_codes(cast: Cast, second: Building) -> None:
    code = make_qr_token(building=second)
    own = make_qr_token(grid=cast.grid)
    road = Road.objects.create(name="王官庄东街", community=cast.community_unit, grid=cast.grid)

    record = done(cast, split(cast, second))

    code.refresh_from_db()
    own.refresh_from_db()
    road.refresh_from_db()
    assert (code.grid, own.grid, road.grid) == (record.target, cast.grid, None)
    assert record.counts["buildings"] == record.counts["codes"] == 1


def test_boundaries_of_a_split_do_not_overlap(cast: Cast, second: Building) -> None:
    record = done(cast, split(cast, second))

    cast.grid.refresh_from_db()
    cast.grid.full_clean()
    record.target.full_clean()


def test_a_closed_request_stays_and_the_new_grid_may_read_it(cast: Cast, second: Building) -> None:
    ticket = closed(cast, **in_building(cast, second))
    version = ticket.version

    done(cast, split(cast, second, leader=cast.leader_beside))

    ticket.refresh_from_db()
    assert (ticket.grid, ticket.version) == (cast.grid, version)
    reader = type(cast.leader_beside).objects.get(pk=cast.leader_beside.pk)
    assert Ticket.objects.visible_to(reader).filter(pk=ticket.pk).exists()


def test_merging_ends_the_posts_there_and_gives_them_here(cast: Cast) -> None:
    ticket = accepted(cast)

    record = done(cast, merge(cast))

    ticket.refresh_from_db()
    assert ticket.assignee == cast.worker
    assert not Post.objects.current().filter(grid=cast.grid).exists()
    here = Post.objects.current().filter(grid=cast.grid_beside).values_list("user__username", "role")
    assert ("leader_beside", "grid_leader") in here
    assert ("worker", "full_time_worker") in here
    assert len(here) == 5
    assert record.from_code == "370103015005003"


def test_of_two_leaders_the_chosen_one_leads(cast: Cast) -> None:
    done(cast, merge(cast, leader=cast.leader))

    leader = Post.objects.current().get(grid=cast.grid_beside, role=Role.GRID_LEADER)
    assert leader.user == cast.leader


def test_posts_that_have_not_begun_are_taken_away_with_the_grid(cast: Cast) -> None:
    late = make_user("late")
    make_post(late, Role.FULL_TIME_WORKER, at=cast.grid, starts_on=today() + timedelta(days=5))

    done(cast, merge(cast))

    assert not Post.objects.filter(user=late).exists()


def test_a_merged_grid_leads_on_by_its_number(cast: Cast) -> None:
    code = make_qr_token(grid=cast.grid)

    done(cast, merge(cast))

    code.refresh_from_db()
    grid = Grid.objects.get(pk=cast.grid.pk)
    assert (grid.ended_on, code.grid) == (today(), cast.grid_beside)
    assert Grid.objects.by_code(cast.grid.code) == cast.grid_beside
    joined = Grid.objects.get(pk=cast.grid_beside.pk)
    joined.full_clean()
    assert grid not in Grid.objects.in_force()


@pytest.mark.parametrize("made", ["kind", "community", "itself"])
def test_what_cannot_be_merged_is_refused(cast: Cast, made: str) -> None:
    if made == "kind":
        Grid.objects.filter(pk=cast.grid_beside.pk).update(kind="dedicated", code="370103015005901")
    others = {"kind": cast.grid_beside, "community": cast.grid_far, "itself": cast.grid}
    other = Grid.objects.get(pk=others[made].pk)

    with pytest.raises(Refused):
        reshape.plan(merge(cast, target=other))


def test_one_address_in_both_grids_is_refused(cast: Cast) -> None:
    make_building(grid=cast.grid_beside, address=cast.building.address)

    with pytest.raises(Refused, match=cast.building.address):
        reshape.plan(merge(cast))


def test_a_new_number_leaves_the_old_one_as_a_way_in(cast: Cast) -> None:
    ticket, over = told(cast), closed(cast)
    old = cast.grid.code

    record = done(cast, renumber(cast))

    assert (record.from_code, record.to_code) == (old, NEW)
    assert Grid.objects.by_code(old) == Grid.objects.by_code(NEW) == cast.grid
    reader = type(cast.worker).objects.get(pk=cast.worker.pk)
    assert Ticket.objects.visible_to(reader).count() == 2
    entry = ticket.events.get(step=REDRAWN)
    assert (entry.from_unit, entry.to_unit) == (old, NEW)
    assert not over.events.filter(step=REDRAWN).exists()


def test_a_closed_request_of_a_renumbered_grid_comes_back_in_an_unbroken_chain(cast: Cast) -> None:
    ticket = closed(cast)
    done(cast, renumber(cast))
    cast.grid.refresh_from_db()
    done(cast, Asked(kind=ReshapingKind.RENUMBER, source=cast.grid, code=NEW[:-1] + "5", reason="再改"))

    fresh = Ticket.objects.with_units().get(pk=ticket.pk)
    take(fresh, "reopen", by=staff(cast.community), note="又坏了")

    assert audit.violations() == {}


def test_back_to_the_number_it_had(cast: Cast) -> None:
    old = cast.grid.code
    done(cast, renumber(cast))
    cast.grid.refresh_from_db()
    done(cast, Asked(kind=ReshapingKind.RENUMBER, source=cast.grid, code=old, reason="改回"))

    assert Grid.objects.get(pk=cast.grid.pk).code == old
    assert list(GridAlias.objects.values_list("code", "grid")) == [(NEW, cast.grid.pk)]


def test_a_number_that_led_elsewhere_is_not_given_again(cast: Cast, second: Building) -> None:
    done(cast, renumber(cast))

    with pytest.raises(Refused):
        reshape.plan(split(cast, second, code="370103015005003"))


@pytest.mark.parametrize("code", ["370103015005002", "370103015003009", "370103015005901", "12", ""])
def test_a_wrong_number_is_refused(cast: Cast, second: Building, code: str) -> None:
    with pytest.raises(Refused):
        reshape.plan(split(cast, second, code=code))


def test_all_or_no_buildings_is_no_split(cast: Cast, second: Building) -> None:
    for buildings in ((), (second.pk, cast.building.pk)):
        with pytest.raises(Refused):
            reshape.plan(split(cast, second, buildings=buildings))


def test_a_line_says_which_buildings_go(cast: Cast, second: Building) -> None:
    drawing = {"type": "LineString", "coordinates": [[116.9312, 36.629], [116.9312, 36.633]]}

    record = done(cast, split(cast, second, buildings=(), drawing=drawing))

    assert list(Building.objects.filter(grid=record.target)) == [second]


def test_a_stale_preview_changes_nothing(cast: Cast, second: Building) -> None:
    made = reshape.plan(split(cast, second))
    told(cast, **in_building(cast, second))
    stamp = TerritoryStamp.objects.get().stamp

    with pytest.raises(reshape.Stale):
        reshape.carry_out(split(cast, second), seal=made.seal, key=uuid4(), by=cast.dispatcher)

    assert TerritoryStamp.objects.get().stamp == stamp
    assert not Reshaping.objects.exists()


def test_pressed_twice_is_done_once(cast: Cast, second: Building) -> None:
    made, key = reshape.plan(split(cast, second)), uuid4()
    twice = [
        reshape.carry_out(split(cast, second), seal=made.seal, key=key, by=cast.dispatcher) for _ in "12"
    ]

    assert twice[0] == twice[1]
    assert Grid.objects.filter(code=NEW).count() == 1


def test_preview_is_what_is_done(cast: Cast, second: Building) -> None:
    for make in WAITING:
        make(cast, **in_building(cast, second))
    closed(cast, **in_building(cast, second))
    made = reshape.plan(split(cast, second))

    record = done(cast, split(cast, second))

    # The parent of the merged one makes eleven.
    assert made.counts == record.counts
    assert record.counts["tickets"] == Ticket.objects.filter(grid=record.target).count() == 11
    entries = Ticket.objects.filter(events__step=REDRAWN, events__detail__has_key="assignee")
    assert record.counts["passed_on"] == entries.count()


def test_a_request_told_meanwhile_is_gathered(cast: Cast, second: Building) -> None:
    done(cast, split(cast, second))
    late = told(cast, **in_building(cast, second))
    point = told(cast, latitude=36.6305, longitude=116.9319)

    assert redrawn.gather() == 2
    assert redrawn.gather() == 0

    assert {Ticket.objects.get(pk=row.pk).grid.code for row in (late, point)} == {NEW}  # type: ignore[union-attr]
    assert audit.violations() == {}


def test_what_was_passed_on_by_hand_is_left_alone(cast: Cast, second: Building) -> None:
    done(cast, split(cast, second))
    late = told(cast, **in_building(cast, second))
    take(late, "hand_over", by=staff(cast.community), target=cast.grid_beside, note="归二网格")
    take(late, "hand_over", by=staff(cast.community), target=cast.grid, note="还是三网格")

    assert redrawn.gather() == 0


def test_a_request_reopened_in_a_grid_given_up_follows(cast: Cast) -> None:
    ticket = closed(cast)
    done(cast, merge(cast))
    fresh = Ticket.objects.with_units().get(pk=ticket.pk)
    take(fresh, "reopen", by=staff(cast.community), note="又坏了")

    assert redrawn.gather() == 1

    fresh.refresh_from_db()
    assert fresh.grid == cast.grid_beside
    assert audit.violations() == {}


def test_complaints_about_staff_stay_with_the_street(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)

    done(cast, merge(cast))

    ticket.refresh_from_db()
    assert (ticket.level, ticket.grid) == ("street", cast.grid_beside)
    assert NEW not in ticket.held_by
    assert audit.violations() == {}


def test_codes_of_a_grid_given_up_still_open_the_form(cast: Cast) -> None:
    token = make_qr_token(grid=cast.grid).token
    done(cast, merge(cast))

    assert QRToken.objects.get(token=token).grid == cast.grid_beside


# --- at the same moment --------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_two_who_cut_a_grid_at_once_one_is_told(cast: Cast, second: Building) -> None:
    wishes = [split(cast, second), renumber(cast, "370103015005009")]
    seals = [reshape.plan(wish).seal for wish in wishes]

    def press(number: int) -> Any:
        return reshape.carry_out(wishes[number], seal=seals[number], key=uuid4(), by=cast.director)

    answers = at_once(lambda: press(0), lambda: press(1))

    assert sorted(type(answer).__name__ for answer in answers) == ["Reshaping", "Stale"]
    assert Reshaping.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_confirmation_pressed_twice_is_one_reshaping(cast: Cast, second: Building) -> None:
    wish, key = split(cast, second), uuid4()
    seal = reshape.plan(wish).seal

    def press() -> Any:
        return reshape.carry_out(wish, seal=seal, key=key, by=cast.director)

    first, again = at_once(press, press)

    assert first == again
    assert Grid.objects.filter(code=NEW).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_told_while_a_grid_is_cut_is_lost_nowhere(cast: Cast, second: Building) -> None:
    wish = split(cast, second)
    seal = reshape.plan(wish).seal

    def cut() -> Any:
        return reshape.carry_out(wish, seal=seal, key=uuid4(), by=cast.director)

    at_once(cut, lambda: told(cast, **in_building(cast, second)))
    redrawn.gather()

    ticket = Ticket.objects.get()
    split_done = Grid.objects.filter(code=NEW).first()
    assert ticket.grid == (split_done or cast.grid)
    assert audit.violations() == {}
