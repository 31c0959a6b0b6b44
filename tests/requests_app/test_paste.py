"""From a paste to tickets: what is suggested, what is made, who copies the replies."""

import re
from typing import Any

import pytest
from django.test import Client

from requests_app.categories import load_categories
from requests_app.models import Ticket
from requests_app.services.paste import joint_reply, reply
from requests_app.wechat import MOST_CHARACTERS
from tests.cast import Cast
from tests.requests_app.matters import told
from tests.requests_app.test_pages_public import picture

pytestmark = pytest.mark.django_db
PASTE = """张三 2026/11/25 08:12:03
九区3号楼2单元楼道灯坏了，老人晚上看不清，电话13800000077

李四 2026/11/25 08:15:40
收到，谢谢张三

王姐 2026/11/25 08:20:11
青龙山社区门口垃圾三天没人收了
"""


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    load_categories()
    return client


def drafts(client: Client, pasted: str = PASTE, **more: Any) -> dict[str, str]:
    """The fields of the page of drafts as a browser would send them back."""
    page = client.post("/worker/paste/", {"pasted": pasted, **more}).context
    fields = {"matters": str(len(page["drafts"]))}
    for draft in page["drafts"]:
        form = draft.form
        initial = {name: form[name].value() for name in form.fields if name not in ("photos", "take")}
        fields |= {form.add_prefix(name): str(value) for name, value in initial.items() if value}
        fields[form.add_prefix("take")] = "on"
        if form.kept:
            fields[form.kept_name] = form.kept[0].stash_id
    return fields


def confirm(client: Client, fields: dict[str, str]) -> Any:
    return client.post("/worker/paste/", fields)


def test_stranger_is_sent_to_sign_in(db: None, client: Client) -> None:
    assert client.get("/worker/paste/")["Location"] == "/accounts/login/?next=/worker/paste/"


def test_drafts_suggest_place_category_and_phone(desk: Client) -> None:
    fields = drafts(desk)
    assert {name: fields[name] for name in ("matters", "m1-address", "m1-category", "m1-contact_phone")} == {
        "matters": "2",
        "m1-address": "九区3号楼",
        "m1-category": "0602",
        "m1-contact_phone": "13800000077",
    }
    assert fields["m1-description"] == "九区3号楼2单元楼道灯坏了，老人晚上看不清"


def test_confirmed_drafts_become_tickets_of_the_worker(desk: Client, cast: Cast) -> None:
    confirm(desk, drafts(desk))
    rows = Ticket.objects.order_by("id").values_list(
        "grid", "community", "category__code", "source", "reporter"
    )
    assert list(rows) == [
        (cast.grid.pk, cast.community_unit.pk, "0602", "wechat_group", cast.worker.pk),
        (None, cast.community_unit2.pk, "0101", "wechat_group", cast.worker.pk),
    ]


def test_no_name_of_a_sender_is_kept(desk: Client) -> None:
    confirm(desk, drafts(desk, "张三：灯坏了三天\n李四：张三家门口的灯也坏了"))
    told = "".join(ticket.description for ticket in Ticket.objects.all())
    assert re.search("张三|李四", told) is None


def test_sent_twice_makes_none_twice(desk: Client) -> None:
    fields = drafts(desk)
    first, second = confirm(desk, fields), confirm(desk, fields)
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 2


def test_left_out_is_not_made(desk: Client) -> None:
    fields = drafts(desk)
    del fields["m1-take"]
    confirm(desk, fields)
    assert [ticket.description for ticket in Ticket.objects.all()] == ["青龙山社区门口垃圾三天没人收了"]


def test_two_that_are_one_become_one(desk: Client) -> None:
    confirm(desk, drafts(desk) | {"m2-with_above": "on"})
    assert Ticket.objects.get().description.splitlines() == [
        "九区3号楼2单元楼道灯坏了，老人晚上看不清",
        "青龙山社区门口垃圾三天没人收了",
    ]


def test_place_that_nothing_names_is_the_workers_own(desk: Client, cast: Cast) -> None:
    confirm(desk, drafts(desk, "楼道里的灯坏了好几天"))
    assert Ticket.objects.get().grid == cast.grid


