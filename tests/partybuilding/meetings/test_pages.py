"""Pages of meetings at every door: who enters, what is shown, what is never shown, and that forms work."""

import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from django.urls import reverse
from docx import Document
from pytest_django.fixtures import DjangoAssertNumQueries

from grids.models import User, today
from partybuilding.access import By
from partybuilding.door import hats
from partybuilding.door.views.doors import KNOWN
from partybuilding.meetings import beside, offers
from partybuilding.meetings.models import Action, Body, Meeting, Seat, Topic
from partybuilding.meetings.offers import Offer
from partybuilding.meetings.services import actions, attending, meetings, tables, topics
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.terms import Source
from requests_app.beside import Panel
from requests_app.models import Ticket
from tests.cast import Cast
from tests.partybuilding.meetings import scene
from tests.requests_app import matters
from wangguan.privacy import keyed_hash

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def by_phone(phone: str = scene.PHONE) -> Client:
    client = Client()
    session: SessionBase = client.session
    session[KNOWN] = keyed_hash(phone)
    session.save()
    return client


class Place:
    """A table with everything on it: a topic waiting, one decided with an action, a meeting under way."""

    def __init__(self, cast: Cast) -> None:
        self.body = scene.table(cast)
        self.branch, self.firm, self.owners = scene.seats(cast, self.body)
        self.waiting = scene.topic(cast, self.body, title="南门菜市口早上堵车")
        self.meeting = scene.held(cast, self.body, self.branch, self.firm)
        self.open = scene.topic(cast, self.body, self.meeting, title="电动车没地方充")
        self.decided = scene.topic(cast, self.body, self.meeting)
        self.action = scene.action(cast, self.decided, seat=self.firm)

    def office(self) -> list[str]:
        """Every page of the office."""
        table, meeting = [self.body.pk], [self.meeting.pk]
        return [
            reverse("party_tables"),
            reverse("party_table", args=table),
            reverse("party_resolutions", args=table),
            reverse("party_meeting", args=meeting),
            reverse("party_minutes", args=meeting),
            reverse("party_topic", args=[self.open.pk]),
            reverse("party_topic", args=[self.decided.pk]),
            reverse("party_action", args=[self.action.pk]),
        ]

    def keepers(self) -> list[str]:
        """Pages of whoever keeps the table."""
        table, meeting = [self.body.pk], [self.meeting.pk]
        names = ("party_agenda", "party_attendance", "party_meeting_code", "party_meeting_close")
        forms = ("party_seat_new", "party_meeting_new", "party_topic_new")
        return [*(reverse(n, args=meeting) for n in names), *(reverse(n, args=table) for n in forms)]


@pytest.fixture
def place(cast: Cast) -> Place:
    return Place(cast)


# --- the office ------------------------------------------------------------------------------
def test_the_office_reads_every_page_and_outsiders_none(cast: Cast, place: Place) -> None:
    first = place.office()[0]
    for user, seen, kept in (
        (cast.community, 200, 200),
        (cast.director, 200, 200),
        (cast.auditor, 200, 403),
        (cast.community2, 404, 404),
        (cast.worker, 403, 403),
        (cast.department, 403, 403),
    ):
        client = signed_in(user)
        for address in place.office():
            expected = 200 if address == first and seen == 404 else seen
            assert client.get(address).status_code == expected, (user, address)
        for address in place.keepers():
            assert client.get(address).status_code == kept, (user, address)
    assert place.body.name not in signed_in(cast.community2).get(first).content.decode()
    assert Client().get(first).status_code == 302


def test_outsiders_press_nothing(cast: Cast, place: Place) -> None:
    posts = [
        reverse("party_meeting_step", args=[place.meeting.pk, "open"]),
        reverse("party_topic_decide", args=[place.open.pk]),
        reverse("party_topic_aside", args=[place.open.pk, "put_off"]),
        reverse("party_action_done", args=[place.action.pk]),
        reverse("party_action_judge", args=[place.action.pk, "confirm"]),
        reverse("party_action_ticket", args=[place.action.pk]),
        reverse("party_seat_end", args=[place.firm.pk]),
    ]
    data = {"words": "x", "outcome": "x", "evidence": "x", "day": "2026-01-01", "form_id": uuid4()}
    for user, refused in ((cast.community2, {404}), (cast.worker, {403}), (cast.auditor, {403, 409, 422})):
        client = signed_in(user)
        for address in posts:
            assert client.post(address, data).status_code in refused, (user, address)
    assert Topic.objects.get(pk=place.open.pk).state == "on_agenda"
    assert Action.objects.get().state == "open"
    assert Seat.objects.get(pk=place.firm.pk).ends_on is None


