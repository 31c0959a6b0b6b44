"""Pages of stewards: the office's, residents', the company's, at the door; and who is kept out."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import Estate, today
from partybuilding.access import By
from partybuilding.meetings.models import Topic
from partybuilding.steward.models import CrossAppointment, Mark, ServiceEntry, Stars, Steward
from partybuilding.steward.services import closing, founding, log, topics
from partybuilding.steward.services.founding import Firm
from partybuilding.steward.services.voices import Speaker
from partybuilding.steward.terms import Via
from tests.cast import Cast
from tests.partybuilding.steward.scene import (
    ALL_FIVE,
    FIRM,
    HOME,
    OTHER_HOME,
    STRANGER,
    as_,
    carried_out,
    home,
    knowing,
    month,
    of_phone,
    spoken,
    steward,
)
from wangguan.privacy import decrypt
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
LIST = "/admin/party/stewards/"


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def service(**fields: Any) -> dict[str, Any]:
    given = {"sort": "cleaning", "day": today().isoformat(), "words": "清洗楼道三层", "form_id": str(uuid4())}
    return {**given, **fields}


# --- the office --------------------------------------------------------------------------
def test_the_office_sets_a_table_up_once(cast: Cast) -> None:
    estate, client = Estate.objects.get(), as_(cast.community)
    assert f"{LIST}new/{estate.pk}/" in read(client, LIST)
    form = {"households": "1286", "firm": "安居物业", "contact": "王建国", "phone": FIRM}
    for _press in range(2):
        assert client.post(f"{LIST}new/{estate.pk}/", form).status_code == 303
    row = Steward.objects.get()
    assert (row.firm, row.households, row.body.kind) == ("安居物业", 1286, "steward")
    assert [seat.side for seat in row.body.seats.all()] == ["property"]
    assert decrypt(_raw(row)) == FIRM


def _raw(row: Steward) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM steward_steward WHERE id = %s", [row.pk])
        return str(cursor.fetchone()[0])


def test_a_company_without_contact_keeps_what_was_typed(cast: Cast) -> None:
    page = as_(cast.community).post(
        f"{LIST}new/{Estate.objects.get().pk}/", {"households": "9", "firm": "安居物业"}
    )
    assert (page.status_code, "安居物业" in page.content.decode()) == (422, True)
    assert not Steward.objects.exists()


def test_another_company_comes_and_the_old_contact_is_out(cast: Cast) -> None:
    row = steward(cast)
    form = {"households": "1286", "firm": "新家物业", "contact": "马超", "phone": OTHER_HOME}
    assert as_(cast.community).post(f"{LIST}{row.pk}/change/", form).status_code == 303
    assert knowing(FIRM).get(f"/together/property/{row.pk}/").status_code == 404
    assert knowing(OTHER_HOME).get(f"/together/property/{row.pk}/").status_code == 200


def test_the_list_costs_the_same_with_one_and_three(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(cast.community)
    steward(cast)
    client.get(LIST)
    with django_assert_num_queries(6):
        client.get(LIST)
    for name in ("小梁庄", "英华园"):
        estate = Estate.objects.create(community=cast.community_unit, name=name)
        founding.set_up(estate, by=cast.community, firm=Firm("安居物业", "王", FIRM), households=3)
    with django_assert_num_queries(6):
        client.get(LIST)


def test_only_those_who_keep_or_overlook_the_community_see_a_table(cast: Cast) -> None:
    row = steward(cast)
    address = f"{LIST}{row.pk}/"
    codes = {
        name: as_(getattr(cast, name)).get(address).status_code
        for name in ("community", "director", "auditor", "community2", "worker", "department")
    }
    assert codes == {
        "community": 200, "director": 200, "auditor": 200, "community2": 404, "worker": 403, "department": 403
    }  # fmt: skip
    assert Client().get(address).status_code == 302
    assert FIRM not in read(as_(cast.auditor), address)
    assert FIRM in read(as_(cast.community), address)


def test_those_who_only_look_change_nothing(cast: Cast) -> None:
    row, who = steward(cast), Speaker(home(cast), Via.PHONE)
    topic = topics.propose(row, who, title="楼道灯", words="", form_id=uuid4())
    crossing = {"person": "赵", "own_body": "a", "own_post": "b", "other_body": "c", "other_post": "d"}
    steps: dict[str, dict[str, Any]] = {
        f"topics/{topic.pk}/show/": {},
        f"topics/{topic.pk}/reserve/": {"reserved": "rules"},
        "services/": service(),
        "cross/": {**crossing, "starts_on": today().isoformat()},
        "change/": {"households": "3"},
    }
    for user in (cast.auditor, cast.dispatcher, cast.community2, cast.worker):
        client = as_(user)
        codes = {client.post(f"{LIST}{row.pk}/{end}", form).status_code for end, form in steps.items()}
        assert codes <= {403, 404, 409, 422}, user
    topic.refresh_from_db()
    assert (ServiceEntry.objects.count(), CrossAppointment.objects.count()) == (0, 0)
    assert (topic.shown.shown_at, topic.is_owners_matter) == (None, False)


def test_cross_appointments_are_entered_and_end(cast: Cast) -> None:
    row, client = steward(cast), as_(cast.community)
    form = {
        "person": "孙桂英", "own_body": "小区党支部", "own_post": "书记",
        "other_body": "业委会", "other_post": "委员", "starts_on": today().isoformat(),
    }  # fmt: skip
    assert client.post(f"{LIST}{row.pk}/cross/", form).status_code == 303
    same = client.post(f"{LIST}{row.pk}/cross/", {**form, "other_body": "小区党支部"})
    assert same.status_code == 422
    (crossing,) = row.crossings.all()
    assert client.post(f"{LIST}{row.pk}/cross/{crossing.pk}/end/").status_code == 303
    crossing.refresh_from_db()
    assert crossing.ends_on == today()


def test_the_office_shows_a_topic_and_says_whose_it_is(cast: Cast) -> None:
    row, who = steward(cast), Speaker(home(cast), Via.PHONE)
    topic = topics.propose(row, who, title="动用维修资金", words="", form_id=uuid4())
    client, address = as_(cast.community), f"{LIST}{row.pk}/topics/{topic.pk}/"
    home(cast, OTHER_HOME)
    neighbour, public = knowing(OTHER_HOME), f"/together/steward/{row.pk}/"
    assert "动用维修资金" not in read(neighbour, public)
    assert client.post(f"{address}show/").status_code == 303
    assert client.post(f"{address}reserve/", {"reserved": "fund_use"}).status_code == 303
    assert "动用维修资金" in read(neighbour, public)
    assert neighbour.post(f"{public}second/{topic.pk}/").status_code == 303
    topic.refresh_from_db()
    assert (topic.support, topic.is_owners_matter) == (2, True)


# --- residents ---------------------------------------------------------------------------
def test_a_household_marks_the_month_and_changes_its_mind(cast: Cast) -> None:
    row = steward(cast)
    month(row)
    home(cast)
    client, address = knowing(HOME), f"/together/steward/{row.pk}/"
    assert f"{address}marks/" in read(client, address)
    missing = client.post(f"{address}marks/", {"safety": "5", "comment": "电梯慢"})
    assert (missing.status_code, "电梯慢" in missing.content.decode()) == (422, True)
    for mark in (5, 3):
        form = {**dict.fromkeys(ALL_FIVE, mark)}
        assert client.post(f"{address}marks/", form).status_code == 303
    assert [mark.safety for mark in Mark.objects.all()] == [3]


def test_everybody_reads_the_page_and_strangers_say_nothing(cast: Cast) -> None:
    row = steward(cast)
    month(row)
    action = carried_out(cast, row)
    address = f"/together/steward/{row.pk}/"
    posts: dict[str, dict[str, Any]] = {
        "marks/": dict.fromkeys(ALL_FIVE, 5),
        f"rate/{action.pk}/": {"solved": "yes", "stars": "5"},
        "propose/": {"title": "楼道灯", "form_id": str(uuid4())},
        f"second/{action.topic_id}/": {},
    }
    for client, code in ((Client(), 302), (knowing(STRANGER), 404), (knowing(FIRM), 404)):
        page = read(client, address)
        assert (action.words in page, f"{address}marks/" in page) == (True, False)
        assert {client.post(address + end, form).status_code for end, form in posts.items()} == {code}
    assert (Mark.objects.count(), Stars.objects.count(), Topic.objects.count()) == (0, 0, 1)


def test_a_household_rates_what_was_done(cast: Cast) -> None:
    row = steward(cast)
    action = carried_out(cast, row)
    home(cast)
    client, address = knowing(HOME), f"/together/steward/{row.pk}/"
    wrong = client.post(f"{address}rate/{action.pk}/", {"stars": "4", "comment": "还有一处"})
    assert (wrong.status_code, "还有一处" in wrong.content.decode()) == (422, True)
    assert client.post(f"{address}rate/{action.pk}/", {"solved": "no", "stars": "2"}).status_code == 303
    assert (Stars.objects.get().solved, Stars.objects.get().stars) == (False, 2)


def test_no_page_shows_a_closed_month_below_ten(cast: Cast) -> None:
    row = steward(cast)
    asked = month(row)
    spoken(cast, asked, 9)
    Mark.objects.update(comment="保安总不在")
    closing.close_over(asked.closes_on + timedelta(days=1))
    pages = [read(Client(), f"/together/steward/{row.pk}/"), read(as_(cast.community), f"{LIST}{row.pk}/")]
    pages += [read(as_(cast.community), LIST), read(knowing(FIRM), f"/together/property/{row.pk}/")]
    assert not any(secret in page for page in pages for secret in ("5.0", "保安总不在", "steward-bar-part"))


# --- the company -------------------------------------------------------------------------
def test_the_company_writes_down_what_it_did_once(cast: Cast) -> None:
    row, client = steward(cast), knowing(FIRM)
    address, form = f"/together/property/{row.pk}/", service()
    assert [client.post(address, form).status_code for _press in range(2)] == [303, 303]
    entry = ServiceEntry.objects.get()
    assert (entry.by_firm, entry.made_by, entry.words) == (True, None, "清洗楼道三层")
    assert "清洗楼道三层" in read(Client(), f"/together/steward/{row.pk}/")


def test_only_theme_services_lie_ahead(cast: Cast) -> None:
    row, client = steward(cast), knowing(FIRM)
    ahead = (today() + timedelta(days=9)).isoformat()
    refused = client.post(f"/together/property/{row.pk}/", service(day=ahead))
    assert (refused.status_code, "清洗楼道三层" in refused.content.decode()) == (422, True)
    form = service(day=ahead, sort="theme", joined_by="第三网格志愿队")
    assert client.post(f"/together/property/{row.pk}/", form).status_code == 303
    assert ServiceEntry.objects.get().is_ahead


def test_nobody_else_writes_the_companys_log(cast: Cast) -> None:
    row = steward(cast)
    assert knowing(STRANGER).post(f"/together/property/{row.pk}/", service()).status_code == 404
    assert Client().post(f"/together/property/{row.pk}/", service()).status_code == 302
    for by in (By(cast.worker), By(cast.community2), of_phone(HOME)):
        with pytest.raises(Refused):
            log.enter(row, by=by, sort="repair", day=today(), words="x", form_id=uuid4())


# --- at the door -------------------------------------------------------------------------
def test_a_worker_takes_a_voice_down_at_the_door(cast: Cast) -> None:
    row, own = steward(cast), home(cast)
    month(row)
    client, address = as_(cast.worker), f"/worker/steward/{row.pk}/"
    assert address in read(client, "/worker/steward/")
    assert f"?building={cast.building.pk}" in read(client, address)
    assert f"{address}{own.pk}/" in read(client, f"{address}?building={cast.building.pk}")
    form = dict.fromkeys(ALL_FIVE, 4)
    assert client.post(f"{address}{own.pk}/", {}).status_code == 422
    assert [client.post(f"{address}{own.pk}/", form).status_code for _press in range(2)] == [303, 409]
    assert Mark.objects.get().via == "visit"


def test_doors_are_closed_to_those_who_do_not_know_the_people(cast: Cast) -> None:
    row, own = steward(cast), home(cast)
    month(row)
    address = f"/worker/steward/{row.pk}/{own.pk}/"
    codes = {
        name: as_(getattr(cast, name)).post(address, dict.fromkeys(ALL_FIVE, 1)).status_code
        for name in ("worker2", "community2", "dispatcher", "auditor", "parttime", "department")
    }
    assert set(codes.values()) <= {403, 404}
    assert not Mark.objects.exists()


def test_the_door_knows_residents_and_the_company(cast: Cast) -> None:
    row = steward(cast)
    home(cast)
    for phone, address in ((HOME, f"/together/steward/{row.pk}/"), (FIRM, f"/together/property/{row.pk}/")):
        assert address in read(knowing(phone), "/together/me/")
