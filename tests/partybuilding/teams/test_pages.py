"""Pages of the public, of volunteers and leaders by phone, of the office; and who is kept out."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from partybuilding.access import By
from partybuilding.gatherings.models import SignUp
from partybuilding.teams.models import CallOut, Shift, Team, Thanks, Volunteer
from partybuilding.teams.services import calling
from partybuilding.teams.workflow import State
from tests.cast import Cast
from tests.markup import inline
from tests.partybuilding.checkins.scene import member_in
from tests.partybuilding.teams.scene import (
    NAME,
    OTHER_PHONE,
    PHONE,
    STRANGER,
    activity,
    area,
    as_,
    call,
    called,
    knowing,
    of_phone,
    shift,
    team,
    volunteer,
)
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
OFFICE = "/admin/party/"


def sign_up_form(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "community": cast.community_unit.pk,
        "skills": ["tidy", "driving"],
        "slots": ["weekend"],
        "person": NAME,
        "phone": PHONE,
        "consent": "on",
        "form_id": str(uuid4()),
        **fields,
    }


def call_form(cast: Cast, **fields: Any) -> dict[str, Any]:
    soon = clock.now() + timedelta(days=1)
    return {
        "kind": "snow",
        "words": "清扫小区主路积雪",
        "place": "九区北门",
        "day": soon.date().isoformat(),
        "time": "06:30",
        "wanted": "2",
        "communities": [cast.community_unit.pk],
        "form_id": str(uuid4()),
        **fields,
    }


# --- the public ------------------------------------------------------------------------------
def test_a_neighbour_signs_up(client: Client, cast: Cast) -> None:
    wish = team(cast)
    form = sign_up_form(cast, wish=wish.pk, may_be_named="on")
    assert [client.post("/together/volunteer/", form).status_code for _tap in range(2)] == [303, 303]
    row = Volunteer.objects.get()
    assert (row.state, row.skills, row.wish, row.may_be_named) == (
        "signed_up",
        ["tidy", "driving"],
        wish,
        True,
    )
    assert client.get("/together/volunteer/in/").status_code == 200


def test_what_is_wrong_is_said_and_nothing_is_lost(client: Client, cast: Cast) -> None:
    wrong: tuple[dict[str, Any], ...] = (
        {"skills": []},
        {"phone": "12"},
        {"consent": ""},
        {"skills": ["magic"]},
    )
    for fields in wrong:
        response = client.post("/together/volunteer/", sign_up_form(cast, **fields))
        assert (response.status_code, NAME in response.content.decode()) == (422, True), fields
    assert not Volunteer.objects.exists()


def test_one_place_signs_up_ten_an_hour(client: Client, cast: Cast) -> None:
    forms = [sign_up_form(cast, phone=f"199537601{number:02}") for number in range(11)]
    codes = [client.post("/together/volunteer/", form).status_code for form in forms]
    assert codes == [303] * 10 + [429]


def test_everybody_reads_of_a_team_and_nobody_is_named(client: Client, cast: Cast) -> None:
    row = team(cast, volunteer(cast))
    shift(activity(row), by=of_phone())
    Thanks.objects.create(team=row, volunteer=row.leader, words="雪夜出力", form_id=uuid4())
    for address in ("/together/teams/", f"/together/teams/{row.pk}/", "/together/volunteer/"):
        page = client.get(address).content.decode()
        assert (row.name in page, NAME in page, PHONE in page, inline(page)) == (True, False, False, [])
    page = client.get(f"/together/teams/{row.pk}/").content.decode()
    assert ("雪夜出力" in page, "赵**" in page, "<form class" in page) == (True, True, False)


# --- a volunteer's own pages -----------------------------------------------------------------
def test_a_volunteers_page_is_theirs_alone(cast: Cast) -> None:
    row = team(cast, volunteer(cast))
    ahead = shift(activity(row), by=of_phone())
    page = knowing().get("/together/volunteer/me/").content.decode()
    assert (f"/together/g/{ahead.gathering_id}/" in page, row.name in page, inline(page)) == (True, True, [])
    assert knowing(STRANGER).get("/together/volunteer/me/").status_code == 404
    assert Client().get("/together/volunteer/me/").headers["location"].startswith("/together/in/")
    assert row.name in knowing().get("/together/me/").content.decode()


def test_a_volunteer_says_anew_what_they_can_and_leaves(cast: Cast) -> None:
    row, client = volunteer(cast), knowing()
    assert client.post("/together/volunteer/me/able/", {"skills": [], "slots": []}).status_code == 422
    client.post(
        "/together/volunteer/me/able/", {"skills": ["law"], "slots": ["evening"], "may_be_named": "on"}
    )
    row.refresh_from_db()
    assert (row.skills, row.slots, row.may_be_named) == (["law"], ["evening"], True)
    assert client.post("/together/volunteer/me/leave/", {"note": ""}).status_code == 409
    assert client.post("/together/volunteer/me/leave/", {"note": "搬走了"}).status_code == 303
    assert client.get("/together/volunteer/me/").status_code == 404


def test_one_tap_answers_a_call(cast: Cast) -> None:
    volunteer(cast)
    row = call(cast)
    address = f"/together/call/{row.pk}/"
    page = knowing().get(address).content.decode()
    assert (row.words in page, inline(page)) == (True, [])
    assert knowing().post(f"{address}answer/", {"answer": "soon"}).status_code == 303
    assert knowing().post(f"{address}answer/", {"answer": "magic"}).status_code == 409
    assert called(row).answer == "soon"
    volunteer(cast, OTHER_PHONE)
    for client in (knowing(OTHER_PHONE), knowing(STRANGER)):
        assert [client.get(address).status_code, client.post(f"{address}answer/").status_code] == [404, 404]
    for response in (Client().get(address), Client().post(f"{address}answer/", {"answer": "now"})):
        assert response.headers["location"].startswith("/together/in/")


def test_after_enough_and_after_the_end_the_page_says_so(cast: Cast) -> None:
    volunteer(cast)
    row, by = call(cast), By(cast.community)
    address = f"/together/call/{row.pk}/"
    calling.stand_down(row, by=by)
    assert 'value="now"' not in knowing().get(address).content.decode()
    assert knowing().post(f"{address}answer/", {"answer": "now"}).status_code == 409
    calling.end(row, outcome="雪已扫净", by=by)
    page = knowing().get(address).content.decode()
    assert ("雪已扫净" in page, 'name="answer"' in page) == (True, False)


# --- the leader ------------------------------------------------------------------------------
def test_the_leader_enters_an_activity_and_opens_a_time(cast: Cast) -> None:
    row, client = team(cast, volunteer(cast)), knowing()
    address = f"/together/teams/{row.pk}/"
    form = {"title": "扫雪", "kind": "tidy", "words": "带手套", "form_id": str(uuid4())}
    assert [client.post(f"{address}activities/", form).status_code for _tap in range(2)] == [303, 303]
    assert client.post(f"{address}activities/", {**form, "title": ""}).status_code == 422
    act = row.activities.get()
    day = str(today() + timedelta(days=2))
    form = {
        "day": day,
        "first": "09:00",
        "last": "11:00",
        "place": "北门",
        "places": "4",
        "form_id": str(uuid4()),
    }
    times = f"{address}activities/{act.pk}/shifts/"
    assert [client.post(times, form).status_code for _tap in range(2)] == [303, 303]
    for fields in ({"last": "08:00"}, {"day": "2020-01-01"}, {"places": "0"}, {"place": ""}):
        assert client.post(times, {**form, "form_id": str(uuid4()), **fields}).status_code == 422, fields
    ahead = Shift.objects.get()
    page = client.get(address).content.decode()
    assert (f"/together/g/{ahead.gathering_id}/people/" in page, inline(page)) == (True, [])
    people = f"/together/g/{ahead.gathering_id}/people/"
    assert client.get(people).status_code == 200
    volunteer(cast, OTHER_PHONE)
    for other in (knowing(OTHER_PHONE), knowing(STRANGER)):
        assert [other.post(times, form).status_code, other.get(people).status_code] == [404, 404]
        assert other.post(f"{address}activities/", form).status_code == 404


# --- the office: teams and volunteers --------------------------------------------------------
def test_the_office_reads_and_others_stay_out(cast: Cast) -> None:
    person = volunteer(cast)
    row, out = team(cast, person), call(cast)
    shift(activity(row), by=of_phone())
    pages = ["teams/", f"teams/{row.pk}/", "volunteers/", "volunteers/members/", f"volunteers/{person.pk}/"]
    pages += ["callouts/", f"callouts/{out.pk}/", f"callouts/{out.pk}/live/"]
    for address in pages:
        for user in (cast.community, cast.director, cast.dispatcher, cast.auditor):
            response = as_(user).get(OFFICE + address)
            text = response.content.decode()
            assert (response.status_code, inline(text), PHONE in text) == (200, [], False), (address, user)
            if user in (cast.dispatcher, cast.auditor):
                assert ('method="post"' in text.split('id="main"')[-1], NAME in text) == (False, False), (
                    address
                )
        for user in (cast.worker, cast.parttime, cast.department):
            assert as_(user).get(OFFICE + address).status_code == 403
        assert Client().get(OFFICE + address).status_code == 302
        theirs = as_(cast.community2).get(OFFICE + address)
        if any(mark in address for mark in (f"/{row.pk}/", f"/{person.pk}/", f"/{out.pk}/")):
            assert theirs.status_code == 404, address
        else:
            assert row.name not in theirs.content.decode()


def test_the_office_confirms_places_and_takes_off(cast: Cast) -> None:
    row, client = volunteer(cast, state=State.SIGNED_UP), as_(cast.community)
    address = f"{OFFICE}volunteers/{row.pk}/steps/"
    assert client.post(f"{address}confirm/", {"grid": cast.grid_far.pk}).status_code == 422
    for user in (cast.dispatcher, cast.auditor):
        assert as_(user).post(f"{address}confirm/", {}).status_code == 409
    assert [client.post(f"{address}confirm/", {"grid": cast.grid.pk}).status_code for _tap in range(2)] == [
        303
    ] * 2
    row.refresh_from_db()
    assert (row.state, row.grid, row.version) == ("confirmed", cast.grid, 2)
    client.post(f"{address}place/", {"grid": ""})
    assert client.post(f"{address}leave/", {"note": ""}).status_code == 409
    assert client.post(f"{address}leave/", {"note": "搬走了"}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.grid) == ("left", None)
    assert client.post(f"{address}magic/", {}).status_code == 404


def test_a_number_is_shown_for_an_entry_in_the_history(cast: Cast) -> None:
    row = volunteer(cast)
    address = f"{OFFICE}volunteers/{row.pk}/number/"
    assert PHONE in as_(cast.community).post(address).content.decode()
    assert as_(cast.community).get(address).status_code == 405
    for user in (cast.dispatcher, cast.auditor):
        response = as_(user).post(address)
        assert (response.status_code, PHONE in response.content.decode()) == (409, False)
    assert as_(cast.community2).post(address).status_code == 404


def test_a_letter_is_fetched_or_refused(cast: Cast) -> None:
    row = volunteer(cast)
    out = call(cast)
    calling.answer(called(out), "now", by=of_phone())
    form = {
        "since": str(today() - timedelta(days=30)),
        "until": str(today() + timedelta(days=2)),
        "words": "谢谢",
    }
    client, address = as_(cast.community), f"{OFFICE}volunteers/{row.pk}/letter/"
    assert client.post(address, form).status_code == 422
    calling.give_hours(out, {called(out).pk: 2}, by=By(cast.community))  # type: ignore[dict-item]
    response = client.post(address, form)
    assert b"".join(response.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert client.post(address, {**form, "until": "2020-01-01"}).status_code == 422
    assert as_(cast.dispatcher).post(address, form).status_code == 422


def test_a_member_is_taken_over(cast: Cast) -> None:
    row = member_in(cast, phone=PHONE)
    address = f"{OFFICE}volunteers/members/checked-in/{row.pk}/"
    for user in (cast.community2, cast.dispatcher, cast.auditor):
        assert as_(user).post(address).status_code == 404
    assert [as_(cast.community).post(address).status_code for _tap in range(2)] == [303, 404]
    assert Volunteer.objects.get().source == "check_in"


def test_a_team_is_founded_filled_led_and_thanked(cast: Cast) -> None:
    client, person = as_(cast.community), volunteer(cast)
    form = {
        "name": "九区先锋队",
        "kind": "vanguard",
        "community": cast.community_unit.pk,
        "founded_on": str(today()),
    }
    assert client.post("/admin/teams/team/add/", form).status_code == 302
    row = Team.objects.get()
    address = f"{OFFICE}teams/{row.pk}/"
    client.post(f"{address}add/", {"volunteer": [person.pk, "x"]})
    membership = row.memberships.get()
    assert client.post(f"{address}people/{membership.pk}/lead/").status_code == 303
    assert client.post(f"{address}people/{membership.pk}/magic/").status_code == 404
    thanks = {"words": "雪夜出力", "volunteer": person.pk, "form_id": str(uuid4())}
    assert client.post(f"{address}thank/", {**thanks, "words": ""}).status_code == 422
    assert client.post(f"{address}thank/", thanks).status_code == 303
    row.refresh_from_db()
    assert (row.leader, row.thanks.get().words) == (person, "雪夜出力")
    for name in ("dispatcher", "auditor"):
        for end in ("add/", f"people/{membership.pk}/remove/", "thank/"):
            assert as_(getattr(cast, name)).post(address + end, thanks).status_code == 409
    assert as_(cast.community2).post(f"{address}thank/", thanks).status_code == 404


def test_the_office_confirms_the_hours_of_a_shift(cast: Cast) -> None:
    row = team(cast, volunteer(cast))
    done = shift(activity(row), by=of_phone(), hours=-3)
    at = {"state": "attended", "attended_at": clock.now(), "hours": "2.0", "hours_confirmed_at": clock.now()}
    SignUp.objects.create(gathering=done.gathering, name=NAME, phone=PHONE, **at)
    client, address = as_(cast.community), f"{OFFICE}teams/{row.pk}/"
    confirm = f"{address}shifts/{done.pk}/agree/"
    assert confirm in client.get(address).content.decode()
    assert row.name in client.get(f"{OFFICE}teams/").content.decode()
    assert as_(cast.dispatcher).post(confirm).status_code == 409
    assert client.post(confirm).status_code == 303
    assert confirm not in client.get(address).content.decode()
    assert row.memberships.get().volunteer.confirmed_hours() == 2


# --- the office: call-outs -------------------------------------------------------------------
def test_a_call_is_looked_at_before_it_is_made(cast: Cast) -> None:
    volunteer(cast)
    client, address = as_(cast.community), f"{OFFICE}callouts/new/{cast.community_unit.pk}/"
    assert client.get(address).status_code == 200
    form = call_form(cast)
    looked = client.post(address, form)
    assert (looked.status_code, looked.context["seen"], CallOut.objects.count()) == (200, 1, 0)
    assert client.post(address, {**form, "sure": "1", "seen": "2"}).status_code == 422
    made = [client.post(address, {**form, "sure": "1", "seen": "1"}) for _tap in range(2)]
    row = CallOut.objects.get()
    assert [answer.headers["location"] for answer in made] == [f"{OFFICE}callouts/{row.pk}/"] * 2
    assert Message.objects.filter(kind="teams_called").count() == 1


def test_a_call_that_makes_no_sense_is_refused_and_kept(cast: Cast) -> None:
    volunteer(cast)
    client, address = as_(cast.community), f"{OFFICE}callouts/new/{cast.community_unit.pk}/"
    wrong: list[dict[str, Any]] = [{"words": "找张三 19953760001"}, {"words": "长" * 61}, {"place": ""}]
    wrong += [
        {"communities": []},
        {"communities": [cast.community_unit2.pk]},
        {"day": "2020-01-01"},
        {"wanted": "0"},
    ]
    for fields in wrong:
        response = client.post(address, call_form(cast, **{"place": "九区北门", **fields}))
        assert (response.status_code, "清扫" in response.content.decode() or "words" in fields) == (
            422,
            True,
        ), fields
    assert as_(cast.community2).get(address).status_code == 404
    for user in (cast.community, cast.dispatcher, cast.auditor):
        assert as_(user).get(f"{OFFICE}callouts/new/").status_code == 404
    assert as_(cast.director).get(f"{OFFICE}callouts/new/").status_code == 200


def test_the_office_answers_widens_stands_down_and_ends(cast: Cast) -> None:
    volunteer(cast, skills=["tidy"])
    volunteer(cast, OTHER_PHONE, skills=["law"])
    row = call(cast, of=None, seen=2)
    client, address = as_(cast.community), f"{OFFICE}callouts/{row.pk}/"
    one = called(row)
    given = {"answer": "now", "version": one.version}
    assert client.post(f"{address}answer/{one.pk}/", given).status_code == 303
    assert client.post(f"{address}answer/{one.pk}/", {**given, "answer": "cannot"}).status_code == 409
    volunteer(cast, "19953760003")
    more = {"communities": [cast.community_unit.pk], "batch": "1"}
    assert client.post(f"{address}widen/", more).context["seen"] == 1
    assert client.post(f"{address}widen/", {**more, "sure": "1", "seen": "1"}).status_code == 303
    assert client.post(f"{address}widen/", {**more, "sure": "1", "seen": "1"}).status_code == 409
    for name in ("dispatcher", "auditor"):
        for end in (f"answer/{one.pk}/", "stand-down/", "end/", "hours/"):
            assert as_(getattr(cast, name)).post(address + end, given).status_code == 409, end
    assert client.post(f"{address}stand-down/").status_code == 303
    assert client.post(f"{address}end/", {"outcome": "扫净"}).status_code == 303
    page = client.get(address).content.decode()
    assert ("扫净" in page, f"hours-{one.pk}" in page, "hx-get" in page) == (True, True, False)
    typed = {"called": [one.pk], f"hours-{one.pk}": "2.5"}
    assert client.post(f"{address}hours/", {**typed, f"hours-{one.pk}": "99"}).status_code == 422
    assert client.post(f"{address}hours/", typed).status_code == 303
    assert called(row).hours == 2.5


def test_of_the_streets_call_a_community_sees_and_answers_for_its_own(cast: Cast) -> None:
    volunteer(cast)
    volunteer(cast, OTHER_PHONE, community=cast.community_unit2)
    both = area(cast, communities={cast.community_unit.pk, cast.community_unit2.pk})
    row = call(cast, of=both, by=cast.director, community=None)
    calling.answer(called(row), "now", by=of_phone())
    mine, theirs = called(row, OTHER_PHONE), called(row)
    client, address = as_(cast.community2), f"{OFFICE}callouts/{row.pk}/"
    for show in ("silent", "coming"):
        page = client.get(f"{address}?show={show}").content.decode()
        assert (f"volunteers/{mine.volunteer_id}/" in page, f"volunteers/{theirs.volunteer_id}/" in page) == (
            show == "silent",
            False,
        )
    given = {"answer": "soon", "version": mine.version}
    assert client.post(f"{address}answer/{mine.pk}/", given).status_code == 303
    assert client.post(f"{address}answer/{theirs.pk}/", given).status_code == 409
    for end in ("stand-down/", "end/", "hours/"):
        assert client.post(address + end).status_code == 409


def test_the_counted_part_comes_again_only_when_something_changed(cast: Cast) -> None:
    volunteer(cast)
    row, client = call(cast), as_(cast.community)
    address = f"{OFFICE}callouts/{row.pk}/live/"
    stamp = client.get(address).context["stamp"]
    assert client.get(f"{address}?stamp={stamp}").status_code == 204
    calling.answer(called(row), "now", by=of_phone())
    fresh = client.get(f"{address}?stamp={stamp}")
    assert (fresh.status_code, fresh.context["coming"], "<html" in fresh.content.decode()) == (200, 1, False)


# --- lists -----------------------------------------------------------------------------------
def test_lists_ask_as_often_for_three_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, own = as_(cast.community), knowing()
    for number in range(1, 4):
        person = volunteer(cast, f"1995376000{number}")
        row = team(cast, person, name=f"第{number}队")
        shift(activity(row), by=of_phone(person.phone))
        out = call(cast)
        calling.answer(called(out), "now", by=of_phone())
        if number == 2:
            continue
        for address, queries in (
            ("volunteers/", 5),
            ("teams/", 5),
            ("callouts/", 5),
            (f"callouts/{out.pk}/", 12),
        ):
            with django_assert_num_queries(queries):
                assert client.get(OFFICE + address).status_code == 200
        with django_assert_num_queries(9):
            assert own.get("/together/volunteer/me/").status_code == 200
        with django_assert_num_queries(1):
            assert Client().get("/together/teams/").status_code == 200


def test_the_list_of_volunteers_is_narrowed_and_paged(cast: Cast) -> None:
    people = [volunteer(cast, f"199537610{number:02}", skills=["law"]) for number in range(32)]
    volunteer(cast)
    client = as_(cast.community)
    page = client.get(f"{OFFICE}volunteers/?skill=law")
    further = client.get(f"{OFFICE}volunteers/?{page.context['next']}")
    assert [row.pk for row in further.context["rows"]] == [people[1].pk, people[0].pk]
    assert len(client.get(f"{OFFICE}volunteers/?hours=1").context["rows"]) == 0
    assert len(client.get(f"{OFFICE}volunteers/?hours=x&skill=magic&after=x").context["rows"]) == 30


def test_the_desk_names_what_waits(cast: Cast) -> None:
    row = volunteer(cast, state=State.SIGNED_UP)
    volunteer(cast, OTHER_PHONE)
    out = call(cast)
    for user, seen in ((cast.community, True), (cast.dispatcher, False), (cast.community2, False)):
        page = as_(user).get("/admin/").content.decode()
        found = [f"{OFFICE}volunteers/{row.pk}/" in page, f"{OFFICE}callouts/{out.pk}/" in page]
        assert found == [seen, seen], user


def test_the_admin_shows_masks_and_lets_keepers_change_teams_alone(cast: Cast) -> None:
    person = volunteer(cast)
    row, out = team(cast, person), call(cast)
    for user in (cast.community, cast.auditor, cast.director):
        for address in (f"volunteer/{person.pk}", f"callout/{out.pk}", f"team/{row.pk}"):
            response = as_(user).get(f"/admin/teams/{address}/change/")
            text = response.content.decode()
            assert (response.status_code, NAME in text, PHONE in text) == (200, False, False), (user, address)
    for address in (f"volunteer/{person.pk}", f"callout/{out.pk}", f"team/{row.pk}"):
        assert as_(cast.community2).get(f"/admin/teams/{address}/change/").status_code == 302
    assert as_(cast.auditor).post(f"/admin/teams/team/{row.pk}/change/", {"name": "x"}).status_code == 403
