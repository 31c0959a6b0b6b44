"""Retention: what grows old is made anonymous, whole; what somebody waits for stays."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from grids.models import today
from residents.models import (
    CareEvent,
    CarePlan,
    Consent,
    Errand,
    Household,
    ImportRun,
    Patrol,
    PersonalExport,
    Policy,
    RegisterEntry,
    Resident,
    RetentionRun,
    RightsRequest,
    Visit,
    VisitPhoto,
)
from residents.services import people, retention
from residents.terms import (
    CareBasis,
    CareEventKind,
    ConsentHow,
    ConsentPurpose,
    ErrandState,
    ExportState,
    LeftHow,
    Met,
    RegisterKind,
    RightsKind,
    RightsState,
    Sex,
)
from tests.cast import Cast
from tests.residents.factories import (
    id_number,
    make_errand,
    make_finding,
    make_household,
    make_plan,
    make_resident,
    make_visit,
)
from wangguan import clock

pytestmark = pytest.mark.django_db
NAME, PHONE, NUMBER = "欧阳守一", "13912345678", id_number(born=date(1941, 3, 9))
LONG_AGO = timedelta(days=365 * 5)


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def kept() -> str:
    """Every row of the room as it reads, its ciphertext opened."""
    rows: Iterator[Any] = (
        row
        for model in apps.get_app_config("residents").get_models()
        for row in model._default_manager.values()
    )
    return "\n".join(str(row) for row in rows)


def long_ago(days: int = 0) -> datetime:
    return clock.now() - LONG_AGO + timedelta(days=days)


def a_life(cast: Cast) -> Resident:
    """Somebody of whom everything is kept that may be kept, who moved away long ago."""
    left = timezone.localdate(long_ago())
    them = make_resident(
        household=make_household(building=cast.building, next_visit_on=None, left_on=left),
        name="欧阳受一",
        phone=PHONE,
        id_number=NUMBER,
        sex=Sex.MALE,
        born_on=date(1941, 3, 9),
    )
    people.correct(them, actor=cast.worker, version=1, name=NAME)
    _visited(them, cast)
    _helped(them, cast)
    _cared_for(them, cast, left)
    _asked(them, cast, left)
    Household.objects.filter(pk=them.household_id).update(next_visit_on=None)
    Resident.objects.filter(pk=them.pk).update(left_on=left, left_how=LeftHow.MOVED)
    them.refresh_from_db()
    return them


def _visited(them: Resident, cast: Cast) -> None:
    visit = make_visit(
        by=cast.worker,
        household=them.household,
        resident=them,
        visited_at=long_ago(-30),
        note=f"{NAME}的膝盖疼",
        latitude=36.6311,
        longitude=116.9312,
    )
    make_finding(visit, words=f"给{NAME}装扶手", settled_at=long_ago(-20))
    photo = VisitPhoto(visit=visit, width=1, height=1, sha256="a" * 64)
    photo.image.save("one.jpg", ContentFile(b"face"), save=False)
    photo.thumbnail.save("t-one.jpg", ContentFile(b"face"), save=False)
    photo.save()


def _helped(them: Resident, cast: Cast) -> None:
    make_errand(
        them.household,
        by=cast.worker,
        resident=them,
        words=f"替{NAME}取药",
        state=ErrandState.HANDED_OVER,
        taken_by=cast.worker,
        taken_at=long_ago(),
        done_at=long_ago(),
        handed_at=long_ago(),
        signature=f'"{NAME}"',
    )


def _cared_for(them: Resident, cast: Cast, left: date) -> None:
    """A plan on consent that ended, and something that happened at home."""
    since = left - timedelta(days=400)
    given = Consent.objects.create(
        resident=them,
        purpose=ConsentPurpose.CARE,
        how=ConsentHow.PAPER,
        given_on=since,
        recorded_by=cast.worker,
    )
    make_plan(
        them,
        basis=CareBasis.CONSENT,
        consent=given,
        reason=f"{NAME}行动不便",
        since=since,
        ended_on=left,
        ended_why=f"{NAME}搬走了",
    )
    CareEvent.objects.create(
        household=them.household,
        kind=CareEventKind.HOSPITAL,
        on=left - timedelta(days=90),
        look_by=left - timedelta(days=87),
        note=f"{NAME}住院",
        noted_by=cast.worker,
    )


def _asked(them: Resident, cast: Cast, left: date) -> None:
    RightsRequest.objects.create(
        resident=them,
        kind=RightsKind.CORRECT,
        words=f"名字写错了，是{NAME}",
        taken_by=cast.worker,
        due_on=left,
        state=RightsState.GRANTED,
        answer=f"已改为{NAME}",
        answered_by=cast.community,
        answered_at=long_ago(),
    )


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# --- nothing is left ---------------------------------------------------------------------
def test_nothing_of_a_person_is_left_in_any_column(cast: Cast, tmp_path: Path) -> None:
    them = a_life(cast)
    told = [NAME, "欧阳受一", PHONE, NUMBER, "1941", "36.6311", "膝盖", "扶手", "取药", "住院", "搬走"]
    told += ["alone", "hospital", them.phone_hash, them.phone_tail_hash, them.id_hash]
    before = kept()
    assert [word for word in told if word not in before and word != "1941"] == []

    retention.run()

    after = kept()
    assert [word for word in told if word in after] == []
    assert files(tmp_path) == []


def test_the_report_counts_and_names_nobody(cast: Cast) -> None:
    a_life(cast)

    report = retention.run()

    counted = {name: getattr(report, name) for name in retention.REPORTED}
    assert counted == {
        "visits": 1,
        "residents": 1,
        "households": 1,
        "errands": 0,
        "photos": 1,
        "exports": 0,
    }


def test_a_second_run_finds_nothing(cast: Cast) -> None:
    a_life(cast)
    retention.run()
    before = [str(row) for row in Resident.objects.values()]

    report = retention.run()

    assert [getattr(report, name) for name in retention.REPORTED] == [0] * 6
    assert [str(row) for row in Resident.objects.values()] == before
    assert RetentionRun.objects.count() == 2


def test_what_is_counted_stays(cast: Cast) -> None:
    a_life(cast)

    retention.run()

    visit = Visit.objects.get()
    assert (visit.grid, visit.met, visit.by) == (cast.grid, Met.MET, cast.worker)
    assert Consent.objects.get().resident.anonymised_at
    assert CarePlan.objects.get().level == "weekly"
    assert CarePlan.objects.get().group_label == ""


def test_the_dry_run_writes_nothing(cast: Cast) -> None:
    a_life(cast)
    before, said = kept(), StringIO()

    call_command("retain", "--dry-run", stdout=said)

    assert kept() == before
    assert "residents: 1" in said.getvalue()


def test_the_command_reports_what_it_did(cast: Cast) -> None:
    a_life(cast)
    said = StringIO()

    call_command("retain", stdout=said)

    assert "residents: 1" in said.getvalue()
    assert Resident.objects.get().name == ""


# --- how old is old ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("on", "years", "before"),
    [
        (date(2026, 11, 25), 3, date(2023, 11, 25)),
        (date(2028, 2, 29), 3, date(2025, 2, 28)),
        (date(2028, 2, 29), 4, date(2024, 2, 28)),
        (date(2026, 1, 1), 1, date(2025, 1, 1)),
    ],
)
def test_ages_are_whole_years(on: date, years: int, before: date) -> None:
    policy = Policy(visit_years=years, moved_years=years)

    assert retention.Ages.by(policy, on) == retention.Ages(before, before)


@pytest.mark.parametrize(("days", "stays"), [(-1, False), (0, True), (1, True)])
def test_visits_are_kept_to_the_day(cast: Cast, days: int, stays: bool) -> None:
    edge = retention.Ages.by(Policy(), today()).visits_until
    household = make_household(building=cast.building)
    make_visit(by=cast.worker, household=household, visited_at=edge + timedelta(days=days), note="老两口都好")

    retention.run()

    assert (Visit.objects.get().note == "老两口都好") is stays


def test_the_streets_own_rule_counts(cast: Cast) -> None:
    Policy.objects.create(pk=1, visit_years=10, moved_years=10)
    a_life(cast)

    retention.run()

    assert Resident.objects.get().name == NAME


def test_who_lives_here_stays(cast: Cast) -> None:
    here = make_resident(building=cast.building, name=NAME)
    make_visit(by=cast.worker, household=here.household, visited_at=long_ago(), note="老两口都好")

    retention.run()

    here.refresh_from_db()
    assert here.name == NAME
    assert (Visit.objects.get().note, Visit.objects.get().household) == ("", None)


# --- what somebody waits for -------------------------------------------------------------
def open_finding(them: Resident) -> None:
    make_finding(Visit.objects.get())


def open_finding_of_the_home(them: Resident) -> None:
    make_finding(make_visit(household=them.household, visited_at=long_ago()))


def open_plan(them: Resident) -> None:
    make_plan(them, group="aged")  # type: ignore[arg-type]
    Household.objects.update(next_visit_on=None)


def open_errand(them: Resident) -> None:
    make_errand(them.household, by=Visit.objects.get().by, resident=them)


def open_rights(them: Resident) -> None:
    RightsRequest.objects.create(
        resident=them, kind=RightsKind.SEE, taken_by=Visit.objects.get().by, due_on=today()
    )


@pytest.mark.parametrize(
    "something", [open_finding, open_finding_of_the_home, open_plan, open_errand, open_rights]
)
def test_nobody_with_something_open_is_touched(cast: Cast, something: Callable[[Resident], None]) -> None:
    them = a_life(cast)
    something(them)

    retention.run()

    them.refresh_from_db()
    assert (them.name, them.anonymised_at) == (NAME, None)


def test_a_visit_with_an_open_request_keeps_its_words(cast: Cast) -> None:
    visit = make_visit(
        by=cast.worker,
        household=make_household(building=cast.building),
        visited_at=long_ago(),
        note="顶棚渗水",
    )
    make_finding(visit)

    retention.run()

    visit.refresh_from_db()
    assert (visit.note, visit.anonymised_at) == ("顶棚渗水", None)


def test_words_about_the_home_that_name_the_one_who_left_go(cast: Cast) -> None:
    household = make_household(building=cast.building)
    make_resident(household=household, name="留守的人")
    gone = make_resident(household=household, name=NAME)
    named = make_visit(by=cast.worker, household=household, note=f"{NAME}已搬走，老伴还在")
    other = make_visit(by=cast.worker, household=household, note="老伴一切都好")
    Resident.objects.filter(pk=gone.pk).update(left_on=timezone.localdate(long_ago()), left_how=LeftHow.MOVED)

    retention.run()

    named.refresh_from_db()
    other.refresh_from_db()
    assert (named.note, named.household, other.note) == ("", household, "老伴一切都好")
    assert NAME not in kept()


def test_who_moved_within_the_street_keeps_their_own(cast: Cast) -> None:
    old = make_household(building=cast.building, left_on=timezone.localdate(long_ago()), next_visit_on=None)
    there = make_household(building=cast.building)
    them = make_resident(household=there, name=NAME)
    visit = make_visit(by=cast.worker, household=old, resident=them, note="搬家前看过")
    RegisterEntry.objects.create(kind="moved", household=old, resident=them, changes='{"a": [1, 2]}')

    retention.run()

    visit.refresh_from_db()
    assert visit.note == "搬家前看过"
    assert RegisterEntry.objects.get().changes


# --- the rest ----------------------------------------------------------------------------
def test_old_errands_patrols_and_plans_lose_their_words(cast: Cast) -> None:
    here = make_resident(building=cast.building)
    over = {"state": ErrandState.CANCELLED, "cancelled_at": long_ago(), "cancelled_why": "不需要了"}
    make_errand(here.household, by=cast.worker, asked_at=long_ago(), **over)
    make_plan(here, since=today() - LONG_AGO, ended_on=today() - LONG_AGO, reason="骨折")
    Patrol.objects.create(
        grid=cast.grid,
        by=cast.worker,
        submission_id=uuid4(),
        started_at=long_ago(),
        ended_at=long_ago(),
        note="李大爷家门口",
        track="[]",
    )

    report = retention.run()

    errand, plan, patrol = Errand.objects.get(), CarePlan.objects.get(), Patrol.objects.get()
    assert (errand.words, errand.cancelled_why, report.errands) == ("", "", 1)
    assert (plan.group, plan.reason) == ("", "")
    assert (patrol.note, patrol.track) == ("", "")


def make_export(cast: Cast, **fields: Any) -> PersonalExport:
    ordinary = {
        "asked_by": cast.worker,
        "decided_by": cast.community,
        "decided_at": clock.now(),
        "reason": "核对",
        "state": ExportState.READY,
    }
    export = PersonalExport(**{**ordinary, **fields})
    export.file.save("people.xlsx", ContentFile(b"everybody"), save=False)
    export.save()
    return export


def test_an_export_whose_hours_are_over_is_gone(cast: Cast, tmp_path: Path) -> None:
    export = make_export(cast, expires_at=clock.now() - timedelta(seconds=1))

    report = retention.run()

    export.refresh_from_db()
    assert (export.state, bool(export.file), report.exports) == (ExportState.EXPIRED, False, 1)
    assert files(tmp_path) == []


def test_an_export_in_its_hours_stays(cast: Cast, tmp_path: Path) -> None:
    export = make_export(cast, expires_at=clock.now() + timedelta(hours=1))

    retention.run()

    export.refresh_from_db()
    assert (export.state, len(files(tmp_path))) == (ExportState.READY, 1)


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_files_of_imports_are_kept_thirty_days(cast: Cast, tmp_path: Path, days: int, left: int) -> None:
    run = ImportRun(kind=RegisterKind.RESIDENTS, by=cast.community, file_name="居民.xlsx")
    run.uploaded_at = clock.now() - timedelta(days=days)
    run.file.save("people.xlsx", ContentFile(b"everybody"), save=True)

    retention.run()

    assert len(files(tmp_path)) == left


def test_more_than_one_batch_is_done(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    household = make_household(building=cast.building)
    for _turn in range(5):
        make_visit(by=cast.worker, household=household, visited_at=long_ago(), note="都好")

    assert retention.run().visits == 5
    assert not Visit.objects.exclude(note="").exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_takes_as_many_statements_for_three_as_for_one(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    household = make_household(building=cast.building)
    for _turn in range(rows):
        make_visit(by=cast.worker, household=household, visited_at=long_ago(), note="都好")

    with django_assert_num_queries(5):
        retention._empty(retention.STEPS[0], retention.Ages.by(Policy(), today()))
