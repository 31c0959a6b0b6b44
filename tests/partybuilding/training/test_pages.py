"""Pages of training: the office's, one's own by phone and of the staff; and who is kept out."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from grids.models import Line
from partybuilding.access import By
from partybuilding.door import hats
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.services import attending
from partybuilding.training import demo, figures
from partybuilding.training.models import Attempt, Material, Plan, Quiz, Session
from partybuilding.training.pages import to_approve
from partybuilding.training.services import materials, plans
from partybuilding.training.workflow import State
from tests.cast import Cast
from tests.markup import inline
from tests.partybuilding.gatherings.scene import as_, knowing
from tests.partybuilding.training.scene import (
    NAMES,
    OTHER_PHONE,
    PHONE,
    QUIZ,
    H,
    attempt,
    make_plan,
    make_quiz,
    make_session,
    there,
    told,
    year,
)
from wangguan.privacy import keyed_hash

pytestmark = pytest.mark.django_db
OFFICE = "/admin/party/training/"


def read(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert (address, response.status_code) == (address, status)
    return body(response).decode(errors="replace")


def body(response: Any) -> bytes:
    """Of a page or a file; a file is closed once it was read to its end."""
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def plan_form(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "year": year(),
        "community": cast.community_unit.pk,
        "title": "网格员业务培训",
        "aim": "会处置",
        "sessions_planned": 4,
        "hours_planned": "8",
        "form_id": str(uuid4()),
        **fields,
    }


def session_form(**fields: Any) -> dict[str, Any]:
    start = timezone.localtime(told()["starts_at"])
    return {
        "title": "消防讲座",
        "topic": "safety",
        "mode": "field",
        "lecturer": "王教员",
        "audience": "",
        "place": "一楼",
        "day": f"{start:%Y-%m-%d}",
        "first": "23:00",
        "last": "23:30",
        "hours": "0.5",
        "places": "20",
        "closes_on": "",
        "words": "",
        "form_id": str(uuid4()),
        **fields,
    }


def file_of(session: Session, cast: Cast) -> Material:
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.7 test")
    return materials.add(session, title="讲义", by=By(cast.community), form_id=uuid4(), file=file)


# --- the office ------------------------------------------------------------------------------
def test_a_plan_is_drafted_submitted_and_approved_on_pages(cast: Cast) -> None:
    client, form = as_(cast.community), plan_form(cast)
    for _ in range(2):
        made = client.post(f"{OFFICE}new/", form)
    row = Plan.objects.get()
    assert (made.status_code, made.headers["Location"]) == (303, f"{OFFICE}{row.pk}/")
    assert client.get(f"{OFFICE}{row.pk}/change/").status_code == 200
    changed = plan_form(cast, title="新名称")
    assert client.post(f"{OFFICE}{row.pk}/change/", changed).status_code == 303
    assert client.post(f"{OFFICE}{row.pk}/steps/submit/").status_code == 303
    assert client.post(f"{OFFICE}{row.pk}/steps/approve/").status_code == 409
    leader = as_(cast.director)
    assert leader.post(f"{OFFICE}{row.pk}/steps/return/", {"note": ""}).status_code == 409
    assert leader.post(f"{OFFICE}{row.pk}/steps/approve/", {"note": "同意"}).status_code == 303
    assert leader.post(f"{OFFICE}{row.pk}/steps/dance/").status_code == 404
    row.refresh_from_db()
    assert (row.title, row.state, row.note) == ("新名称", State.APPROVED, "同意")
    assert client.get(f"{OFFICE}{row.pk}/change/").status_code == 403


def test_a_plan_that_is_wrong_keeps_what_was_typed(cast: Cast) -> None:
    client = as_(cast.community)
    for fields in ({"community": ""}, {"community": cast.community_unit2.pk}, {"hours_planned": "0"}):
        response = client.post(f"{OFFICE}new/", plan_form(cast, **fields))
        assert (response.status_code, "网格员业务培训" in response.content.decode()) == (422, True)
    make_plan(cast, state=State.DRAFT)
    assert client.post(f"{OFFICE}new/", plan_form(cast)).status_code == 422
    assert as_(cast.director).post(f"{OFFICE}new/", plan_form(cast, community="")).status_code == 303


def test_the_desk_shows_a_leader_what_waits(cast: Cast) -> None:
    row = make_plan(cast, state=State.SUBMITTED)
    make_plan(cast, state=State.SUBMITTED, community=None, by=By(cast.director))
    waiting = to_approve(cast.director, 5)
    assert waiting is not None
    assert [each.pk for each in waiting.rows] == [row.pk]
    assert to_approve(cast.community, 5) is None


def test_a_session_is_announced_and_changed_on_pages(cast: Cast) -> None:
    row, client = make_plan(cast), as_(cast.community)
    address = f"{OFFICE}{row.pk}/announce/"
    assert client.post(address, session_form(hours="x")).status_code == 422
    assert client.post(address, session_form(last="22:00")).status_code == 422
    form = session_form()
    for _ in range(2):
        assert client.post(address, form).status_code == 303
    session = Session.objects.get()
    page = f"{OFFICE}sessions/{session.pk}/"
    assert "王教员" in read(client, page)
    words = {"topic": "law", "mode": "online", "lecturer": "李律师", "audience": "党员", "hours": "1"}
    assert client.post(f"{page}change/", {**words, "hours": "99"}).status_code == 422
    assert client.post(f"{page}change/", words).status_code == 303
    session.refresh_from_db()
    assert (session.topic, session.lecturer, session.hours) == ("law", "李律师", H(1))
    people = read(client, f"/admin/party/gatherings/{session.gathering_id}/")
    assert f'href="{page}"' in people


def test_hours_are_confirmed_on_the_page(cast: Cast) -> None:
    session = make_session(cast)
    own, page = there(session), f"{OFFICE}sessions/{session.pk}/"
    assert f'action="{page}hours/"' in read(as_(cast.community), page)
    assert as_(cast.community).post(f"{page}hours/").status_code == 303
    own.refresh_from_db()
    assert own.hours == H(2)
    ahead = make_session(cast, plan=session.plan, held=False)
    assert as_(cast.community).post(f"{OFFICE}sessions/{ahead.pk}/hours/").status_code == 409


def test_files_and_links_are_handed_out_on_the_page(cast: Cast) -> None:
    session, client = make_session(cast), as_(cast.community)
    page = f"{OFFICE}sessions/{session.pk}/"
    for given, status in (
        ({"file": SimpleUploadedFile("x.pdf", b"MZ")}, 422),
        ({"link": "javascript:alert(1)"}, 422),
        ({}, 422),
        ({"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")}, 303),
        ({"link": "https://example.org/v"}, 303),
    ):
        form = {"title": "讲义", "form_id": str(uuid4()), **given}
        assert (given, client.post(f"{page}materials/", form).status_code) == (given, status)
    row = session.materials.exclude(file="").get()
    served = client.get(f"{OFFICE}materials/{row.pk}/")
    assert body(served) == b"%PDF-1.7"
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert (served.headers["Content-Type"], served.headers["X-Content-Type-Options"]) == (
        "application/pdf",
        "nosniff",
    )
    assert client.post(f"{page}materials/{row.pk}/remove/").status_code == 303
    assert session.materials.count() == 1
    read(client, f"{OFFICE}materials/{session.materials.get().pk}/", 404)


def test_a_quiz_is_set_on_the_page_and_read_as_shares(cast: Cast) -> None:
    session, client = make_session(cast), as_(cast.community)
    page = f"{OFFICE}sessions/{session.pk}/"
    for given in ({"typed": "问题\n甲\n乙", "pass_mark": "1"}, {"typed": QUIZ, "pass_mark": "3"}):
        response = client.post(f"{page}quiz/", given)
        assert (response.status_code, given["typed"][:3] in response.content.decode()) == (422, True)
    assert client.post(f"{page}quiz/", {"typed": QUIZ, "pass_mark": "2"}).status_code == 303
    assert "*保险销" in read(client, f"{page}quiz/")
    attempt(Quiz.objects.get(), there(session), 0, 1)
    shown = read(client, page)
    assert (NAMES[0] in shown, "“119”是什么电话？" in shown) == (False, True)
    assert client.post(f"{page}quiz/", {"typed": QUIZ, "pass_mark": "1"}).status_code == 422


def test_people_are_masked(cast: Cast) -> None:
    session = make_session(cast)
    there(session, 0, hours=H(2))
    shown = read(as_(cast.community), f"{OFFICE}{session.plan_id}/people/")
    assert ("赵**" in shown, NAMES[0] in shown, PHONE in shown) == (True, False, False)


def test_others_look_or_find_nothing(cast: Cast) -> None:
    session = make_session(cast)
    row, file = session.plan, file_of(session, cast)
    reads = [f"{row.pk}/", f"{row.pk}/people/", f"sessions/{session.pk}/", f"materials/{file.pk}/"]
    writes = [f"{row.pk}/change/", f"{row.pk}/announce/", f"sessions/{session.pk}/change/"]
    writes += [f"sessions/{session.pk}/quiz/"]
    posts = [f"sessions/{session.pk}/hours/", f"sessions/{session.pk}/materials/"]
    posts += [f"sessions/{session.pk}/materials/{file.pk}/remove/"]
    who = {"auditor": (200, 403), "dispatcher": (200, 403), "community2": (404, 404)}
    who |= {"worker": (403, 403), "department": (403, 403)}
    for name, (look, write) in who.items():
        client = as_(getattr(cast, name))
        for end in reads:
            read(client, f"{OFFICE}{end}", look)
        for end in writes:
            read(client, f"{OFFICE}{end}", write)
        for end in posts:
            assert (name, end, client.post(f"{OFFICE}{end}").status_code) == (name, end, write)
        step = client.post(f"{OFFICE}{row.pk}/steps/submit/").status_code
        assert (name, step) == (name, 409 if look == 200 else write)
    read(as_(cast.auditor), f"{OFFICE}new/", 403)
    assert (Material.objects.count(), Plan.objects.get().version) == (1, row.version)


def test_a_community_reads_the_streets_plan_and_not_who_came(cast: Cast) -> None:
    cast.section.sections = [Line.PARTY]
    cast.section.save(update_fields=["sections"])
    plan = make_plan(cast, community=None, by=By(cast.section))
    session = make_session(cast, plan=plan, by=By(cast.section))
    client = as_(cast.community)
    read(client, f"{OFFICE}{plan.pk}/")
    assert "/admin/party/gatherings/" not in read(client, f"{OFFICE}sessions/{session.pk}/")
    read(client, f"{OFFICE}{plan.pk}/people/", 403)
    read(client, f"/admin/party/gatherings/{session.gathering_id}/", 404)
    assert client.post(f"{OFFICE}sessions/{session.pk}/hours/").status_code == 403


PLANS, PLAN, RECORD = 4, 10, 6


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_as_often_for_three_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    plan = make_plan(cast)
    for number in range(count):
        make_plan(cast, state=State.DRAFT, year=2025 - number)
        session = make_session(cast, plan=plan)
        make_session(cast, plan=plan, held=False)
        attending.check_in(session.gathering, token=session.gathering.token, whom=Whom(cast.worker))
    office, worker = as_(cast.community), as_(cast.worker)
    for client, address, queries in (
        (office, OFFICE, PLANS),
        (office, f"{OFFICE}{plan.pk}/", PLAN),
        (worker, "/worker/training/", RECORD),
    ):
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


# --- one's own -------------------------------------------------------------------------------
def test_one_reads_ones_own_record_and_takes_the_certificate(cast: Cast) -> None:
    session = make_session(cast)
    there(session, 0, hours=H("2.5"))
    shown = read(knowing(PHONE), "/together/training/")
    assert ("2.5" in shown, f"/together/training/s/{session.pk}/" in shown) == (True, True)
    for address, back in (("", "/together/me/"), (f"s/{session.pk}/", "/together/training/")):
        assert knowing(PHONE).get(f"/together/training/{address}").context["back"] == back
    served = knowing(PHONE).get(f"/together/training/{year()}/certificate/")
    assert body(served)[:2] == b"PK"
    assert knowing(OTHER_PHONE).get(f"/together/training/{year()}/certificate/").status_code == 409
    assert f"/together/training/s/{session.pk}/" not in read(knowing(OTHER_PHONE), "/together/training/")
    assert [hat.url for hat in hats.of(keyed_hash(PHONE))] == ["/together/training/"]
    assert hats.of(keyed_hash(OTHER_PHONE)) == []


def test_strangers_enter_first(client: Client, cast: Cast) -> None:
    session = make_session(cast)
    for end in ("", f"{year()}/certificate/", f"s/{session.pk}/", f"s/{session.pk}/quiz/", "m/1/"):
        for start in ("/together/training/", "/worker/training/"):
            assert client.get(start + end).status_code == 302


def test_what_is_handed_out_is_for_those_with_a_place(cast: Cast) -> None:
    session = make_session(cast)
    row = file_of(session, cast)
    own, waits = there(session, 0), there(session, 1, state="waiting")
    assert read(knowing(PHONE), f"/together/training/m/{row.pk}/")
    assert (own.state, waits.state) == ("attended", "waiting")
    read(knowing(OTHER_PHONE), f"/together/training/m/{row.pk}/", 404)
    read(as_(cast.worker), f"/worker/training/m/{row.pk}/", 404)


def test_whoever_has_no_place_is_led_to_the_sign_up(cast: Cast) -> None:
    session = make_session(cast, held=False)
    for client, start, to in (
        (knowing(PHONE), "/together/training", "/together/g"),
        (as_(cast.worker), "/worker/training", "/worker/gatherings"),
    ):
        response = client.get(f"{start}/s/{session.pk}/")
        assert (response.status_code, response.headers["Location"]) == (303, f"{to}/{session.gathering_id}/")


def test_a_quiz_is_taken_on_the_phone(cast: Cast) -> None:
    session = make_session(cast)
    make_quiz(session, cast), there(session)
    client, page = knowing(PHONE), f"/together/training/s/{session.pk}/"
    assert f'href="{page}quiz/"' in read(client, page)
    assert "保险销" in read(client, f"{page}quiz/")
    open_one = client.post(f"{page}quiz/", {"q1": "0", "form_id": str(uuid4())})
    assert (open_one.status_code, "checked" in open_one.content.decode()) == (422, True)
    form = {"q1": "0", "q2": "0", "form_id": str(uuid4())}
    assert [client.post(f"{page}quiz/", form).status_code for _ in range(2)] == [303, 303]
    assert client.post(f"{page}quiz/", {**form, "q2": "1", "form_id": str(uuid4())}).status_code == 303
    assert [each.score for each in Attempt.objects.order_by("number")] == [1, 2]
    assert client.post(f"{page}quiz/", {**form, "form_id": str(uuid4())}).status_code == 409
    assert client.get(f"{page}quiz/").headers["Location"] == page
    assert f'href="{page}quiz/"' not in read(client, page)
    read(knowing(OTHER_PHONE), f"{page}quiz/", 404)


def test_the_staff_take_it_signed_in(cast: Cast) -> None:
    session = make_session(cast)
    make_quiz(session, cast)
    attending.check_in(session.gathering, token=session.gathering.token, whom=Whom(cast.worker))
    client, page = as_(cast.worker), f"/worker/training/s/{session.pk}/"
    assert "保险销" in read(client, f"{page}quiz/")
    assert client.post(f"{page}quiz/", {"q1": "0", "q2": "1", "form_id": str(uuid4())}).status_code == 303
    assert Attempt.objects.get().passed
    read(as_(cast.leader), f"{page}quiz/", 404)


def test_the_admin_reads(cast: Cast) -> None:
    row = make_session(cast).plan
    for name, seen in (("community", True), ("auditor", True), ("community2", False)):
        assert (row.title in read(as_(getattr(cast, name)), "/admin/training/plan/")) == seen
    read(as_(cast.auditor), "/admin/training/session/")
    assert as_(cast.director).get("/admin/training/plan/add/").status_code == 403


def test_no_page_brings_its_own_style_or_script(cast: Cast) -> None:
    session = make_session(cast)
    make_quiz(session, cast), there(session, hours=H(2)), file_of(session, cast)
    plans.take(make_plan(cast, state=State.DRAFT, year=2025), "submit", by=By(cast.community))
    office = [OFFICE, f"{OFFICE}{session.plan_id}/", f"{OFFICE}sessions/{session.pk}/", f"{OFFICE}new/"]
    own = [
        "/together/training/",
        f"/together/training/s/{session.pk}/",
        f"/together/training/s/{session.pk}/quiz/",
    ]
    assert [inline(read(as_(cast.community), address)) for address in office] == [[]] * 4
    assert [inline(read(knowing(PHONE), address)) for address in own] == [[]] * 3


def test_the_demo_loads_once(cast: Cast) -> None:
    assert demo.load().startswith("0 training plans")
    cast.section.sections = [Line.PARTY]
    cast.section.save(update_fields=["sections"])
    for _ in range(2):
        assert demo.load() == "2 training plans, 8 sessions"
    assert sorted(Plan.objects.values_list("state", flat=True)) == [State.APPROVED, State.DRAFT]
    assert Session.objects.held().count() == 5
    assert figures.completion(Plan.objects.get(state=State.APPROVED)).unconfirmed > 0