def test_no_page_tells_a_name_or_phone(cast: Cast, place: Place) -> None:
    client = signed_in(cast.director)
    for address in [*place.office(), *place.keepers()]:
        answer = client.get(address)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert scene.NAME.encode() not in text, address
        assert scene.PHONE.encode() not in text, address


def test_a_table_is_set_up_and_seated(cast: Cast) -> None:
    client = signed_in(cast.community)
    told = {"name": "九区社区党建例会", "community": cast.community_unit.pk}
    assert client.post(reverse("party_table_new"), told | {"community": ""}).status_code == 422
    client.post(reverse("party_table_new"), told)
    body = Body.objects.get()
    assert (body.kind, body.community) == ("party", cast.community_unit)
    seat = {"side": "member", "title": "社区书记", "account": "nobody-of-this-name"}
    address = reverse("party_seat_new", args=[body.pk])
    assert client.post(address, seat).status_code == 422
    assert client.post(address, seat | {"account": ""}).status_code == 422
    assert client.post(address, seat | {"account": cast.worker.username}).status_code == 303
    assert body.seats.get().user == cast.worker


def test_a_meeting_is_planned_called_and_opened(cast: Cast, place: Place) -> None:
    client = signed_in(cast.community)
    told = {
        "day": today().replace(year=today().year + 1),
        "hour": "19:00",
        "place": "二楼",
        "form_id": uuid4(),
    }
    address = reverse("party_meeting_new", args=[place.body.pk])
    for wrong in ({"place": ""}, {"day": "0001-01-01"}, {"day": "9999-12-31"}):
        assert client.post(address, told | wrong).status_code == 422
    for _tap in range(2):
        assert client.post(address, told).status_code == 303
    meeting = place.body.meetings.get(number=2)
    step = reverse("party_meeting_step", args=[meeting.pk, "call_off"])
    assert client.post(step, {"words": ""}).status_code == 409
    client.post(reverse("party_meeting_change", args=[meeting.pk]), told | {"place": "三楼"})
    client.post(reverse("party_meeting_step", args=[meeting.pk, "call"]))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.place, meeting.invitations.count()) == ("called", "三楼", 3)
    assert client.get(meeting.get_absolute_url()).status_code == 200
    assert client.post(reverse("party_meeting_step", args=[meeting.pk, "close"])).status_code == 404


def test_what_is_offered_goes_on_the_agenda_once(cast: Cast, place: Place, monkeypatch: Any) -> None:
    monkeypatch.setattr(offers, "_sources", {})
    offers.register(
        "steward", lambda _body, _user: [Offer("claim:7", "修长椅", Source.CLAIM, "没有单位认领")]
    )
    client, address = signed_in(cast.community), reverse("party_agenda", args=[place.meeting.pk])
    assert "修长椅" in client.get(address).content.decode()
    refused = client.post(address, {"offer": "claim:7"})
    assert refused.status_code == 409
    for words in ("要入冬了", "要入冬了"):
        client.post(address, {"offer": "claim:7", "words": words})
    row = place.meeting.topics.get(offer="claim:7")
    assert (row.source, row.note) == (Source.CLAIM, "要入冬了")
    assert "修长椅" not in [offer.title for offer in offers.of(place.body, cast.community)]
    client.post(address, {"topic": place.waiting.pk, "words": "急"})
    assert Topic.objects.get(pk=place.waiting.pk).meeting == place.meeting