def test_all_left_out_is_said(desk: Client) -> None:
    fields = {name: value for name, value in drafts(desk).items() if not name.endswith("-take")}
    response = confirm(desk, fields)
    assert (response.status_code, Ticket.objects.count()) == (422, 0)
    assert "都没有勾选" in response.content.decode()


def test_a_draft_too_short_comes_back_with_its_words(desk: Client) -> None:
    response = confirm(desk, drafts(desk) | {"m2-description": "脏"})
    assert (response.status_code, Ticket.objects.count()) == (422, 0)
    assert ">\n脏</textarea>" in response.content.decode()


def test_thanks_alone_are_no_matter(desk: Client) -> None:
    response = desk.post("/worker/paste/", {"pasted": "张三：谢谢书记[玫瑰]"})
    assert response.status_code == 422
    assert "没有找到诉求" in response.content.decode()


def test_nothing_pasted_is_said(desk: Client) -> None:
    assert desk.post("/worker/paste/", {"pasted": ""}).status_code == 422


def test_too_long_a_paste_is_refused(desk: Client) -> None:
    assert desk.post("/worker/paste/", {"pasted": "灯" * (MOST_CHARACTERS + 1)}).status_code == 422


def test_screenshot_alone_is_kept_for_a_draft_without_words(desk: Client) -> None:
    fields = drafts(desk, "", photos=picture())
    assert "m1-description" not in fields
    confirm(desk, fields | {"m1-description": "楼道灯坏了"})
    assert Ticket.objects.get().photos.count() == 1


def test_sent_twice_with_a_screenshot_makes_none_twice(desk: Client) -> None:
    fields = drafts(desk, "楼道里的灯坏了", photos=picture())
    confirm(desk, fields)
    confirm(desk, fields)
    assert Ticket.objects.count() == 1


def test_an_open_matter_of_the_same_building_is_pointed_at(desk: Client, cast: Cast) -> None:
    ticket = told(cast, description="三单元楼道灯不亮")
    Ticket.objects.filter(pk=ticket.pk).update(building=cast.building)
    page = desk.post("/worker/paste/", {"pasted": PASTE}).content.decode()
    assert ticket.get_absolute_url() in page


def test_matters_of_others_are_not_pointed_at(desk: Client, cast: Cast) -> None:
    ticket = told(cast, description="三单元楼道灯不亮")
    Ticket.objects.filter(pk=ticket.pk).update(building=cast.building)
    desk.force_login(cast.worker2)
    assert ticket.number not in desk.post("/worker/paste/", {"pasted": PASTE}).content.decode()


@pytest.mark.parametrize("count", ["", "x", "-1", "999999"])
def test_a_count_that_makes_no_sense_makes_nothing(desk: Client, count: str) -> None:
    assert desk.post("/worker/paste/", {"matters": count}).status_code == 422
    assert Ticket.objects.count() == 0


# --- the replies -------------------------------------------------------------------------
def test_reply_names_number_unit_and_link(desk: Client, cast: Cast) -> None:
    confirm(desk, drafts(desk))
    ticket = Ticket.objects.order_by("id")[0]
    text = reply(ticket)
    assert all(
        part in text for part in (ticket.number, "九区社区第三网格", ticket.tracking_url, " 前给您回音")
    )


def test_joint_reply_has_a_line_for_each(desk: Client) -> None:
    confirm(desk, drafts(desk))
    assert len(joint_reply(list(Ticket.objects.order_by("id"))).splitlines()) == 3


def test_replies_stand_ready_after_confirming(desk: Client) -> None:
    page = desk.get(confirm(desk, drafts(desk))["Location"]).content.decode()
    assert all(ticket.tracking_url in page for ticket in Ticket.objects.all())


@pytest.mark.parametrize("who", ["leader", "worker2", "director"])
def test_replies_are_for_nobody_else(desk: Client, cast: Cast, who: str) -> None:
    address = confirm(desk, drafts(desk))["Location"]
    desk.force_login(getattr(cast, who))
    page = desk.get(address).content.decode()
    assert not any(ticket.token in page for ticket in Ticket.objects.all())
