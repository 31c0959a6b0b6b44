"""The room's first rules: who knows whom, what a visit moves, what is kept sealed."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.utils import DatabaseError, IntegrityError
from django.test import Client

from grids.models import today
from requests_app.models import Ticket
from requests_app.services.asked import AskedOfVisits
from residents.identity import born_on, check_id_number
from residents.models import Household, RegisterEntry, Resident, Visit
from residents.seams import Wording
from residents.services import care, people, visits
from residents.services.visits import Found, Report
from residents.terms import CareEventKind, CareGroup, EntryKind, LeftHow, Need, VisitLevel
from tests.cast import Cast
from tests.residents.factories import (
    id_number,
    make_finding,
    make_household,
    make_plan,
    make_resident,
    make_visit,
)
from wangguan import clock
from wangguan.refusals import Refused


@pytest.mark.parametrize(
    ("who", "knows"),
    [
        *[(name, True) for name in ("leader", "worker", "community", "community_leader", "section")],
        *[(name, False) for name in ("parttime", "specialist", "instructor", "leader_beside", "worker2")],
        *[(name, False) for name in ("community2", "dispatcher", "director", "department", "auditor")],
    ],
)
def test_names_are_for_those_whose_post_needs_them(cast: Cast, who: str, knows: bool) -> None:
    resident = make_resident(building=cast.building)
    make_plan(resident)
    user = getattr(cast, who)

    assert Resident.objects.visible_to(user).exists() is knows
    assert Household.objects.visible_to(user).exists() is knows


def test_the_section_knows_only_those_under_care(cast: Cast) -> None:
    make_resident(building=cast.building)

    assert not Resident.objects.visible_to(cast.section).exists()


def test_phone_and_id_are_ciphertext_at_rest(cast: Cast) -> None:
    number = id_number()
    resident = make_resident(building=cast.building, phone="13912345678", id_number=number)

    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM residents_resident r WHERE id = %s", [resident.pk])
        row = cursor.fetchone()[0]

    assert "13912345678" not in row
    assert number not in row
    assert Resident.objects.of_phone("13912345678").get() == resident


@pytest.mark.parametrize("number", ["11010519491231002X", id_number()])
def test_a_right_id_number_passes(number: str) -> None:
    check_id_number(number)


@pytest.mark.parametrize(
    "number", ["110105194912310021", "11010519491331002X", "1101051949123100", "3701031950010100X1"]
)
def test_a_wrong_id_number_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        check_id_number(number)


def test_a_visit_sets_the_next_day(cast: Cast) -> None:
    household = make_household(building=cast.building)
    make_plan(make_resident(household=household), level=VisitLevel.WEEKLY)

    visits.log(Report(submission_id=uuid4(), household=household), actor=cast.worker)

    household.refresh_from_db()
    assert household.last_visit_on == today()
    assert household.next_visit_on
    assert today() < household.next_visit_on <= today() + timedelta(days=12)


def test_a_visit_sent_twice_is_kept_once(cast: Cast) -> None:
    report = Report(submission_id=uuid4(), household=make_household(building=cast.building))

    first, is_new = visits.log(report, actor=cast.worker)
    second, is_new_again = visits.log(report, actor=cast.worker)

    assert (first, is_new, is_new_again) == (second, True, False)
    assert Visit.objects.count() == 1


def test_an_event_brings_the_day_forward(cast: Cast) -> None:
    household = make_household(building=cast.building)
    visits.log(Report(submission_id=uuid4(), household=household), actor=cast.worker)

    event = care.note_event(household, actor=cast.worker, kind=CareEventKind.HOSPITAL, on=today())

    household.refresh_from_db()
    assert household.next_visit_on == event.look_by


def test_a_need_becomes_a_request_once_and_closes_with_it(cast: Cast) -> None:
    household = make_household(building=cast.building)
    report = Report(submission_id=uuid4(), household=household, needs=[Found(Need.LEAK, "厨房漏水")])
    visit, _new = visits.log(report, actor=cast.worker)
    finding = visit.findings.get()

    wording = Wording("厨房顶漏水，已经三天", category=Need.LEAK.category)
    first = AskedOfVisits().open(finding, wording, actor=cast.worker)
    second = AskedOfVisits().open(finding, wording, actor=cast.worker)

    ticket = Ticket.objects.get()
    assert first.number == second.number == ticket.number
    assert (ticket.source, ticket.grid) == ("visit", cast.grid)
    assert AskedOfVisits().of_findings([finding], cast.worker)[finding.pk].url == ticket.get_absolute_url()


def test_a_stranger_logs_no_visit(cast: Cast) -> None:
    household = make_household(building=cast.building)

    with pytest.raises(Refused):
        visits.log(Report(submission_id=uuid4(), household=household), actor=cast.worker2)


def test_whoever_leaves_last_takes_the_household_along(cast: Cast) -> None:
    resident = make_resident(building=cast.building)

    people.leave(resident, how=LeftHow.MOVED, actor=cast.worker, version=1, on=today())

    household = resident.household
    household.refresh_from_db()
    assert (household.left_on, household.next_visit_on) == (today(), None)
    assert RegisterEntry.objects.get().kind == EntryKind.MOVED_AWAY


def test_an_entry_can_only_be_erased(cast: Cast) -> None:
    resident = make_resident(building=cast.building, name="王大爷")
    people.correct(resident, actor=cast.worker, version=1, name="王大伯")
    entry = RegisterEntry.objects.get()

    assert entry.changed == {"name": ["王大爷", "王大伯"]}
    RegisterEntry.objects.update(changes="")
    with pytest.raises(DatabaseError):
        RegisterEntry.objects.update(on=date(2020, 1, 1))


def test_a_plan_of_the_same_group_is_refused(cast: Cast) -> None:
    resident = make_resident(building=cast.building)
    make_plan(resident, group=CareGroup.ALONE)

    with pytest.raises(Refused):
        care.decide(
            resident,
            actor=cast.leader,
            group=CareGroup.ALONE,
            level=VisitLevel.WEEKLY,
            since=today(),
            review_on=today(),
        )


def test_a_birthday_begins_at_midnight_here(cast: Cast) -> None:
    resident = make_resident(building=cast.building, born_on=date(2020, 3, 1))

    with clock.at(datetime(2026, 2, 28, 17, tzinfo=UTC)):  # one in the night of the first of March here
        assert resident.age() == 6
        assert born_on(id_number(born=date(2026, 3, 1))) == date(2026, 3, 1)


@pytest.mark.parametrize(("who", "leads"), [("worker", True), ("community", True), ("dispatcher", False)])
def test_a_request_leads_back_to_its_visit(client: Client, cast: Cast, who: str, leads: bool) -> None:
    visit = make_visit(by=cast.worker, household=make_household(building=cast.building))
    asked = AskedOfVisits().open(make_finding(visit), Wording("厨房顶漏水，已经三天"), actor=cast.worker)
    client.force_login(getattr(cast, who))

    page = client.get(f"/worker/tickets/{asked.number}/").content.decode()

    assert (visit.get_absolute_url() in page) is leads


@pytest.mark.parametrize("half", [{"latitude": 36.63}, {"longitude": 116.94}])
def test_a_visit_has_a_whole_point_or_none(cast: Cast, half: dict[str, float]) -> None:
    with pytest.raises(IntegrityError, match="visit_point_whole"):
        make_visit(by=cast.worker, household=make_household(building=cast.building), **half)