def test_an_outcome_with_voices_and_actions_is_written_down(cast: Cast, place: Place) -> None:
    client, address = signed_in(cast.community), reverse("party_topic_decide", args=[place.open.pk])
    told = {
        "outcome": "东墙外建充电棚。",
        f"stance_{place.branch.pk}": "for",
        f"stance_{place.firm.pk}": "reserve",
        f"said_{place.firm.pk}": "费用另议",
        "a0-words": "报街道批占地",
        "a0-owner": str(place.branch.pk),
        "a0-due_on": today().isoformat(),
    }
    for wrong in ({"outcome": " "}, {"a0-due_on": ""}, {"a0-owner": ""}, {"a0-owner_words": "市政"}):
        answer = client.post(address, told | wrong)
        assert (answer.status_code, "费用另议" in answer.content.decode()) == (422, True), wrong
    assert client.post(address, told).status_code == 303
    row = Topic.objects.get(pk=place.open.pk)
    assert (row.outcome, row.voices.count(), row.actions.get().seat) == ("东墙外建充电棚。", 2, place.branch)
    assert client.post(address, told).status_code == 409
    page = client.get(place.meeting.get_absolute_url()).content.decode()
    assert "费用另议" in page


def test_put_off_shared_and_added_to(cast: Cast, place: Place) -> None:
    client = signed_in(cast.community)
    aside = reverse("party_topic_aside", args=[place.open.pk, "put_off"])
    assert client.post(aside, {"words": ""}).status_code == 409
    assert client.post(aside, {"words": "再议"}).status_code == 303
    client.post(reverse("party_topic_share", args=[place.decided.pk]), {"shared": "1"})
    assert Topic.objects.get(pk=place.decided.pk).is_shared
    more = {"words": "其余 17 栋逐栋查", "owner": place.firm.pk, "due_on": today(), "form_id": uuid4()}
    address = reverse("party_action_new", args=[place.decided.pk])
    assert client.post(address, {"form_id": uuid4()}).status_code == 422
    for _tap in range(2):
        assert client.post(address, more).status_code == 303
    assert place.decided.actions.count() == 2


def test_attendance_and_replies_by_hand(cast: Cast, place: Place) -> None:
    client, address = signed_in(cast.community), reverse("party_attendance", args=[place.meeting.pk])
    assert client.post(address, {"seat": place.owners.pk, "what": "leave"}).status_code == 409
    client.post(address, {"seat": place.owners.pk, "what": "leave", "words": "住院", "statement": "保留意见"})
    row = place.meeting.invitations.get(seat=place.owners)
    assert (row.reply, row.words, row.statement) == ("leave", "住院", "保留意见")
    client.post(address, {"seat": place.owners.pk, "what": "came"})
    row.refresh_from_db()
    assert row.via == "by_hand"
    assert client.post(address, {"seat": "x", "what": "came"}).status_code == 404


def test_minutes_are_kept_and_fetched(cast: Cast, place: Place) -> None:
    client, address = signed_in(cast.community), reverse("party_meeting_close", args=[place.meeting.pk])
    version = Meeting.objects.get(pk=place.meeting.pk).version
    client.post(address, {"minutes": "草稿", "draft": "1", "version": version})
    old = client.post(address, {"minutes": "覆盖", "draft": "1", "version": version})
    assert (old.status_code, "覆盖" in old.content.decode()) == (422, True)
    refused = client.post(address, {"minutes": "会议记录。", "version": version + 1})
    assert (refused.status_code, "会议记录。" in refused.content.decode()) == (422, True)
    assert Meeting.objects.get(pk=place.meeting.pk).minutes == "草稿"
    topics.set_aside(place.open, "put_off", words="再议", by=scene.keeper(cast))
    client.post(address, {"minutes": "会议记录。", "version": version + 1})
    assert Meeting.objects.get(pk=place.meeting.pk).state == "closed"
    answer = client.get(reverse("party_minutes", args=[place.meeting.pk]))
    text = "\n".join(p.text for p in Document(BytesIO(b"".join(answer.streaming_content))).paragraphs)  # type: ignore[attr-defined]
    assert all(part in text for part in ("全区楼道查一遍", "安居物业", "会议记录。"))
    assert scene.NAME not in text


