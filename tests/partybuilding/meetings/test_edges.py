"""Two taps at one moment, pages read before a meeting was closed, days and codes that lead nowhere."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings.models import Action, Invitation, Meeting
from partybuilding.meetings.services import actions, attending, meetings, tables
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.tables import Sitting
from tests.cast import Cast
from tests.partybuilding.meetings import scene
from tests.race import at_once
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
OFFICE = "/admin/party/meetings/"


def as_keeper(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.community)
    return client


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_one_moment_plan_one_meeting_and_agree_on_one_action(cast: Cast) -> None:
    body, form_id = scene.table(cast), uuid4()
    found = at_once(*[lambda: scene.planned(cast, body, form_id=form_id)] * 2)
    assert found == [Meeting.objects.get()] * 2

    _branch, firm, _owners = scene.seats(cast, body)
    row = scene.topic(cast, body, scene.held(cast, body, firm))
    scene.action(cast, row, seat=firm)
    new = NewAction("请人检修", today() + timedelta(days=3), seat=firm, form_id=uuid4())
    by = scene.keeper(cast)
    first, second = at_once(*[lambda: actions.add(row, new, by=by)] * 2)
    assert first == second == Action.objects.get(words="请人检修")


def test_attendance_of_a_closed_meeting_stays_for_whoever_read_the_page_before(cast: Cast) -> None:
    body = scene.table(cast)
    branch, firm, owners = scene.seats(cast, body)
    meeting, by = scene.held(cast, body, branch), scene.keeper(cast)
    before, here = Meeting.objects.get(), Meeting.objects.get()
    meetings.close(meeting, minutes="到会三方，一致同意。", by=by)
    with pytest.raises(Refused):
        attending.mark(before, owners, came=True, by=by)
    with pytest.raises(Refused):
        attending.mark(before, branch, came=False, by=by)
    with pytest.raises(Refused):
        attending.attend(here, here.token, by=scene.of_phone())
    came = Invitation.objects.filter(attended_at__isnull=False)
    assert [each.seat for each in came] == [branch]
    assert firm.invitations.get().attended_at is None


def test_the_same_seat_twice_is_one_and_another_term_is_another(cast: Cast) -> None:
    body, by = scene.table(cast), scene.keeper(cast)
    sitting = Sitting("property", "安居物业", name=scene.NAME, phone=scene.PHONE)
    assert tables.seat(body, sitting, by=by) == tables.seat(body, sitting, by=by)
    later = Sitting("property", "安居物业", name=scene.NAME, phone=scene.PHONE, ends_on=today())
    assert tables.seat(body, later, by=by).pk
    assert body.seats.count() == 2
    staff = Sitting("branch", user=cast.worker)
    assert tables.seat(body, staff, by=by) == tables.seat(body, staff, by=by)


def test_a_meeting_on_the_last_of_all_days_is_read_and_one_before_all_is_refused(cast: Cast) -> None:
    body, client = scene.table(cast), as_keeper(cast)
    form = {"hour": "23:59", "place": "议事厅", "form_id": str(uuid4())}
    answer = client.post(f"{OFFICE}bodies/{body.pk}/plan/", {**form, "day": "0001-01-01"})
    assert (answer.status_code, Meeting.objects.count()) == (422, 0)

    last = datetime(9999, 12, 31, 23, 59, tzinfo=timezone.get_default_timezone())
    row = meetings.plan(body, starts_at=last, place="议事厅", form_id=uuid4(), by=By(cast.community))
    assert client.get(f"{OFFICE}{row.pk}/").status_code == 200
    assert not row.takes_attendance


def test_a_code_that_cannot_be_one_is_not_found(client: Client, db: None) -> None:
    assert client.get("/together/table/here/%00/").status_code == 404
    assert client.get("/together/here/%00/").status_code == 404
