"""Pages of repeats: who sees which group, projects, one answer to all."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from grids.models import today
from requests_app.models import Ticket
from requests_app.repeats import pages
from requests_app.repeats.models import Group, GroupAnswer, Hand, Project
from requests_app.repeats.services import grouping, projects
from requests_app.repeats.services.answering import answer_all
from requests_app.repeats.terms import ProjectState
from requests_app.services import audit, staff, steps, take
from requests_app.workflow import Status
from tests.cast import Cast
from tests.requests_app.repeats.told import again, grouped, settled_at_the_hotline
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def three(cast: Cast) -> Group:
    for _row in range(3):
        again(cast)
    return grouped()


def project(cast: Cast, group: Group, **fields: Any) -> Project:
    given: dict[str, Any] = {
        "by": cast.dispatcher,
        "owner": cast.community,
        "plan": "约谈店家",
        "due_on": today(),
    } | fields
    return projects.open_project(group, **given)


# --- doors -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("director", (200, 200, 200)),
        ("auditor", (200, 200, 403)),
        ("section", (200, 200, 403)),
        ("community", (200, 200, 200)),
        ("community2", (200, 404, 404)),
        ("worker", (403, 403, 403)),
        ("department", (403, 403, 403)),
    ],
)
def test_who_sees_a_group(client: Client, cast: Cast, who: str, statuses: tuple[int, int, int]) -> None:
    group = three(cast)
    client.force_login(getattr(cast, who))
    addresses = ("/admin/repeats/", group.get_absolute_url(), f"{group.get_absolute_url()}answer/")
    assert tuple(client.get(address).status_code for address in addresses) == statuses


def test_strangers_sign_in(client: Client, cast: Cast) -> None:
    page = client.get("/admin/repeats/")
    assert page["Location"].startswith("/accounts/login/")


def test_another_communitys_group_is_not_in_the_list(client: Client, cast: Cast) -> None:
    group = three(cast)
    client.force_login(cast.community2)
    assert group.get_absolute_url() not in client.get("/admin/repeats/").content.decode()


@pytest.mark.parametrize("who", ["section", "auditor"])
@pytest.mark.parametrize("act", ["out", "in", "aside", "project", "close"])
def test_who_only_looks_changes_nothing(client: Client, cast: Cast, who: str, act: str) -> None:
    group = three(cast)
    client.force_login(getattr(cast, who))
    number = Ticket.objects.values_list("number", flat=True)[0]
    given = {"number": number, "reason": "一", "plan": "一", "outcome": "一", "owner": cast.community.pk}
    page = client.post(f"{group.get_absolute_url()}{act}/", given | {"due_on": today(), "action_id": uuid4()})
    assert page.status_code in (409, 422)
    assert (Hand.objects.count(), Project.objects.count(), Group.objects.get().seen_size) == (0, 0, 0)


# --- list, page, panel ---------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_a_fixed_number_of_queries(
    client: Client, cast: Cast, django_assert_num_queries: Any, rows: int
) -> None:
    texts = ["夜里烧烤店放音乐吵得睡不着觉", "三号楼前井盖坏了车压过去响", "东门垃圾堆了三天没有人清运"]
    for words in texts[:rows]:
        again(cast, description=words), again(cast, description=words)
    grouping.group_new()
    assert Group.objects.count() == rows
    client.force_login(cast.director)
    client.get("/admin/repeats/")
    with django_assert_num_queries(9):
        assert client.get("/admin/repeats/").status_code == 200


def test_the_list_narrows(client: Client, cast: Cast) -> None:
    group = three(cast)
    client.force_login(cast.director)
    found = [
        group.get_absolute_url() in client.get("/admin/repeats/", {"kind": kind}).content.decode()
        for kind in ("", "words", "place", "nonsense")
    ]
    assert found == [True, True, False, True]


def test_a_ticket_says_how_often_it_was_told(client: Client, cast: Cast) -> None:
    three(cast)
    ticket, other = Ticket.objects.all()[:2]
    client.force_login(cast.worker)
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "30 天内反映了 3 次" in page
    assert other.get_absolute_url() in page


def test_the_panel_links_only_what_its_reader_sees(cast: Cast, django_assert_num_queries: Any) -> None:
    three(cast)
    ticket = Ticket.objects.with_units().first()
    assert ticket
    cast.worker2.current_posts  # noqa: B018
    with django_assert_num_queries(1):
        panel = pages.panel(ticket, cast.worker2)
    assert panel
    assert (panel.context["count"], panel.context["others"]) == (3, [])


def test_residents_read_nothing_of_it(client: Client, cast: Cast) -> None:
    three(cast)
    assert "30 天内" not in client.get(Ticket.objects.all()[0].tracking_url).content.decode()


def test_a_merged_group_leads_on(client: Client, cast: Cast) -> None:
    group = three(cast)
    gone = Group.objects.create(community=group.community, merged_into=group)
    client.force_login(cast.director)
    assert client.get(f"/admin/repeats/{gone.pk}/")["Location"] == group.get_absolute_url()


def test_taken_out_from_the_page(client: Client, cast: Cast) -> None:
    group = three(cast)
    client.force_login(cast.community)
    number = Ticket.objects.all()[0].number
    address = f"{group.get_absolute_url()}out/"
    assert client.post(address, {"number": number, "reason": ""}).status_code == 422
    assert client.post(address, {"number": number, "reason": "另一回事"}).status_code == 303
    group.refresh_from_db()
    assert (group.size, Hand.objects.get().by) == (2, cast.community)


# --- projects ----------------------------------------------------------------------------
def test_a_project_is_told_to_owner_and_holders(cast: Cast) -> None:
    project(cast, three(cast))
    found = Message.objects.filter(kind__startswith="project_").values_list("user__username", "kind")
    assert set(found) == {
        ("community", "project_owned"),
        ("community_leader", "project_opened"),
        ("leader", "project_opened"),
        ("worker", "project_opened"),
    }


@pytest.mark.parametrize("who", ["worker", "community2", "auditor", "department"])
def test_the_owner_is_in_post_near_by(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        project(cast, three(cast), owner=getattr(cast, who))


def test_a_group_is_one_project_at_a_time(cast: Cast) -> None:
    group, key = three(cast), uuid4()
    assert project(cast, group, action_id=key) == project(cast, group, action_id=key)
    with pytest.raises(Refused):
        project(cast, group)


def test_of_history_that_joins_nobody_hears(cast: Cast) -> None:
    group = three(cast)
    project(cast, group)
    Message.objects.all().delete()
    settled_at_the_hotline(cast)
    grouping.group_new()
    group.refresh_from_db()
    assert (group.size, Message.objects.count()) == (4, 0)


def test_of_what_joins_with_history_the_owner_hears(cast: Cast) -> None:
    group = three(cast)
    project(cast, group)
    again(cast)
    settled_at_the_hotline(cast)
    grouping.group_new()
    group.refresh_from_db()
    assert (group.size, Message.objects.filter(kind="project_joined").count()) == (5, 1)


def test_what_joins_comes_along_and_the_owner_hears(cast: Cast) -> None:
    group = three(cast)
    project(cast, group)
    again(cast)
    grouping.group_new()
    assert Message.objects.filter(kind="project_joined", user=cast.community).count() == 1
    assert not Group.objects.growing(Project.objects.get().opened_at).exists()


def test_a_project_is_closed_in_words_once(client: Client, cast: Cast) -> None:
    group = three(cast)
    project(cast, group)
    client.force_login(cast.community)
    address = f"{group.get_absolute_url()}close/"
    statuses = [
        client.post(address, {"outcome": words}).status_code for words in ("", "店家已装隔音", "再来")
    ]
    assert statuses == [422, 303, 409]
    assert Project.objects.get().outcome == "店家已装隔音"


# --- one answer to all -----------------------------------------------------------------------
ANSWER = "店家已装隔音棉，零点后不再放音乐。"


def confirmed(client: Client, group: Group, **fields: Any) -> Any:
    address = f"{group.get_absolute_url()}answer/"
    given = {"answer": ANSWER, "batch": uuid4()} | fields
    preview = client.post(address, given)
    seen = [f"{one.ticket.number}~{one.ticket.version}" for one, _title in preview.context["possible"]]
    return client.post(address, given | {"confirm": "1", "ticket": seen})


def test_a_preview_writes_nothing(client: Client, cast: Cast) -> None:
    group = three(cast)
    client.force_login(cast.community)
    page = client.post(f"{group.get_absolute_url()}answer/", {"answer": ANSWER, "batch": uuid4()})
    assert (len(page.context["possible"]), GroupAnswer.objects.count()) == (3, 0)


def test_each_resident_gets_the_answer(client: Client, cast: Cast) -> None:
    group = three(cast)
    take(Ticket.objects.all()[0], "accept", by=staff(cast.worker))
    project(cast, group)
    client.force_login(cast.community)
    batch = uuid4()
    assert confirmed(client, group, batch=batch).status_code == 303
    assert set(Ticket.objects.values_list("status", "answers__text")) == {(Status.RESOLVED, ANSWER)}
    assert Message.objects.filter(kind="answer").count() == 3
    assert Project.objects.get().state == ProjectState.ANSWERED
    confirmed(client, group, batch=batch)
    assert Message.objects.filter(kind="answer").count() == 3


def put_on_hold(cast: Cast, ticket: Ticket) -> None:
    take(ticket, "accept", by=staff(cast.worker))
    day = today() + timedelta(days=9)
    take(ticket, "hold", by=staff(cast.director), review_on=day, note="等配件")


@pytest.mark.parametrize("asks", [True, False])
def test_what_rests_is_resumed_and_answered(client: Client, cast: Cast, *, asks: bool) -> None:
    group = three(cast)
    ticket = Ticket.objects.all()[0]
    if asks:
        take(ticket, "accept", by=staff(cast.worker))
        take(ticket, "ask", by=staff(cast.worker), question="几点最吵？")
    else:
        put_on_hold(cast, ticket)
    client.force_login(cast.community)
    done = client.get(confirmed(client, group)["Location"])
    assert [len(done.context[part]) for part in ("done", "left")] == [3, 0]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.question_since) == (Status.RESOLVED, None)
    taken = list(ticket.events.order_by("-pk").values_list("step", "actor")[:2])
    assert taken == [("resolve", cast.community.pk), ("resume", cast.community.pk)]
    assert audit.violations() == {}


def test_the_preview_says_what_is_resumed(client: Client, cast: Cast) -> None:
    group = three(cast)
    put_on_hold(cast, Ticket.objects.all()[0])
    client.force_login(cast.community)
    page = client.get(f"{group.get_absolute_url()}answer/")
    assert [one.is_resumed_first for one, _title in page.context["possible"]] == [False, False, True]


def test_what_rests_higher_up_is_left_with_its_reason(client: Client, cast: Cast) -> None:
    group = three(cast)
    ticket = Ticket.objects.all()[0]
    take(ticket, "escalate", by=staff(cast.worker), note="要协调")
    take(ticket, "escalate", by=staff(cast.community), note="要协调")
    take(ticket, "accept", by=staff(cast.dispatcher))
    take(ticket, "ask", by=staff(cast.dispatcher), question="几点最吵？")
    client.force_login(cast.community)
    preview = client.get(f"{group.get_absolute_url()}answer/")
    (refused,) = [one for one, _title in preview.context["refused"]]
    assert (refused.ticket, bool(refused.refusal)) == (ticket, True)
    done = client.get(confirmed(client, group)["Location"])
    assert [len(done.context[part]) for part in ("done", "left")] == [2, 1]
    assert refused.refusal in done.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == Status.ON_HOLD


def test_what_is_not_answered_goes_on_resting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    group = three(cast)
    ticket = Ticket.objects.all()[0]
    put_on_hold(cast, ticket)
    monkeypatch.setitem(steps.HANDLERS, "resolve", refuse)
    left = answer_all(
        group, by=cast.community, text=ANSWER, batch=uuid4(), seen={ticket.number: ticket.version}
    )
    ticket.refresh_from_db()
    assert (len(left), ticket.status) == (1, Status.ON_HOLD)


def refuse(change: object) -> None:
    raise Refused("not now")


def test_what_moved_since_the_preview_is_left_alone(client: Client, cast: Cast) -> None:
    group = three(cast)
    client.force_login(cast.community)
    address = f"{group.get_absolute_url()}answer/"
    seen = [f"{ticket.number}~{ticket.version}" for ticket in Ticket.objects.all()]
    take(Ticket.objects.all()[0], "accept", by=staff(cast.worker))
    given = {"answer": ANSWER, "batch": uuid4(), "confirm": "1", "ticket": seen}
    done = client.get(client.post(address, given)["Location"])
    assert [len(done.context[part]) for part in ("done", "left")] == [2, 1]


def test_another_answer_under_the_same_key_is_refused(client: Client, cast: Cast) -> None:
    group, batch = three(cast), uuid4()
    client.force_login(cast.community)
    confirmed(client, group, batch=batch)
    client.force_login(cast.director)
    assert confirmed(client, group, batch=batch).status_code == 409