def test_an_action_is_checked_given_back_and_made_a_request(cast: Cast, place: Place) -> None:
    client, pk = signed_in(cast.community), place.action.pk
    ticket = reverse("party_action_ticket", args=[pk])
    assert client.post(ticket, {"grid": cast.grid_far.pk}).status_code == 422
    assert client.post(ticket, {"grid": cast.grid.pk, "told": ""}).status_code == 303
    assert Ticket.objects.get().description == place.action.words
    actions.done(Action.objects.get(pk=pk), evidence="换了。", by=scene.of_phone())
    back = reverse("party_action_judge", args=[pk, "give_back"])
    assert client.post(back, {"form_id": uuid4()}).status_code == 409
    assert client.post(back, {"words": "还黑", "form_id": uuid4()}).status_code == 303
    client.post(reverse("party_action_done", args=[pk]), {"evidence": "电话说换了", "form_id": uuid4()})
    client.post(reverse("party_action_judge", args=[pk, "confirm"]), {"form_id": uuid4()})
    assert Action.objects.get(pk=pk).state == "confirmed"
    assert client.get(reverse("party_action", args=[pk])).status_code == 200


def test_other_rooms_show_panels_beside_actions(cast: Cast, place: Place, monkeypatch: Any) -> None:
    monkeypatch.setattr(beside, "_sources", [])
    shown = {"label": "居民评 4.6 分"}
    beside.register(lambda rows, _by: {row.pk: Panel("parts/badge.html", shown) for row in rows})
    assert beside.of_all([place.action], By(cast.community))[place.action.pk][0].context == shown
    assert signed_in(cast.community).get(place.meeting.get_absolute_url()).status_code == 200


def test_a_topic_of_a_request_tells_nothing_of_the_reporter(cast: Cast, place: Place) -> None:
    told = matters.told(cast, description="我是三楼王大爷，屋顶漏水", contact_name="王大爷")
    row = scene.topic(cast, place.body, place.meeting, title="屋顶漏水", source=Source.TICKET, ticket=told)
    pages = [
        signed_in(cast.community).get(place.meeting.get_absolute_url()),
        signed_in(cast.community).get(reverse("party_topic", args=[row.pk])),
        by_phone().get(reverse("party_own_table", args=[place.body.pk])),
    ]
    for answer in pages:
        text = answer.content.decode()
        assert "屋顶漏水" in text
        assert "王大爷" not in text
        assert matters.PHONE not in text
    assert told.number in pages[0].content.decode()


