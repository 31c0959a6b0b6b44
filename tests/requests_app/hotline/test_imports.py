"""What a file becomes: history that moves nobody, matters to settle, and the way back out."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from requests_app.categories import load_categories
from requests_app.hotline.models import HotlineRow, HotlineRun, Layout
from requests_app.hotline.services import runs
from requests_app.models import Answer, Category, Reminder, Ticket, TicketEvent, Verdict
from requests_app.repeats.models import Group, Trace
from requests_app.repeats.services import grouping
from requests_app.services import audit, due, staff, take
from requests_app.supervision.models import Case
from requests_app.workflow import Outcome, Status
from tests.cast import Cast
from tests.requests_app.hotline.files import (
    MESSAGES,
    ORDERS,
    at_work,
    checked,
    imported,
    order,
    settled,
    ticket_of,
    undone,
    uploaded,
    waiting,
    xlsx,
)
from wangguan import clock
from wangguan.exchange import ways
from wangguan.exchange.hold import SILENT
from wangguan.exchange.run import ImportState
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tree(db: None) -> None:
    load_categories()


# --- history -----------------------------------------------------------------------------
def test_history_begins_closed_with_one_entry_and_its_answer(cast: Cast) -> None:
    run = imported(xlsx([settled()]), cast.dispatcher)

    ticket = ticket_of("2554")
    entry = TicketEvent.objects.get(ticket=ticket)
    answer = Answer.objects.get(ticket=ticket)
    assert (ticket.source, ticket.status, ticket.outcome) == ("hotline", Status.CLOSED, Outcome.SILENT)
    assert (entry.step, entry.actor, entry.detail) == ("imported", cast.dispatcher, {"run": run.pk})
    assert (answer.text, answer.reached_how) == ("您好，水管已经修好，当天恢复供水。", "hotline")
    assert timezone.localtime(answer.reached_at).date().isoformat() == "2019-04-30"
    assert ticket.closed_at == ticket.answered_at == answer.reached_at
    assert ticket.contact_name == "A00012345"
    assert not Verdict.objects.exists()


def test_history_moves_nobody(cast: Cast) -> None:
    imported(xlsx([settled("1"), settled("2", 留言详情="九区3号楼水管破裂")]), cast.dispatcher)
    due.sweep()

    assert not Message.objects.exists()
    assert not Reminder.objects.exists()
    assert not Ticket.objects.open().exists()
    assert not Ticket.objects.to_call().exists()
    assert audit.violations() == {}


def test_history_lies_where_its_words_say(cast: Cast) -> None:
    imported(xlsx([settled("1"), settled("2", 留言详情="不知道在哪里")]), cast.dispatcher)

    assert (ticket_of("1").grid, ticket_of("2").level) == (cast.grid, "street")
    assert ticket_of("1") in Ticket.objects.visible_to(cast.leader)
    assert ticket_of("1") not in Ticket.objects.visible_to(cast.leader2)


# --- matters to settle -------------------------------------------------------------------
def test_an_open_row_is_a_matter_of_its_place(cast: Cast) -> None:
    imported(xlsx([order(诉求类别="路灯")], ORDERS), cast.dispatcher)

    ticket = ticket_of("SD20261120001")
    assert (ticket.status, ticket.level, ticket.grid) == (Status.SUBMITTED, "grid", cast.grid)
    assert (ticket.contact_name, ticket.contact_phone) == ("王先生", "13912345678")
    assert ticket.category
    assert (ticket.category.name, ticket.urgency) == ("路灯", ticket.category.urgency)
    assert ticket.due_at
    assert ticket.due_at > clock.now()
    assert audit.violations() == {}


def test_a_category_is_guessed_from_the_words(cast: Cast) -> None:
    imported(xlsx([order(诉求类别="其他")], ORDERS), cast.dispatcher)

    ticket = ticket_of("SD20261120001")
    assert ticket.category
    assert ticket.category.name == "路灯"


@pytest.mark.parametrize(
    ("limit", "moment"),
    [
        ("2026-12-01 17:00", "2026-12-01 17:00"),
        ("2026/12/1", "2026-12-01 23:59"),
        ("3天", "2026-11-23 09:30"),
        ("24小时内", "2026-11-21 09:30"),
    ],
)
def test_the_hotlines_limit_is_kept(cast: Cast, limit: str, moment: str) -> None:
    imported(xlsx([order(办理时限=limit)], ORDERS), cast.dispatcher)

    ticket = ticket_of("SD20261120001")
    assert ticket.resolve_due
    assert f"{timezone.localtime(ticket.resolve_due):%Y-%m-%d %H:%M}" == moment
    assert audit.violations() == {}


def test_a_limit_before_the_telling_is_refused(cast: Cast) -> None:
    run = checked(uploaded(xlsx([order(办理时限="2026-11-01")], ORDERS), cast.dispatcher))

    assert (run.created, run.refused) == (0, 1)


def test_each_hears_once_of_all_and_the_resident_not_at_all(cast: Cast) -> None:
    run = imported(xlsx([order(str(n)) for n in range(5)], ORDERS), cast.dispatcher)

    told = Message.objects.values_list("user__username", "channel", "kind")
    assert sorted(told) == [("leader", "in_app", "hotline_new"), ("worker", "in_app", "hotline_new")]
    assert set(Message.objects.values_list("context", flat=True)[0].values()) == {5}
    assert run.open_rows == 5


def test_an_answer_sends_no_text_message_and_waits_for_a_person(cast: Cast) -> None:
    imported(xlsx([order()], ORDERS), cast.dispatcher)
    ticket = ticket_of("SD20261120001")
    take(ticket, "accept", by=staff(cast.worker))
    take(ticket, "resolve", by=staff(cast.worker), answer="灯已经换好。")

    assert not Message.objects.filter(channel="sms", kind="answer").exists()
    with clock.at(clock.now() + timedelta(days=2)):
        due.sweep()
        ticket.refresh_from_db()
        assert (ticket.status, ticket.call_since is not None) == (Status.RESOLVED, True)
        assert audit.violations() == {}


def test_without_a_phone_no_answer_is_given_up_by_the_clock(cast: Cast) -> None:
    imported(xlsx([waiting()]), cast.dispatcher)
    ticket = ticket_of("9001")
    take(ticket, "accept", by=staff(cast.worker))
    take(ticket, "resolve", by=staff(cast.worker), answer="灯已经换好。")
    with clock.at(clock.now() + timedelta(days=10)):
        due.sweep()

    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_only_matters_of_the_hotline_are_told_through_it(cast: Cast) -> None:
    from tests.requests_app.matters import resolved

    with pytest.raises(Refused):
        take(resolved(cast), "answer", by=staff(cast.worker), how="hotline")


# --- all or nothing ----------------------------------------------------------------------
def test_what_changed_since_the_check_stops_the_import(cast: Cast) -> None:
    run = checked(uploaded(xlsx([settled("1"), waiting("2")]), cast.dispatcher))
    HotlineRun.objects.filter(pk=run.pk).update(created=1)
    runs.run_import(run.pk, at_work(run, ImportState.IMPORTING))

    run.refresh_from_db()
    assert (run.state, Ticket.objects.count()) == (ImportState.FAILED, 0)


def test_one_file_at_a_time(cast: Cast) -> None:
    first = uploaded(xlsx([settled("1")]), cast.dispatcher)
    second = uploaded(xlsx([settled("2")]), cast.director)
    at_work(first, ImportState.IMPORTING)
    with pytest.raises(Refused):
        runs.check(second)


def test_a_run_whose_worker_was_killed_makes_room(cast: Cast) -> None:
    first = checked(uploaded(xlsx([settled("1")]), cast.dispatcher))
    second = uploaded(xlsx([settled("2")]), cast.director)
    at_work(first, ImportState.IMPORTING)
    HotlineRun.objects.filter(pk=first.pk).update(beat_at=clock.now() - SILENT - timedelta(seconds=1))
    first.refresh_from_db()
    assert ways.is_silent(first)

    runs.check(second)
    first.refresh_from_db()
    assert (first.state, second.state) == (ImportState.FAILED, ImportState.CHECKING)


def test_a_killed_import_may_be_started_again(cast: Cast) -> None:
    run = checked(uploaded(xlsx([settled("1")]), cast.dispatcher))
    at_work(run, ImportState.IMPORTING)
    HotlineRun.objects.filter(pk=run.pk).update(beat_at=clock.now() - SILENT * 2)
    run.refresh_from_db()
    runs.bring_in(run, counts={})
    assert run.beat_at
    beat = run.beat_at.isoformat()
    runs.run_import(run.pk, beat)
    runs.run_import(run.pk, beat)  # the broker delivers it twice

    run.refresh_from_db()
    assert (run.state, HotlineRow.objects.count(), bool(run.file)) == (ImportState.IMPORTED, 1, False)


def test_cancelled_it_writes_nothing_and_its_file_goes(cast: Cast) -> None:
    run = checked(uploaded(xlsx([settled("1")]), cast.dispatcher))
    beat = at_work(run, ImportState.IMPORTING)
    ways.cancel(run)
    runs.run_import(run.pk, beat)

    run.refresh_from_db()
    assert (run.state, bool(run.file), Ticket.objects.count()) == (ImportState.CANCELLED, False, 0)


def test_old_files_are_swept(cast: Cast) -> None:
    run = uploaded(xlsx([settled("1")]), cast.dispatcher)
    with clock.at(clock.now() + timedelta(days=2)):
        assert ways.remove_old_files(HotlineRun) == 1
    run.refresh_from_db()
    assert (run.state, bool(run.file)) == (ImportState.CANCELLED, False)


def test_files_and_rows_lie_encrypted(cast: Cast) -> None:
    run = uploaded(xlsx([order()], ORDERS), cast.dispatcher)
    with run.file.open("rb") as stored:
        assert not stored.read().startswith(b"PK")
    imported(xlsx([order()], ORDERS), cast.dispatcher)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cells FROM hotline_hotlinerow")
        assert "王先生" not in cursor.fetchone()[0]


# --- back out ----------------------------------------------------------------------------
def test_an_untouched_import_is_taken_back_whole(cast: Cast) -> None:
    content = xlsx([settled("1"), waiting("2")])
    run = undone(imported(content, cast.dispatcher), cast.director)

    past, fresh = ticket_of("1"), ticket_of("2")
    assert run.undone_at
    assert {(t.status, t.outcome) for t in (past, fresh)} == {(Status.CLOSED, Outcome.VOID)}
    entry = fresh.events.last()
    assert entry
    assert (entry.step, entry.actor, entry.detail) == ("import_undone", cast.director, {"run": run.pk})
    assert not Ticket.objects.lately(clock.now() - timedelta(days=9000)).exists()
    assert audit.violations() == {}


def test_taken_back_its_numbers_may_come_again(cast: Cast) -> None:
    content = xlsx([settled("1"), waiting("2")])
    undone(imported(content, cast.dispatcher), cast.dispatcher)
    again = imported(content, cast.dispatcher)

    assert (again.created, HotlineRow.objects.filter(undone=False).count()) == (2, 2)
    assert audit.violations() == {}


@pytest.mark.parametrize("step", ["accept", "remark"])
def test_a_touched_import_stays_and_names_what_moved(cast: Cast, step: str) -> None:
    run = imported(xlsx([settled("1"), waiting("2")]), cast.dispatcher)
    take(ticket_of("2"), step, by=staff(cast.worker), note="看过了")

    with pytest.raises(Refused, match="1"):
        runs.undo(run, by=cast.dispatcher)
    assert [row.number for row in runs.moved(run)] == ["2"]


def test_a_step_taken_just_before_the_worker_comes_keeps_the_import(cast: Cast) -> None:
    run = imported(xlsx([waiting("2")]), cast.dispatcher)
    runs.undo(run, by=cast.dispatcher)
    take(ticket_of("2"), "accept", by=staff(cast.worker))
    assert run.undo_asked_at
    runs.run_undo(run.pk, run.undo_asked_at.isoformat())

    run.refresh_from_db()
    assert (run.undone_at, ticket_of("2").status) == (None, Status.ACCEPTED)
    assert "1" in run.error


def test_undone_twice_it_is_undone_once(cast: Cast) -> None:
    run = undone(imported(xlsx([waiting("2")]), cast.dispatcher), cast.dispatcher)
    assert run.undo_asked_at
    runs.run_undo(run.pk, run.undo_asked_at.isoformat())
    with pytest.raises(Refused):
        runs.undo(run, by=cast.dispatcher)

    assert ticket_of("2").version == 2


def test_reminders_touch_nothing(cast: Cast) -> None:
    run = imported(xlsx([waiting("2")]), cast.dispatcher)
    later: Any = clock.now() + timedelta(days=30)
    with clock.at(later):
        due.sweep()
        assert undone(run, cast.dispatcher).undone_at
        assert audit.violations() == {}


# --- other layouts, other categories, what is around -------------------------------------
def test_a_number_is_known_again_in_another_layout(cast: Cast) -> None:
    imported(xlsx([settled("77")]), cast.dispatcher)
    turned = (*MESSAGES[1:], MESSAGES[0])
    run = checked(uploaded(xlsx([settled("77"), settled("78")], turned), cast.dispatcher))

    assert (run.created, run.unchanged, run.changed) == (1, 1, 0)
    assert run.layout != HotlineRow.objects.get().layout


def test_the_same_number_of_another_hotline_is_another(cast: Cast) -> None:
    imported(xlsx([settled("77")]), cast.dispatcher)
    turned = (*MESSAGES[1:], MESSAGES[0])
    run = uploaded(xlsx([settled("77")], turned), cast.dispatcher)
    Layout.objects.filter(runs=run).update(hotline="12319")
    run.refresh_from_db()

    assert checked(run).created == 1


def test_another_category_keeps_the_hotlines_limit(cast: Cast) -> None:
    imported(xlsx([order(办理时限="2026-12-01 17:00")], ORDERS), cast.dispatcher)
    ticket = ticket_of("SD20261120001")
    due = ticket.resolve_due
    take(ticket, "reclassify", by=staff(cast.director), category=Category.objects.get(name="暴露垃圾"))
    ticket.refresh_from_db()

    assert (ticket.resolve_due, ticket.category and ticket.category.name) == (due, "暴露垃圾")
    assert audit.violations() == {}


def test_another_category_of_an_accepted_one_calls_no_further_card(cast: Cast) -> None:
    imported(xlsx([order(办理时限="2026-12-01 17:00")], ORDERS), cast.dispatcher)
    ticket = ticket_of("SD20261120001")
    take(ticket, "accept", by=staff(cast.worker))
    before = ticket.deadline_no, ticket.yellow_at, ticket.half_at, ticket.limit_minutes
    take(ticket, "reclassify", by=staff(cast.director), category=Category.objects.get(name="暴露垃圾"))
    ticket.refresh_from_db()

    assert (ticket.deadline_no, ticket.yellow_at, ticket.half_at, ticket.limit_minutes) == before


def test_a_reopened_one_has_a_limit_of_ours(cast: Cast) -> None:
    imported(xlsx([order(办理时限="2026-12-01 17:00")], ORDERS), cast.dispatcher)
    ticket = ticket_of("SD20261120001")
    take(ticket, "accept", by=staff(cast.worker))
    take(ticket, "resolve", by=staff(cast.worker), answer="换好了。")
    take(ticket, "answer", by=staff(cast.worker), how="phone")
    take(ticket, "reopen", by=staff(cast.director), note="又坏了")
    take(ticket, "reclassify", by=staff(cast.director), urgency="D")

    assert (ticket.limit_given, ticket.limit_working) == (False, True)


def test_undoing_ends_its_cases_and_leaves_its_groups(cast: Cast) -> None:
    rows = [order(str(n), 工单内容="夜里烧烤店音乐太响，老人孩子睡不着") for n in (1, 2)]
    run = imported(xlsx(rows, ORDERS), cast.dispatcher)
    grouping.group_new()
    late = Ticket.objects.latest("pk")
    case = Case.objects.create(
        ticket=late, cause="red_card", level="grid", grid=late.grid, community=late.community, reason="红牌",
        judge="community", over="community", days=2, first_due_at=clock.now(), due_at=clock.now(),
    )  # fmt: skip
    assert Group.objects.filter(size=2).exists()
    undone(run, cast.dispatcher)

    case.refresh_from_db()
    assert (case.state, case.due_at, case.entries.get().actor) == ("withdrawn", None, cast.dispatcher)
    assert not Group.objects.filter(size__gte=1).exists()
    assert Trace.objects.count() == 0
    assert audit.violations() == {}
