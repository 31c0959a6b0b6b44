"""Grouping: which matters are one; the same in small steps and whole; and no race is lost."""

import random
import unicodedata
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from grids.locate import Place
from requests_app.categories import load_categories
from requests_app.models import Category, Ticket
from requests_app.repeats import access
from requests_app.repeats.models import Group, Link, Trace
from requests_app.repeats.services import grouping, hands
from requests_app.repeats.services.grouping import components
from requests_app.repeats.terms import ALIKE, SHARED_PAIRS, WITHIN
from requests_app.services import staff, take
from tests.cast import Cast
from tests.race import at_once
from tests.requests_app.hotline.files import ORDERS, imported, order, undone, xlsx
from tests.requests_app.repeats.told import NOISE, again, at_building, grouped, kind, parts
from wangguan import clock

pytestmark = pytest.mark.django_db


def linked() -> list[str]:
    return sorted(Link.objects.values_list("kind", flat=True))


# --- rules -------------------------------------------------------------------------------
def test_like_words_in_one_grid_are_one(cast: Cast) -> None:
    again(cast)
    again(cast, description="楼下烧烤店夜里十二点以后还在放音乐")
    assert (grouped().size, linked()) == (2, ["words"])


def test_like_words_in_two_grids_are_two(cast: Cast) -> None:
    again(cast)
    again(cast, grid=cast.grid_beside)
    grouping.group_new()
    assert parts() == set()


def test_like_words_of_one_reporter_are_one_across_grids_and_kinds(cast: Cast) -> None:
    load_categories()
    same: dict[str, Any] = {"contact_phone": "13900000001"}
    again(cast, category=kind("0504"), **same)
    again(cast, category=kind("1301"), grid=cast.grid_beside, **same)
    group = grouped()
    assert (group.size, group.grid, group.community) == (2, None, cast.community_unit)


def test_other_words_of_one_reporter_in_two_grids_are_two(cast: Cast) -> None:
    load_categories()
    same: dict[str, Any] = {"contact_phone": "13900000001", "category": kind("0601")}
    again(cast, **same)
    again(cast, grid=cast.grid_beside, description="三号楼前的井盖坏了，车压过去声音很大", **same)
    grouping.group_new()
    assert parts() == set()


def test_like_words_about_one_place_are_one_across_grids(cast: Cast) -> None:
    again(cast, address="英雄山路 12号")
    again(cast, address="英雄山路12号", grid=cast.grid_beside)
    again(cast, address="英雄山路98号", grid=cast.grid_beside, description="井盖坏了，车压过去声音很大")
    assert (grouped().size, linked()) == (2, ["words"])


@pytest.mark.parametrize("fields", [{"contact_phone": "13900000001"}, {"address": "英雄山路12号"}])
def test_nothing_is_one_across_communities(cast: Cast, fields: dict[str, Any]) -> None:
    again(cast, **fields)
    again(cast, grid=cast.grid_far, **fields)
    grouping.group_new()
    assert parts() == set()


def test_the_people_of_each_grid_hear_of_a_project(cast: Cast) -> None:
    again(cast, address="英雄山路12号")
    again(cast, address="英雄山路12号", grid=cast.grid_beside)
    people = {person.username for person in access.holders(grouped())}
    assert people >= {"worker", "leader", "leader_beside", "community"}
    assert not people & {"worker2", "leader2", "community2"}


# --- looked at again ------------------------------------------------------------------------
def test_classified_later_it_joins(cast: Cast) -> None:
    load_categories()
    again(cast, place=at_building(cast), category=kind("0601"), description="井盖响")
    late = again(cast, place=at_building(cast), description="盖子松了有声音")
    grouping.group_new()
    assert parts() == set()
    take(late, "reclassify", by=staff(cast.leader), category=kind("0601"))
    assert (grouping.group_new(), grouping.group_new()) == (1, 0)
    assert (Group.objects.get(size=2).category, linked()) == (kind("0601"), ["place"])


def test_classified_otherwise_it_leaves_and_the_others_stay(cast: Cast) -> None:
    load_categories()
    days = zip((9, 5, 1), ["地摊", "摆摊占路", "卖菜的"], strict=True)
    place: dict[str, Any] = {"place": at_building(cast), "category": kind("0501")}
    told = [again(cast, days_ago=ago, description=words, **place) for ago, words in days]
    grouping.group_new()
    take(told[1], "reclassify", by=staff(cast.community), category=kind("0601"))
    grouping.group_new()
    assert parts() == {frozenset({told[0].pk, told[2].pk})}