def test_lists_at_a_constant_number_of_queries(
    cast: Cast, place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """One table, topic and action, then three of each: under the same literal count."""
    client, pk = signed_in(cast.community), place.body.pk
    counts = {
        reverse("party_tables"): 4,
        reverse("party_table", args=[pk]): 14,
        reverse("party_resolutions", args=[pk]): 8,
        place.meeting.get_absolute_url(): 12,
        reverse("party_attendance", args=[place.meeting.pk]): 6,
    }
    for number in range(3):
        for address, count in counts.items():
            with django_assert_num_queries(count):
                client.get(address)
        scene.seats(cast, scene.table(cast, name=f"桌{number}"))
        more = scene.topic(cast, place.body, place.meeting, title=f"议题{number}")
        scene.action(cast, more, seat=place.firm, words=f"行动{number}")
        partner = Sitting("partner", f"单位{number}", name="甲", phone=scene.PHONE)
        tables.seat(place.body, partner, by=scene.keeper(cast))


# --- a seat's own pages ----------------------------------------------------------------------
def test_a_phone_finds_its_seat_and_nobody_elses(cast: Cast, place: Place) -> None:
    assert [hat.url for hat in hats.of(keyed_hash(scene.PHONE))] == [
        reverse("party_own_table", args=[place.body.pk])
    ]
    other = scene.table(cast, name="别的桌")
    client = by_phone()
    assert client.get(reverse("party_own_table", args=[place.body.pk])).status_code == 200
    assert client.get(reverse("party_own_action", args=[place.action.pk])).status_code == 200
    assert client.get(reverse("party_own_table", args=[other.pk])).status_code == 404
    wrong = by_phone(scene.OTHER_PHONE)
    assert wrong.get(reverse("party_own_table", args=[place.body.pk])).status_code == 200
    assert wrong.get(reverse("party_own_action", args=[place.action.pk])).status_code == 404
    stranger = by_phone(scene.STRANGER)
    for name, key in (("party_own_table", place.body.pk), ("party_own_action", place.action.pk)):
        assert stranger.get(reverse(name, args=[key])).status_code == 404
        assert Client().get(reverse(name, args=[key])).status_code == 302


def test_a_seat_replies_hands_in_and_reports(cast: Cast, place: Place) -> None:
    coming = scene.planned(cast, place.body)
    meetings.call(coming, by=scene.keeper(cast))
    own, client = coming.invitations.get(seat=place.firm), by_phone()
    address = reverse("party_own_reply", args=[own.pk])
    refused = client.post(address, {"reply": "leave", "statement": "同意"})
    assert (refused.status_code, "同意" in refused.content.decode()) == (422, True)
    assert by_phone(scene.OTHER_PHONE).post(address, {"reply": "coming"}).status_code == 404
    assert client.post(address, {"reply": "coming"}).status_code == 303
    topic = {"title": "垃圾桶太少", "words": "三号楼前", "form_id": uuid4()}
    for _tap in range(2):
        client.post(reverse("party_own_topic", args=[place.body.pk]), topic)
    assert Topic.objects.filter(title="垃圾桶太少", seat=place.firm).count() == 1
    report = reverse("party_own_action", args=[place.action.pk])
    assert client.post(report, {"evidence": "", "form_id": uuid4()}).status_code == 422
    assert client.post(report, {"evidence": "换好了", "form_id": uuid4()}).status_code == 303
    assert Action.objects.get().state == "done"
    own.refresh_from_db()
    assert own.reply == "coming"


def test_the_staff_find_their_seats_below_their_own_page(cast: Cast, place: Place) -> None:
    client = signed_in(cast.worker)
    assert reverse("worker_tables") in client.get(reverse("worker_me")).content.decode()
    assert place.body.name in client.get(reverse("worker_tables")).content.decode()
    assert client.get(reverse("worker_table", args=[place.body.pk])).status_code == 200
    stranger = signed_in(cast.leader_beside)
    assert reverse("worker_tables") not in stranger.get(reverse("worker_me")).content.decode()
    assert stranger.get(reverse("worker_table", args=[place.body.pk])).status_code == 404
    assert stranger.get(reverse("worker_tables")).status_code == 200


def test_the_code_marks_whoever_has_a_seat(cast: Cast, place: Place) -> None:
    address = reverse("party_here", args=[place.meeting.token])
    nobody = Client().get(address)
    assert (nobody.status_code, place.body.name in nobody.content.decode()) == (200, False)
    assert by_phone(scene.STRANGER).post(address).status_code == 409
    assert signed_in(cast.community2).post(address).status_code == 409
    client = by_phone(scene.OTHER_PHONE)
    client.get(address)
    assert not place.meeting.invitations.filter(seat=place.owners, attended_at__isnull=False).exists()
    assert client.post(address).status_code == 200
    assert place.meeting.invitations.get(seat=place.owners).via == "qr"
    assert Client().get(reverse("party_here", args=["unknown"])).status_code == 404
    attending.mark(place.meeting, place.branch, came=False, by=scene.keeper(cast))
    signed_in(cast.worker).post(address)
    assert place.meeting.invitations.get(seat=place.branch).via == "qr"


def test_the_stock_admin_reads_only_ones_own(cast: Cast, place: Place) -> None:
    for model in ("body", "seat", "meeting", "topic", "action"):
        address = reverse(f"admin:meetings_{model}_changelist")
        for user in (cast.director, cast.auditor):
            answer = signed_in(user).get(address)
            assert answer.status_code == 200, (model, user)
            assert scene.NAME not in answer.content.decode()
        far = signed_in(cast.community2).get(address).content.decode()
        assert not re.search(r'class="field-', far), model
        assert signed_in(cast.worker).get(address).status_code in (302, 403)
    page = signed_in(cast.auditor).get(reverse("admin:meetings_seat_change", args=[place.firm.pk]))
    assert scene.PHONE not in page.content.decode()


def test_the_desk_shows_what_is_to_be_checked(cast: Cast, place: Place) -> None:
    actions.done(place.action, evidence="换了。", by=scene.of_phone())
    address = reverse("party_action", args=[place.action.pk])
    assert address in signed_in(cast.community).get("/admin/").content.decode()
    assert address not in signed_in(cast.community2).get("/admin/").content.decode()
