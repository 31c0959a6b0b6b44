"""Two matters side by side, those that follow one, and the one answer that reaches everybody once."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import User
from requests_app.duplicates import candidates, metres
from requests_app.models import Answer, Ticket
from requests_app.services import staff, take
from tests.cast import Cast
from tests.requests_app.matters import accepted, resolved, told
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db

CANDIDATE_STATEMENTS = 5


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, ticket: Ticket, **given: str) -> str:
    return as_user(user).get(f"{ticket.get_absolute_url()}merge/", given).content.decode()


def merge(user: User, ticket: Ticket, other: Ticket, keep: Ticket | None) -> int:
    data = {"with": other.number, "keep": keep.number if keep else "", "note": "同一盏灯"}
    return as_user(user).post(f"{ticket.get_absolute_url()}merge/", data).status_code


def parent_of(ticket: Ticket) -> Ticket | None:
    return Ticket.objects.select_related("parent").get(pk=ticket.pk).parent


# --- candidates --------------------------------------------------------------------------
def test_alike_matters_nearby_are_offered(cast: Cast) -> None:
    ticket, alike = told(cast), told(cast, description="楼道灯不亮了，好几天")
    told(cast, description="小区门口垃圾成堆")
    assert candidates(ticket, cast.leader) == [alike]


def test_neighbouring_point_is_offered_whatever_the_words(cast: Cast) -> None:
    ticket = told(cast, latitude=36.6310, longitude=116.9310)
    near = told(cast, description="黑漆漆", latitude=36.6320, longitude=116.9315)
    told(cast, description="另一头", latitude=36.6350, longitude=116.9350, grid=cast.grid_beside)
    assert candidates(ticket, cast.community) == [near]
    assert 110 < metres(ticket, near) < 125


def test_settled_and_hidden_matters_are_not_offered(cast: Cast) -> None:
    ticket = told(cast)
    resolved(cast)
    told(cast, about_staff=True)
    told(cast, grid=cast.grid_far)
    assert candidates(ticket, cast.dispatcher) == []


def test_at_most_eight_are_offered(cast: Cast) -> None:
    ticket = told(cast)
    for _number in range(9):
        told(cast)
    assert len(candidates(ticket, cast.leader)) == 8


def test_page_without_candidates_asks_for_a_number(cast: Cast) -> None:
    assert "没有相像的" in page(cast.leader, told(cast))


@pytest.mark.parametrize("rows", [1, 3])
def test_candidates_statements_do_not_grow(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket, client = told(cast), as_user(cast.leader)
    for _row in range(rows):
        told(cast)
    with django_assert_num_queries(CANDIDATE_STATEMENTS):
        client.get(f"{ticket.get_absolute_url()}merge/")


# --- side by side ------------------------------------------------------------------------
def test_both_are_shown_and_the_older_one_stays_unless_told_otherwise(cast: Cast) -> None:
    older, newer = told(cast), told(cast, description="灯坏了，摔了一跤")
    shown = page(cast.leader, newer, **{"with": older.number})
    assert "灯坏了，摔了一跤" in shown
    assert f'value="{older.number}" checked' in shown
    assert "138****0099" in shown


def test_unknown_or_hidden_number_is_said_so(cast: Cast) -> None:
    far = told(cast, grid=cast.grid_far)
    for number in ("WG-20200101-000001-1", far.number, "废话"):
        response = as_user(cast.leader).get(f"{told(cast).get_absolute_url()}merge/", {"with": number})
        assert response.status_code == 404
        assert "没有这个编号的另一件事" in response.content.decode()


def test_matter_with_children_can_only_stay(cast: Cast) -> None:
    parent, child, third = accepted(cast), told(cast), told(cast)
    merge(cast.leader, child, parent, parent)
    shown = page(cast.leader, third, **{"with": parent.number})
    assert f'value="{third.number}" disabled' in shown
    assert f'value="{parent.number}" checked' in shown


@pytest.mark.parametrize("stays", [0, 1])
def test_whichever_is_chosen_stays(cast: Cast, stays: int) -> None:
    two = [told(cast), told(cast)]
    assert merge(cast.leader, two[0], two[1], two[stays]) == 303
    assert parent_of(two[1 - stays]) == two[stays]


def test_nothing_is_merged_without_a_choice(cast: Cast) -> None:
    one, two = told(cast), told(cast)
    assert merge(cast.leader, one, two, None) == 422
    assert parent_of(one) is parent_of(two) is None


def test_worker_does_not_merge(cast: Cast) -> None:
    one, two = told(cast), told(cast)
    assert merge(cast.worker, one, two, two) == 409
    assert parent_of(one) is None


def test_stranger_does_not_see_the_page(cast: Cast) -> None:
    assert as_user(cast.worker2).get(f"{told(cast).get_absolute_url()}merge/").status_code == 404


# --- what follows ------------------------------------------------------------------------
def test_three_children_and_the_parent_are_answered_once_each(cast: Cast) -> None:
    parent = accepted(cast)
    children = [told(cast, contact_phone=f"1390000000{n}") for n in range(3)]
    for child in children:
        merge(cast.leader, child, parent, parent)

    take(Ticket.objects.get(pk=parent.pk), "resolve", by=staff(cast.worker), answer="灯已换好。")

    assert Answer.objects.count() == 4
    sent = Message.objects.filter(kind="answer", channel="sms")
    assert sorted(sent.values_list("topic", flat=True)) == sorted(t.number for t in [parent, *children])
    assert len({message.to for message in sent}) == 4


def test_parent_shows_its_children_and_sets_them_free(cast: Cast) -> None:
    parent, child = accepted(cast), told(cast)
    merge(cast.leader, child, parent, parent)
    client = as_user(cast.leader)
    shown = client.get(parent.get_absolute_url()).content.decode()
    assert "另有 1 件反映了同一件事" in shown
    assert child.number in shown

    client.post(f"{child.get_absolute_url()}steps/unmerge/", {"note": "不是同一盏灯"})

    assert parent_of(child) is None


def test_worker_sees_the_children_without_a_way_to_part_them(cast: Cast) -> None:
    parent, child = accepted(cast), told(cast)
    merge(cast.leader, child, parent, parent)
    shown = as_user(cast.worker).get(parent.get_absolute_url()).content.decode()
    assert child.number in shown
    assert "steps/unmerge/" not in shown