def test_with_another_place_it_is_looked_at_again(cast: Cast) -> None:
    load_categories()
    same: dict[str, Any] = {"category": kind("0601")}
    first = again(cast, address="东门", description="井盖响", **same)
    second = again(cast, address="西门", description="盖子松了", **same)
    grouping.group_new()
    Ticket.objects.filter(pk=second.pk).update(address="东门")
    grouping.group_new()
    assert parts() == {frozenset({first.pk, second.pk})}


def test_what_found_its_community_late_is_looked_at(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told to the street's desk and handed over when a thousand others had come."""
    again(cast)
    lost = again(cast, place=Place(grid=None, community=None, building=None, outside=False))
    again(cast, description="另一回事")
    monkeypatch.setattr(grouping, "MARGIN", 0)
    grouping.group_new()
    take(lost, "hand_over", by=staff(cast.dispatcher), target=cast.grid, note="属于该网格")
    assert grouped().size == 2


def test_put_in_by_hand_it_stays_whatever_its_category(cast: Cast) -> None:
    load_categories()
    again(cast), again(cast)
    other = again(cast, description="完全不同的一件事情")
    group = grouped()
    hands.put_in(group, other, by=cast.community, reason="同一家店")
    take(other, "reclassify", by=staff(cast.leader), category=kind("0601"))
    grouping.group_new()
    group.refresh_from_db()
    assert group.size == 3


def test_one_place_and_kind_are_one(cast: Cast) -> None:
    load_categories()
    again(cast, place=at_building(cast), category=kind("0601"), description="井盖响")
    again(cast, place=at_building(cast), category=kind("0601"), description="盖子松了有声音")
    again(cast, place=at_building(cast), category=kind("0602"), description="灯坏了")
    assert (grouped().size, linked()) == (2, ["place"])


def test_one_reporter_of_one_kind_is_one(cast: Cast) -> None:
    load_categories()
    same: dict[str, Any] = {"contact_phone": "13900000001"}
    again(cast, category=kind("0601"), description="井盖响", **same)
    again(cast, category=kind("0602"), description="路灯不亮", **same)
    again(cast, category=kind("1301"), description="怎么办居住证", **same)
    assert (grouped().size, linked()) == (2, ["reporter"])


def test_more_than_thirty_days_apart_are_two(cast: Cast) -> None:
    again(cast, days_ago=31)
    again(cast)
    grouping.group_new()
    assert parts() == set()


def test_short_texts_share_nothing_by_chance(cast: Cast) -> None:
    again(cast, description="灯不亮了")
    again(cast, description="灯不亮啊")
    grouping.group_new()
    assert parts() == set()


def test_a_complaint_about_staff_is_grouped_with_nothing(cast: Cast) -> None:
    again(cast)
    again(cast, about_staff=True)
    grouping.group_new()
    assert (parts(), Trace.objects.count()) == (set(), 1)


def test_what_turns_out_to_be_about_staff_leaves(cast: Cast) -> None:
    first, _second, _third = again(cast), again(cast), again(cast)
    group = grouped()
    Ticket.objects.filter(pk=first.pk).update(about_staff=True, level="street")
    grouping.group_new()
    group.refresh_from_db()
    assert (group.size, Trace.objects.filter(pk=first.pk).exists()) == (2, False)


def test_what_was_taken_back_with_its_import_leaves(cast: Cast) -> None:
    rows = [order(str(row), 工单内容=NOISE, 事发地址="九区3号楼") for row in range(3)]
    run = imported(xlsx(rows, ORDERS), cast.dispatcher)
    own = [again(cast, address="九区3号楼"), again(cast, address="九区3号楼")]
    group = grouped()
    assert Group.objects.growing(clock.now()).get() == group
    undone(run, cast.dispatcher)
    grouping.group_new()
    group.refresh_from_db()
    assert (group.size, parts()) == (2, {frozenset(ticket.pk for ticket in own)})
    assert not Group.objects.growing(clock.now()).exists()


def test_what_was_put_to_something_void_stays_with_the_others(cast: Cast) -> None:
    first, second, third = again(cast), again(cast), again(cast)
    other = again(cast, description="完全不同的一件事情", grid=cast.grid_beside)
    hands.put_in(grouped(), other, by=cast.community, reason="同一家店")
    Ticket.objects.filter(pk=first.pk).update(about_staff=True, level="street")
    grouping.group_new()
    assert parts() == {frozenset({second.pk, third.pk, other.pk})}


# --- joining, merging, parting ------------------------------------------------------------
def test_what_comes_later_joins(cast: Cast) -> None:
    again(cast), again(cast)
    group = grouped()
    again(cast)
    assert (grouping.group_new(), grouping.group_new()) == (1, 0)
    group.refresh_from_db()
    assert (group.size, group.third_at is not None) == (3, True)


def test_two_groups_that_turn_out_to_be_one_merge(cast: Cast) -> None:
    load_categories()
    words: dict[str, Any] = {"category": kind("0601"), "contact_phone": "13900000001"}
    again(cast, **words, description="小区东门的井盖一直在响，车压过去声音很大")
    again(cast, **words, description="西门")
    again(cast, place=at_building(cast), category=kind("0501"), description="摆摊")
    again(cast, place=at_building(cast), category=kind("0501"), description="地摊")
    grouping.group_new()
    assert len(parts()) == 2
    again(
        cast,
        place=at_building(cast),
        category=kind("0501"),
        description="东门的井盖一直在响，车压过去声音很大",
    )
    grouping.group_new()
    assert [len(part) for part in parts()] == [5]
    gone = Group.objects.get(size=0)
    assert gone.merged_into == Group.objects.get(size=5)


def test_taken_out_stays_out(cast: Cast) -> None:
    first, *_rest = again(cast), again(cast), again(cast)
    group = grouped()
    hands.take_out(group, first, by=cast.dispatcher, reason="另一回事")
    again(cast)
    grouping.group_new()
    grouping.rebuild()
    group.refresh_from_db()
    assert (group.size, Trace.objects.get(pk=first.pk).group) == (3, None)


def test_put_in_stays_in(cast: Cast) -> None:
    again(cast), again(cast)
    other = again(cast, description="完全不同的一件事情", grid=cast.grid_beside)
    group = grouped()
    for _twice in range(2):
        hands.put_in(group, other, by=cast.community, reason="同一家店")
    grouping.rebuild()
    group.refresh_from_db()
    assert (group.size, group.kinds) == (3, ["hand", "words"])


def test_without_the_one_between_a_group_parts(cast: Cast) -> None:
    load_categories()
    between = again(cast, place=at_building(cast), category=kind("0501"), contact_phone="13900000001")
    again(cast, place=at_building(cast), category=kind("0501"), description="地摊")
    again(cast, category=kind("0502"), contact_phone="13900000001", description="游商")
    group = grouped()
    assert group.size == 3
    hands.take_out(group, between, by=cast.dispatcher, reason="另一回事")
    assert parts() == set()


def test_without_one_in_the_middle_a_place_stays_one(cast: Cast) -> None:
    load_categories()
    texts = ["地摊", "摆摊占路", "卖菜的"]
    days = zip((9, 5, 1), texts, strict=True)
    place: dict[str, Any] = {"place": at_building(cast), "category": kind("0501")}
    told = [again(cast, days_ago=ago, description=words, **place) for ago, words in days]
    hands.take_out(grouped(), told[1], by=cast.dispatcher, reason="另一回事")
    assert parts() == {frozenset({told[0].pk, told[2].pk})}


# --- the same, however it is done -----------------------------------------------------------
POOL = [
    NOISE,
    "楼下烧烤店夜里十二点以后还在放音乐",
    "三号楼前的井盖坏了，车压过去声音很大",
    "三号楼门前井盖坏了，压过去声音很大，老人差点绊倒",
    "路灯不亮",
    "小区东门垃圾堆了三天没有人清运，味道很大",
]


def random_tickets(cast: Cast, dice: random.Random, count: int) -> None:
    kinds = [None, *Category.objects.filter(code__in=["0501", "0502", "0601", "0101"])]
    for _row in range(count):
        fields: dict[str, Any] = {"grid": dice.choice([cast.grid, cast.grid_beside, cast.grid_far])}
        if dice.random() < 0.3:
            fields = {"place": at_building(cast)}
        again(
            cast,
            days_ago=dice.uniform(0, 80),
            category=dice.choice(kinds),
            contact_phone=dice.choice(["", "13900000001", "13900000002", "13900000003"]),
            description=dice.choice(POOL),
            address=dice.choice(["", "九区 东门", "九区东门"]),
            **fields,
        )


def change_some(dice: random.Random) -> None:
    """Other categories and places, as a reclassification or a correction would leave them."""
    kinds = list(Category.objects.filter(code__in=["0501", "0502", "0601", "0101"]))
    for ticket in Ticket.objects.order_by("pk"):
        if dice.random() < 0.2:
            Ticket.objects.filter(pk=ticket.pk).update(category=dice.choice(kinds))
        if dice.random() < 0.1:
            Ticket.objects.filter(pk=ticket.pk).update(address=dice.choice(["", "九区东门", "西门"]))


def plainly() -> set[frozenset[int]]:
    """The rules in words of one syllable: every pair of tickets compared."""
    tickets = list(Ticket.objects.filter(about_staff=False).select_related("category"))
    edges = [(a.pk, b.pk) for a, b in combinations(tickets, 2) if are_one(a, b)]
    return {frozenset(part) for part in components([t.pk for t in tickets], edges) if len(part) > 1}


def are_one(a: Ticket, b: Ticket) -> bool:
    if a.community_id != b.community_id or abs(a.arrived_at - b.arrived_at) > WITHIN:
        return False
    place = where(a) != "" and where(a) == where(b)
    reporter = a.phone_hash != "" and a.phone_hash == b.phone_hash
    if a.grid_id != b.grid_id:
        return (place or reporter) and are_alike(a, b)
    family = a.category and b.category and a.category.parent_id == b.category.parent_id
    kind = a.category and a.category == b.category
    return bool((place and kind) or (reporter and family)) or are_alike(a, b)


def are_alike(a: Ticket, b: Ticket) -> bool:
    mine, yours = pairs(a), pairs(b)
    shared = len(mine & yours)
    return shared >= SHARED_PAIRS and shared >= ALIKE * min(len(mine), len(yours))


def where(ticket: Ticket) -> str:
    if ticket.building_id:
        return str(ticket.building_id)
    return unicodedata.normalize("NFKC", ticket.address).replace(" ", "").lower()


def pairs(ticket: Ticket) -> set[str]:
    text = unicodedata.normalize("NFKC", f"{ticket.description} {ticket.address}").lower()
    text = "".join(text.split())
    return {text[place : place + 2] for place in range(len(text))}


@pytest.mark.parametrize("seed", [1, 2])
def test_small_steps_a_rebuild_and_a_plain_recomputation_agree(cast: Cast, seed: int) -> None:
    load_categories()
    dice = random.Random(seed)
    for _step in range(6):
        random_tickets(cast, dice, dice.randint(1, 9))
        grouping.group_new()
        change_some(dice)
        grouping.group_new()
    stepwise = parts()
    grouping.rebuild()
    assert len(stepwise) > 1
    assert stepwise == parts() == plainly()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_group_once(cast: Cast) -> None:
    for _row in range(3):
        again(cast)
    assert sorted(at_once(grouping.group_new, grouping.group_new)) == [0, 3]
    assert [len(part) for part in parts()] == [3]
    assert Group.objects.count() == 1


def test_more_tickets_cost_no_more_statements(cast: Cast, django_assert_max_num_queries: Any) -> None:
    again(cast), again(cast)
    grouping.group_new()
    for _row in range(10):
        again(cast)
    with django_assert_max_num_queries(22):
        grouping.group_new()


def test_growing_is_of_the_last_thirty_days(cast: Cast) -> None:
    for _row in range(3):
        again(cast, days_ago=20)
    group = grouped()
    assert Group.objects.growing(clock.now()).get() == group
    assert not Group.objects.growing(clock.now() + timedelta(days=11)).exists()


def test_set_aside_until_it_grows(cast: Cast) -> None:
    for _row in range(3):
        again(cast)
    hands.set_aside(grouped(), by=cast.community, reason="已在处理")
    assert not Group.objects.growing(clock.now()).exists()
    again(cast)
    grouping.group_new()
    assert Group.objects.growing(clock.now()).exists()
