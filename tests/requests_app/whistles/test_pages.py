"""The office's pages, the departments', the panels on a ticket; from the outsider's side too."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grids.models import Post, User, today
from requests_app import beside, services
from requests_app.desk import queues
from requests_app.models import Photo, Ticket, TicketEvent
from requests_app.services import RESIDENT, staff
from requests_app.templatetags.maps import going
from requests_app.whistles import access, figures, pages, shown
from requests_app.whistles.models import DeedPhoto, Entry, Matter, Whistle
from requests_app.whistles.services import consent
from requests_app.whistles.services.steps import take
from tests.cast import ROLES, Cast
from tests.requests_app.matters import PHONE, told
from tests.requests_app.whistles.scene import Scene, climbed, fresh
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
SECRETS = ("韩大山", PHONE, "13912345678", "2单元501")


def page(client: Client, user: User, address: str, status: int = 200) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def filled(scene: Scene, **fields: Any) -> dict[str, Any]:
    values = {
        "form_id": uuid4(),
        "kind": "joint",
        "title": "烧烤油烟联合整治",
        "needs": "夜间联合检查。",
        "place": "青龙山路北口",
        "tickets": [scene.ticket.number],
        "departments": [scene.cast.department_unit.pk],
        f"task_{scene.cast.department_unit.pk}": "清理占道",
    }
    return {**values, **fields}


# --- begun from the list ---------------------------------------------------------------
LIST = "/admin/requests_app/ticket/"


def begun(client: Client, user: User, *tickets: Ticket) -> Any:
    client.force_login(user)
    chosen = [ticket.pk for ticket in tickets]
    return client.post(LIST, {"action": "draft_a_whistle", "_selected_action": chosen}, follow=True)


def test_a_draft_begins_from_several_of_the_list(client: Client, scene: Scene) -> None:
    second, below = climbed(scene.cast), told(scene.cast)
    answer = begun(client, scene.cast.dispatcher, scene.ticket, second, below)
    assert answer.request["PATH_INFO"] == "/admin/whistles/new/"
    assert answer.context["form"].initial["tickets"] == [scene.ticket.number, second.number]
    said = [str(message) for message in answer.context["messages"]]
    assert [below.number in sentence for sentence in said] == [True]


def test_a_complaint_and_a_closed_matter_are_left_out_with_why(client: Client, scene: Scene) -> None:
    complaint, closed = told(scene.cast, about_staff=True), climbed(scene.cast)
    services.take(closed, "withdraw", by=RESIDENT)
    answer = begun(client, scene.cast.director, complaint, closed)
    said = [str(message) for message in answer.context["messages"]]
    closed.refresh_from_db()
    whys = [access.why_not_whistled(ticket) for ticket in (complaint, closed)]
    assert [why in sentence for why, sentence in zip(whys, said[:2], strict=True)] == [True, True]
    assert answer.context["form"].initial.get("tickets", []) == []
    assert len(said) == 3  # a sentence for each, and that none is left


def test_too_many_of_the_list_are_refused(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(beside._actions, "draft_a_whistle", replace(pages.DRAFT, most=1))
    answer = begun(client, scene.cast.dispatcher, scene.ticket, climbed(scene.cast))
    assert answer.request["PATH_INFO"] == LIST
    assert len(list(answer.context["messages"])) == 1


@pytest.mark.parametrize("name", ["community", "auditor"])
def test_who_may_not_draft_is_not_offered_it(client: Client, scene: Scene, name: str) -> None:
    user = getattr(scene.cast, name)
    assert "draft_a_whistle" not in page(client, user, LIST)
    assert begun(client, user, scene.ticket).request["PATH_INFO"] == LIST


# --- doors -------------------------------------------------------------------------------
ADDRESSES = ["/admin/whistles/", "/admin/whistles/new/", "/admin/whistles/{n}/", "/worker/whistles/{n}/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_sign_in_first(client: Client, scene: Scene, address: str) -> None:
    response = client.get(address.format(n=scene.blown().number))
    assert response.status_code == 302
    assert "/accounts/" in response["Location"]


OFFICE = {"dispatcher", "section", "director"}


def test_every_role_meets_the_status_it_should(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    looks = OFFICE | {"auditor", "community", "community_leader"}
    for name in ROLES:
        user = getattr(scene.cast, name)
        office = 200 if name in looks | {"community2"} else 403
        one = 200 if name in looks else 404 if name == "community2" else 403
        page(client, user, "/admin/whistles/", office)
        page(client, user, f"/admin/whistles/{whistle.number}/", one)
        page(client, user, "/admin/whistles/new/", 200 if name in OFFICE else 403)
        page(client, user, whistle.department_url, 200 if name == "department" else 403)


def test_another_department_knows_nothing_of_it(client: Client, scene: Scene) -> None:
    whistle = scene.blown(tasks={scene.cast.department_unit.pk: ""})
    assert whistle.title not in page(client, scene.other_person, "/worker/whistles/")
    page(client, scene.other_person, whistle.department_url, 404)
    call = scene.own(whistle)
    response = client.post(f"{whistle.department_url}calls/{call.pk}/check_in/")
    assert response.status_code == 404


def test_a_draft_is_unknown_to_departments(client: Client, scene: Scene) -> None:
    page(client, scene.cast.department, scene.approved().department_url, 404)


def test_whose_post_has_ended_comes_in_no_more(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    Post.objects.filter(user=scene.cast.department).update(ends_on=today() - timedelta(days=1))
    page(client, User.objects.get(pk=scene.cast.department.pk), whistle.department_url, 403)


def test_a_community_reads_and_does_nothing(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    assert 'id="steps"' not in page(client, scene.cast.community, whistle.get_absolute_url())
    response = client.post(f"{whistle.get_absolute_url()}steps/withdraw/", {"note": "不要"})
    assert (response.status_code, fresh(whistle).state) == (422, "blown")


def test_grid_workers_see_the_panel_on_the_ticket_alone(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    text = page(client, scene.cast.worker, scene.ticket.get_absolute_url())
    assert whistle.title in text
    assert whistle.get_absolute_url() not in text


# --- nothing of the reporter -------------------------------------------------------------
def agreed(scene: Scene, whistle: Whistle, answer: str = "yes") -> Matter:
    matter = whistle.matters.select_related("ticket").get()
    consent.say(matter, answer)
    return matter


def test_without_consent_nothing_of_the_reporter_is_on_any_page(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    for address in ("/worker/", "/worker/whistles/", whistle.department_url):
        text = page(client, scene.cast.department, address)
        assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("said", ["no", ""])
def test_a_no_is_no_consent(client: Client, scene: Scene, said: str) -> None:
    whistle = scene.blown()
    matter = agreed(scene, whistle, said) if said else whistle.matters.get()
    client.force_login(scene.cast.department)
    response = client.post(f"{whistle.department_url}dial/{matter.pk}/")
    assert response.status_code == 409
    assert PHONE not in response.content.decode()


def test_with_consent_the_number_comes_by_a_tap_that_is_recorded(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    matter = agreed(scene, whistle)
    text = page(client, scene.cast.department, whistle.department_url)
    assert "韩大山" in text
    assert PHONE not in text
    assert PHONE in client.post(f"{whistle.department_url}dial/{matter.pk}/").content.decode()
    assert Entry.objects.filter(what="dialled", call=scene.own(whistle)).count() == 1
    assert TicketEvent.objects.filter(ticket=scene.ticket, step="called").count() == 1


def test_consent_taken_back_shuts_the_door(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    agreed(scene, whistle)
    agreed(scene, whistle, "no")
    assert "韩大山" not in page(client, scene.cast.department, whistle.department_url)


def test_a_name_in_the_words_is_masked_too(client: Client, scene: Scene) -> None:
    Ticket.objects.filter(pk=scene.ticket.pk).update(description="我是韩大山，烧烤店油烟呛人。")
    text = page(client, scene.cast.department, scene.blown().department_url)
    assert ("韩大山" in text, "我是韩**，烧烤店油烟呛人" in text) == (False, True)


def test_once_it_is_over_nobody_is_named_any_more(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    matter = agreed(scene, whistle)
    take(whistle, "finish", by=staff(scene.cast.dispatcher), note="结束")
    assert "韩大山" not in page(client, scene.cast.department, whistle.department_url)
    with pytest.raises(Refused):
        consent.say(matter, "yes")


def test_photos_of_the_matter_come_with_consent_alone(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    photo = Photo.objects.create(
        ticket=scene.ticket, image="a.jpg", thumbnail="b.jpg", width=1, height=1, sha256="0"
    )
    address = f"{whistle.department_url}requests/{photo.pk}/image/"
    assert address not in page(client, scene.cast.department, whistle.department_url)
    page(client, scene.cast.department, address, 404)
    agreed(scene, whistle)
    assert address in page(client, scene.cast.department, whistle.department_url)


def test_a_matter_that_became_a_complaint_is_hidden(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    Ticket.objects.filter(pk=scene.ticket.pk).update(
        about_staff=True, named_staff=[scene.cast.section.pk], assignee=scene.cast.dispatcher
    )
    assert "烧烤店油烟呛人" not in page(client, scene.cast.department, whistle.department_url)
    page(client, scene.cast.section, whistle.get_absolute_url(), 404)
    page(client, scene.cast.community, whistle.get_absolute_url(), 404)
    page(client, scene.cast.dispatcher, whistle.get_absolute_url())


# --- the resident ------------------------------------------------------------------------
def test_a_resident_says_yes_and_takes_it_back(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    assert scene.cast.department_unit.name in client.get(scene.ticket.tracking_url).content.decode()
    for answer in ("yes", "yes", "no"):
        client.post(f"{scene.ticket.tracking_url}whistles/{whistle.number}/", {"answer": answer})
        assert whistle.matters.get().consent == answer
    told_ = whistle.entries.filter(what="consent").values_list("detail__answer", "actor_kind")
    assert list(told_) == [("yes", "resident"), ("no", "resident")]


def test_a_draft_is_nothing_to_a_resident(client: Client, scene: Scene) -> None:
    scene.approved()
    assert 'id="whistle"' not in client.get(scene.ticket.tracking_url).content.decode()


def test_who_left_no_phone_is_not_asked(client: Client, scene: Scene) -> None:
    ticket = climbed(scene.cast, contact_phone="")
    scene.blown(tickets=(ticket,))
    text = client.get(ticket.tracking_url).content.decode()
    assert 'id="whistle"' in text
    assert 'name="answer"' not in text


def test_a_strangers_token_answers_for_nobody(client: Client, scene: Scene) -> None:
    whistle, other = scene.blown(), told(scene.cast)
    response = client.post(f"{other.tracking_url}whistles/{whistle.number}/", {"answer": "yes"})
    assert (response.status_code, whistle.matters.get().consent) == (404, "")


def test_a_worker_records_what_was_said_on_the_phone(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    address = f"{scene.ticket.get_absolute_url()}whistles/{whistle.number}/consent/"
    client.force_login(scene.cast.dispatcher)
    client.post(address, {"answer": "yes", "words": ""})
    assert whistle.matters.get().consent == ""
    client.post(address, {"answer": "yes", "words": "上午十点电话里同意"})
    matter = whistle.matters.get()
    assert (matter.consent, matter.consent_by) == ("yes", scene.cast.dispatcher)
    assert whistle.entries.get(what="consent").note == "上午十点电话里同意"


@pytest.mark.parametrize(("role", "status"), [("worker2", 404), ("department", 404), ("instructor", 303)])
def test_others_record_no_consent(client: Client, scene: Scene, role: str, status: int) -> None:
    whistle = scene.blown()
    client.force_login(getattr(scene.cast, role))
    address = f"{scene.ticket.get_absolute_url()}whistles/{whistle.number}/consent/"
    assert client.post(address, {"answer": "yes", "words": "同意"}).status_code == status
    assert whistle.matters.get().consent == ""


# --- the office's forms ------------------------------------------------------------------
def test_a_draft_begins_from_the_ticket(client: Client, scene: Scene) -> None:
    address = f"/admin/whistles/new/?ticket={scene.ticket.number}"
    assert address in page(client, scene.cast.dispatcher, scene.ticket.get_absolute_url())
    form = client.get(address).context["form"]
    assert form.initial["tickets"] == [scene.ticket.number]
    assert "501" not in form.initial["place"]


def test_a_draft_is_handed_in(client: Client, scene: Scene) -> None:
    client.force_login(scene.cast.dispatcher)
    fields = filled(scene)
    for _tap in range(2):
        assert client.post("/admin/whistles/new/", fields).status_code == 303
    whistle = Whistle.objects.get()
    assert [call.task for call in whistle.calls.all()] == ["清理占道"]


def test_the_warning_comes_back_with_a_box_to_go_on(client: Client, scene: Scene) -> None:
    first = scene.drafted()
    client.force_login(scene.cast.dispatcher)
    response = client.post("/admin/whistles/new/", filled(scene))
    assert response.status_code == 409
    assert first.number in response.content.decode()
    assert 'name="knows_other"' in response.content.decode()
    assert client.post("/admin/whistles/new/", filled(scene, knows_other="on")).status_code == 303


def test_what_was_typed_stays(client: Client, scene: Scene) -> None:
    client.force_login(scene.cast.dispatcher)
    response = client.post("/admin/whistles/new/", filled(scene, departments=[]))
    assert response.status_code == 422
    assert "夜间联合检查。" in response.content.decode()


def test_a_draft_is_changed(client: Client, scene: Scene) -> None:
    whistle = scene.drafted()
    client.force_login(scene.cast.section)
    edit = f"{whistle.get_absolute_url()}edit/"
    assert client.get(edit).context["form"].initial["title"] == whistle.title
    assert client.post(edit, filled(scene, title="新题", version=1)).status_code == 303
    assert fresh(whistle).title == "新题"
    assert client.post(edit, filled(scene, title="再新", version=1)).status_code == 409


def test_approving_blows_at_once_when_wished(client: Client, scene: Scene) -> None:
    whistle = scene.drafted()
    client.force_login(scene.cast.director)
    client.post(f"{whistle.get_absolute_url()}steps/approve/", {"blow_now": "1"})
    assert fresh(whistle).state == "blown"


def test_a_step_that_somebody_else_took_answers_409(client: Client, scene: Scene) -> None:
    whistle = scene.approved()
    client.force_login(scene.cast.director)
    response = client.post(f"{whistle.get_absolute_url()}steps/approve/", {})
    assert response.status_code == 409


def test_urging_from_the_desk_goes_back_to_the_desk(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    client.force_login(scene.cast.dispatcher)
    for _tap in range(2):
        response = client.post(f"{whistle.get_absolute_url()}steps/urge/", {"back": "desk"})
        assert (response.status_code, response["Location"]) == (303, "/admin/")
    assert whistle.entries.filter(what="urge").count() == 1


def test_a_rating_without_a_reason_comes_back(client: Client, scene: Scene) -> None:
    whistle = scene.concluded()
    call = scene.own(whistle)
    client.force_login(scene.cast.dispatcher)
    address = f"{whistle.get_absolute_url()}calls/{call.pk}/rate/"
    assert client.post(address, {"rating": "4"}).status_code == 422
    assert client.post(address, {"rating": "4", "note": "及时"}).status_code == 303
    call.refresh_from_db()
    assert (call.rating, call.rated_by) == (4, scene.cast.dispatcher)


@pytest.mark.parametrize("step", ["edit", "check_in", "nonsense"])
def test_other_steps_have_no_address(client: Client, scene: Scene, step: str) -> None:
    client.force_login(scene.cast.dispatcher)
    address = f"{scene.blown().get_absolute_url()}steps/{step}/"
    assert client.post(address, {}).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=blown", 1),
        ("state=archived", 0),
        ("kind=joint", 1),
        ("q=CS-", 1),
        ("q=无此", 0),
        ("after=x", 1),
    ],
)
def test_the_list_is_narrowed(client: Client, scene: Scene, query: str, found: int) -> None:
    scene.blown()
    client.force_login(scene.cast.dispatcher)
    assert len(client.get(f"/admin/whistles/?{query}").context["rows"]) == found


# --- the departments' forms --------------------------------------------------------------
def test_a_department_goes_its_whole_way(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    call = scene.own(whistle)
    client.force_login(scene.cast.department)
    address = f"{whistle.department_url}calls/{call.pk}/"
    assert client.post(f"{address}check_in/", {}).status_code == 303
    assert client.post(f"{address}check_in/", {}).status_code == 409
    assert client.post(f"{address}deed/", {"note": ""}).status_code == 422
    assert client.post(f"{address}deed/", {"note": "清走 3 个炉具"}).status_code == 303
    assert client.post(f"{address}conclude/", {"note": "已恢复通行"}).status_code == 303
    call.refresh_from_db()
    assert (call.state, call.deeds.count()) == ("concluded", 1)
    assert "清走 3 个炉具" in page(client, scene.cast.dispatcher, whistle.get_absolute_url())


def test_photos_of_what_was_done_are_the_departments_and_the_offices(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    call = scene.own(whistle)
    take(call, "check_in", by=staff(scene.cast.department))
    take(call, "deed", by=staff(scene.cast.department), note="清走")
    photo = DeedPhoto.objects.create(
        deed=call.deeds.get(), image="a.jpg", thumbnail="b.jpg", width=1, height=1, sha256="0"
    )
    address = f"{whistle.department_url}photos/{photo.pk}/image/"
    assert address in page(client, scene.cast.department, whistle.department_url)
    assert address in page(client, scene.cast.dispatcher, whistle.get_absolute_url())
    page(client, scene.other_person, address, 404)
    page(client, scene.cast.worker, address, 404)


def test_the_first_page_of_a_department_leads_there(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    assert whistle.department_url in page(client, scene.cast.department, "/worker/")
    assert whistle.department_url not in page(client, scene.cast.worker, "/worker/")


# --- the desk, figures, numbers of statements --------------------------------------------
def test_what_waits_on_the_desk(scene: Scene) -> None:
    scene.blown()
    draft = scene.drafted(knows_other=True)
    for role, blown, drafts in (("dispatcher", 1, None), ("director", 1, 1), ("auditor", None, None)):
        user = getattr(scene.cast, role)
        waiting, approving = (
            look(user, 5) for look in (pages.waiting_for_departments, pages.waiting_for_approval)
        )
        assert (waiting and waiting.count, approving and approving.count) == (blown, drafts), role
        if approving:
            assert [row.whistle for row in approving.rows] == [draft]
    assert {"whistles", "whistle_approvals"} <= {queue.key for queue in queues.ordered()}


def test_where_a_department_checked_in_is_shown(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    Whistle.objects.filter(pk=whistle.pk).update(latitude=36.63, longitude=116.93)
    take(scene.own(whistle), "check_in", by=staff(scene.cast.department), latitude=36.631, longitude=116.93)
    office = page(client, scene.cast.director, whistle.get_absolute_url())
    phone = page(client, scene.cast.department, f"/worker/whistles/{whistle.number}/")
    for html in (office, phone):
        assert going(36.631, 116.93).replace("&", "&amp;") in html
        assert "110 " in html


def test_who_gave_no_point_checked_in_all_the_same(client: Client, scene: Scene) -> None:
    whistle = scene.blown()
    take(scene.own(whistle), "check_in", by=staff(scene.cast.department))
    client.force_login(scene.cast.director)
    calls = client.get(whistle.get_absolute_url()).context["calls"]
    assert [call["far"] for call in calls] == ["", ""]


@pytest.mark.parametrize(("north", "said"), [(0.0, "10 "), (0.00897, "1000 "), (0.0135, "1.5 ")])
def test_a_distance_is_said_as_one_says_it(scene: Scene, north: float, said: str) -> None:
    call = scene.own(scene.blown())
    call.whistle.latitude, call.whistle.longitude = 36.63, 116.93
    call.latitude, call.longitude = 36.63 + north, 116.93
    assert said in shown.from_the_place(call)


def test_figures_by_department(scene: Scene) -> None:
    for _number in range(2):
        scene.rated(knows_other=True)
    whistle = scene.blown(knows_other=True)
    take(scene.own(whistle), "check_in", by=staff(scene.cast.department))
    with clock.at(clock.now() + timedelta(days=2)):
        own, other = figures.by_department(today() - timedelta(days=2), today())
    assert (own.called, own.in_time, own.late, own.missing, own.concluded) == (3, 3, 0, 0, 2)
    assert (other.called, other.in_time, other.missing, other.rated, other.mean) == (3, 2, 1, 2, None)


def test_a_departments_number_leads_to_its_whistles(client: Client, scene: Scene) -> None:
    """The statistics' numbers and the list behind each count the same calls."""
    in_time, late, missing = (scene.blown(knows_other=True) for _number in range(3))
    take(scene.own(in_time), "check_in", by=staff(scene.cast.department))
    with clock.at(clock.now() + timedelta(days=2)):
        take(scene.own(late), "check_in", by=staff(scene.cast.department))
        client.force_login(scene.cast.dispatcher)
        table = client.get("/admin/statistics/?span=7").context["departments"]
        address = next(url for row, _rate, url in table if row.pk == scene.own(in_time).department_id)
        found = {came: client.get(address + came).context["rows"] for came in ("in_time", "late", "missing")}
    assert {came: [row.whistle for row in rows] for came, rows in found.items()} == {
        "in_time": [in_time], "late": [late], "missing": [missing],
    }  # fmt: skip


