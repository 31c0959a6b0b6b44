"""Counting reports: what is in them, when, and how often."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction

from requests_app.reports import tasks
from requests_app.reports.models import Entry, Report
from requests_app.reports.services import contents, editing, making
from requests_app.reports.services.contents import COUNTS, RATES, Asked
from requests_app.reports.terms import SILENT, Kind
from requests_app.statistics import suppress
from requests_app.statistics.read import by, figures
from requests_app.statistics.services import roll
from requests_app.statistics.spans import Span
from tests.cast import Cast
from tests.race import at_once
from tests.requests_app.matters import resolved, told
from tests.requests_app.reports.made import IN_THE_WEEK, MONDAY, counted, issued, matters
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
WEEK = Span(date(2026, 3, 2), date(2026, 3, 8))


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


# --- what is in it -------------------------------------------------------------------------
def test_totals_are_those_of_the_statistics(cast: Cast) -> None:
    matters(cast, number=3)
    with clock.at(IN_THE_WEEK - timedelta(days=7)):
        resolved(cast)
    totals = counted(cast.dispatcher).data["totals"]
    for name, span in (("now", WEEK), ("before", WEEK.before()), ("year_before", WEEK.year_before())):
        whole = figures(span)
        assert totals[name]["counts"] == {count: getattr(whole, count) for count in COUNTS}
        assert totals[name]["hours"] == whole.mean_hours
    assert totals["now"]["counts"]["arrived"] == 3
    assert totals["before"]["counts"]["resolved"] == 1


def test_units_are_those_of_the_statistics_with_what_is_hidden_left_out(cast: Cast) -> None:
    matters(cast, number=11)
    with clock.at(IN_THE_WEEK):
        told(cast, place=_far(cast))
    data = counted(cast.dispatcher).data
    rows = by("community", WEEK)
    assert (
        [unit["label"] for unit in data["units"]] == [row.label for row in rows] == ["青龙山社区", "九区社区"]
    )
    for name in RATES:
        shown, _total = suppress.rates([getattr(row.numbers, name) for row in rows])
        kept = [unit["rates"][name]["part"] for unit in data["units"]]
        assert kept == [rate and rate.part for rate in shown]


def test_nothing_kept_gives_a_hidden_part_back(cast: Cast) -> None:
    """One community alone has cases, and few: the street's part would be the community's."""
    matters(cast, number=4)
    response = counted(cast.dispatcher).data["totals"]["now"]["rates"]["response"]
    assert response == {"part": None, "whole": 4}


def test_the_sums_of_sources_and_units_are_the_total(cast: Cast) -> None:
    matters(cast, number=3)
    matters(cast, number=2, source="phone")
    data = counted(cast.dispatcher).data
    arrived = data["totals"]["now"]["counts"]["arrived"]
    assert sum(row["now"] for row in data["sources"]) == arrived == 5
    assert sum(unit["counts"]["arrived"] for unit in data["units"]) == arrived


def test_the_overdue_list_holds_open_matters_and_none_about_staff(cast: Cast) -> None:
    with clock.at(IN_THE_WEEK - timedelta(days=60)):
        late = told(cast)
        told(cast, about_staff=True)
    (row,) = counted(cast.dispatcher).data["overdue"]
    assert (row["number"], row["unit"]) == (late.number, cast.grid.name)
    assert set(row) == {"number", "category", "unit", "due", "hours"}


def test_a_report_of_one_community_counts_its_own_by_grid(cast: Cast) -> None:
    matters(cast, number=3)
    with clock.at(IN_THE_WEEK):
        told(cast, place=_far(cast))
    roll()
    data = contents.collect(Asked(WEEK, cast.community_unit))
    assert data["totals"]["now"]["counts"]["arrived"] == 3
    assert [unit["label"] for unit in data["units"]] == [cast.grid_beside.name, cast.grid.name]


# --- asked for, and by the calendar --------------------------------------------------------
def test_asked_for_twice_is_one_report(cast: Cast) -> None:
    first = making.ask(Kind.WEEKLY, WEEK.first, by=cast.dispatcher)
    assert making.ask(Kind.WEEKLY, WEEK.last, by=cast.director) == first
    assert Report.objects.count() == 1


def test_a_task_run_twice_counts_once(cast: Cast) -> None:
    roll()
    report = making.ask(Kind.WEEKLY, WEEK.first, by=cast.dispatcher)
    begun = report.asked_at.isoformat()  # type: ignore[union-attr]
    assert (tasks.count_report(report.pk, begun), tasks.count_report(report.pk, begun)) == (True, False)
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_each_report_once(cast: Cast) -> None:
    with clock.at(MONDAY):
        roll()
        made = at_once(_make_at_monday, _make_at_monday)
    assert sum(made) == Report.objects.count() == Entry.objects.count() == 3


def test_the_calendar_makes_day_week_and_month_that_ended(cast: Cast) -> None:
    roll()
    assert (tasks.make_reports(), tasks.make_reports()) == (3, 0)
    spans = {row.kind: (row.first, row.last) for row in Report.objects.all()}
    assert spans == {
        "daily": (date(2026, 3, 8), date(2026, 3, 8)),
        "weekly": (WEEK.first, WEEK.last),
        "monthly": (date(2026, 2, 1), date(2026, 2, 28)),
    }


def test_the_calendar_waits_until_the_figures_reach_the_end(cast: Cast) -> None:
    with clock.at(MONDAY - timedelta(hours=11)):
        roll()
    assert tasks.make_reports() == 1  # February alone is over by then
    roll()
    assert tasks.make_reports() == 2


def test_what_an_outage_left_out_is_made_later(cast: Cast) -> None:
    """Nothing ran for five days; then somebody had one of them counted by hand before the worker came."""
    roll()
    tasks.make_reports()
    with clock.at(MONDAY + timedelta(days=5)):
        roll()
        by_hand = making.ask(Kind.DAILY, MONDAY.date() + timedelta(days=3), by=cast.dispatcher)
        making.count(by_hand.pk, by_hand.asked_at.isoformat())  # type: ignore[union-attr]
        made = tasks.make_reports()
    days = Report.objects.filter(kind=Kind.DAILY, made_at__isnull=False).order_by("first")
    assert [report.first for report in days] == [MONDAY.date() + timedelta(days=n) for n in range(-1, 5)]
    assert made == 4


def test_a_new_installation_makes_up_for_nothing(cast: Cast) -> None:
    roll()
    tasks.make_reports()
    assert Report.objects.filter(kind=Kind.DAILY).count() == 1


def test_counted_anew_keeps_words_and_chosen_cases(cast: Cast) -> None:
    report = counted(cast.dispatcher)
    editing.write_remarks(report, by=cast.dispatcher, remark="按时。", plan="再快些。", revision=0)
    editing.choose_cases(report, by=cast.dispatcher, chosen=[], revision=1)
    matters(cast, number=2)
    again = counted(cast.dispatcher)
    assert (again.pk, again.remark, again.plan, again.cases) == (report.pk, "按时。", "再快些。", [])
    assert again.data["totals"]["now"]["counts"]["arrived"] == 2


def test_a_run_that_was_overtaken_writes_nothing(cast: Cast) -> None:
    roll()
    report = making.ask(Kind.WEEKLY, WEEK.first, by=cast.dispatcher)
    old = report.asked_at
    with clock.at(MONDAY + SILENT * 2):
        making.start(report, by=cast.dispatcher)
        assert not making.count(report.pk, old.isoformat())  # type: ignore[union-attr]
    assert not Report.objects.get().made_at


def test_a_failure_is_said_and_may_be_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    report = making.ask(Kind.WEEKLY, WEEK.first, by=cast.dispatcher)
    with monkeypatch.context() as broken:
        broken.setitem(contents.PARTS, "open", lambda asked: 1 // 0)
        assert not making.count(report.pk, report.asked_at.isoformat())  # type: ignore[union-attr]
    report.refresh_from_db()
    assert report.error
    assert not report.is_at_work
    assert counted(cast.dispatcher).error == ""


@pytest.mark.parametrize("who", ["section", "auditor", "community_leader", "leader", "department"])
def test_others_make_none(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        making.ask(Kind.WEEKLY, WEEK.first, by=getattr(cast, who))


def test_a_span_to_come_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused):
        making.ask(Kind.WEEKLY, MONDAY.date() + timedelta(days=8), by=cast.dispatcher)


# --- issued ----------------------------------------------------------------------------------
def test_an_issued_report_cannot_be_changed_by_raw_sql(cast: Cast) -> None:
    report = issued(cast.director)
    rows = Report.objects.filter(pk=report.pk)
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.update(remark="anders")
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows._raw_delete(rows.db)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Entry.objects.filter(report=report).update(note="anders")


def test_an_issued_report_is_not_counted_anew(cast: Cast) -> None:
    report = issued(cast.director)
    with pytest.raises(Refused):
        making.ask(Kind.WEEKLY, WEEK.first, by=cast.director)
    assert not making.count(report.pk, MONDAY.isoformat())


def test_a_correction_is_a_new_edition_that_names_the_old_one(cast: Cast) -> None:
    old = issued(cast.director)
    later = making.correct(old, by=cast.director, why="少算一件")
    assert (later.edition, later.corrects, later.is_issued) == (2, old, False)
    with pytest.raises(Refused):
        making.correct(old, by=cast.director, why="又来")
    making.count(later.pk, later.asked_at.isoformat())  # type: ignore[union-attr]
    later.refresh_from_db()
    done = editing.issue(later, by=cast.director, revision=0, made_at=later.made_at)
    assert (done.number, old.number) == (1, 1)


def test_a_span_that_is_not_over_cannot_be_issued(cast: Cast) -> None:
    roll()
    report = making.ask(Kind.WEEKLY, MONDAY.date(), by=cast.dispatcher)
    making.count(report.pk, report.asked_at.isoformat())  # type: ignore[union-attr]
    report.refresh_from_db()
    with pytest.raises(Refused):
        editing.issue(report, by=cast.dispatcher, revision=0, made_at=report.made_at)


def test_numbers_follow_each_other_within_a_kind(cast: Cast) -> None:
    assert issued(cast.director).number == 1
    with clock.at(MONDAY + timedelta(days=7)):
        assert issued(cast.director).number == 2
        assert issued(cast.director, kind=Kind.DAILY).number == 1


def _make_at_monday() -> int:
    with clock.at(MONDAY):
        return tasks.make_reports()


def _far(cast: Cast) -> object:
    from grids.locate import Place

    return Place(grid=cast.grid_far, community=cast.community_unit2, building=None, outside=False)