@pytest.mark.parametrize(
    "asked", ["first=0001-01-01&last=9999-12-31", "first=x&came=nonsense", "last=2024-02-31"]
)
def test_nonsense_about_calls_narrows_nothing(client: Client, scene: Scene, asked: str) -> None:
    whistle = scene.blown(knows_other=True)
    client.force_login(scene.cast.dispatcher)
    page = client.get(f"/admin/whistles/?{asked}")
    assert [row.whistle for row in page.context["rows"]] == [whistle]


def test_a_mean_is_shown_from_ten_ratings_on(scene: Scene) -> None:
    for _number in range(10):
        scene.rated(knows_other=True)
    assert [row.mean for row in figures.by_department(today(), today())] == [4.0, 4.0]


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow(client: Client, scene: Scene, count: int) -> None:
    for _number in range(count):
        whistle = scene.blown(knows_other=True)
    assert [
        _statements(lambda: pages.waiting_for_departments(User.objects.get(username="dispatcher"), 5)),
        _asked(client, scene.cast.dispatcher, "/admin/whistles/"),
        _asked(client, scene.cast.dispatcher, whistle.get_absolute_url()),
        _asked(client, scene.cast.department, "/worker/whistles/"),
        _asked(client, scene.cast.department, whistle.department_url),
        _asked(client, scene.cast.department, "/worker/"),
    ] == [6, 7, 9, 6, 8, 6]


def _asked(client: Client, user: User, address: str) -> int:
    client.force_login(user)
    return _statements(lambda: client.get(address))


def _statements(do: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        do()
    return len(captured)


def test_admin_pages_open(client: Client, scene: Scene, cast: Cast) -> None:
    whistle = scene.blown()
    assert whistle.number in page(client, cast.auditor, f"/admin/whistles/whistle/{whistle.pk}/change/")
    assert "30" in page(client, cast.dispatcher, "/admin/whistles/kindrule/")
