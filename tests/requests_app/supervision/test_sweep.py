"""What opens and moves cases by itself: red cards, the audit's findings, limits that passed."""

from datetime import timedelta

import pytest
from django.test import Client

from grids.models import Post, today
from requests_app.models import LedgerDay, Ticket
from requests_app.services import due
from requests_app.supervision.figures import by_unit
from requests_app.supervision.models import Case, Entry, LimitRule
from requests_app.supervision.services import cases, sweep
from requests_app.supervision.terms import MOST_REMINDERS, Cause, State
from tests.cast import Cast
from tests.race import at_once
from tests.requests_app.matters import accepted
from tests.requests_app.supervision.test_cases import answered, kinds, opened
from wangguan import clock

pytestmark = pytest.mark.django_db


def with_red_card(cast: Cast) -> Ticket:
    ticket = accepted(cast)
    Ticket.objects.filter(pk=ticket.pk).update(
        resolve_due=clock.now(), base_due=clock.now(), due_at=clock.now(), wake_at=clock.now()
    )
    due.sweep()
    return Ticket.objects.get(pk=ticket.pk)


def test_a_red_card_opens_one_case(cast: Cast) -> None:
    ticket = with_red_card(cast)
    assert (sweep.open_from_red_cards(), sweep.open_from_red_cards()) == (1, 0)
    case = Case.objects.get()
    assert (case.ticket, case.cause, case.grid, case.judge) == (
        ticket,
        Cause.RED_CARD,
        cast.grid,
        "community",
    )
    assert kinds(cast.worker) == ["case_opened"]
    assert ticket.events.filter(step="case_opened").count() == 1


def test_a_matter_settled_meanwhile_needs_none(cast: Cast) -> None:
    from requests_app.services import staff, take

    take(with_red_card(cast), "resolve", by=staff(cast.worker), answer="已换好")
    assert sweep.open_from_red_cards() == 0


def test_a_grid_without_people_is_answered_for_by_its_community(cast: Cast) -> None:
    Post.objects.filter(grid=cast.grid).update(ends_on=today() - timedelta(days=1))
    ticket = Ticket.objects.get(pk=opened(cast, ticket=_told(cast)).ticket_id)
    Case.objects.all()
    from requests_app.roster import Roster
    from requests_app.supervision.services.people import holder

    assert holder(ticket, Roster.whole()).level == "community"


def _told(cast: Cast) -> Ticket:
    from tests.requests_app.matters import told

    return told(cast)


def test_the_sweep_costs_the_same_for_many(cast: Cast, django_assert_max_num_queries: object) -> None:
    for _row in range(3):
        with_red_card(cast)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert sweep.open_from_red_cards() == 3


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_open_it_once(cast: Cast) -> None:
    with_red_card(cast)
    assert sorted(at_once(sweep.open_from_red_cards, sweep.open_from_red_cards)) == [0, 1]
    assert Case.objects.count() == 1


def test_a_finding_opens_one_case_a_rule(cast: Cast) -> None:
    ticket = accepted(cast)
    found = {"1_deadline": [ticket.number], "3_words": [ticket.number, "WG-1"]}
    LedgerDay.objects.create(day=today(), violations=found)
    assert (sweep.open_from_ledger(), sweep.open_from_ledger()) == (2, 0)
    assert set(Case.objects.values_list("rule", "judge")) == {("1_deadline", "street"), ("3_words", "street")}


def test_a_withdrawn_finding_does_not_come_back(cast: Cast) -> None:
    LedgerDay.objects.create(day=today(), violations={"1_deadline": [accepted(cast).number]})
    sweep.open_from_ledger()
    cases.withdraw(Case.objects.get(), by=cast.dispatcher, words="已修正")
    assert sweep.open_from_ledger() == 0


def test_the_office_sets_the_limit(cast: Cast) -> None:
    LimitRule.objects.create(cause=Cause.RED_CARD, answer_days=3)
    with_red_card(cast)
    sweep.open_from_red_cards()
    assert Case.objects.get().days == 3


# --- limits that passed ------------------------------------------------------------------
def test_a_late_answer_is_reminded_of_and_climbs(cast: Cast) -> None:
    case = opened(cast, by=cast.community)
    for _day in range(3):
        Case.objects.update(next_at=clock.now(), due_at=clock.now())
        assert (sweep.remind(), sweep.remind()) == (1, 0)
    acts = list(Entry.objects.filter(case=case).values_list("act", "over"))
    assert acts == [("open", ""), ("remind", "community"), ("climb", "street"), ("climb", "leaders")]
    assert kinds(cast.worker) == ["case_late", "case_late", "case_late", "case_opened"]
    assert (kinds(cast.dispatcher), kinds(cast.director)) == (["case_climbed"], ["case_climbed"])


def test_a_late_judgement_climbs_too(cast: Cast) -> None:
    answered(cast)
    for _day in range(2):
        Case.objects.update(next_at=clock.now(), due_at=clock.now())
        sweep.remind()
    assert kinds(cast.director) == ["case_unjudged"]
    assert kinds(cast.worker) == ["case_opened"]


def test_reminders_end(cast: Cast) -> None:
    opened(cast)
    for _day in range(MOST_REMINDERS + 2):
        Case.objects.filter(next_at__isnull=False).update(next_at=clock.now())
        sweep.remind()
    assert Case.objects.get().reminders == MOST_REMINDERS


# --- figures -----------------------------------------------------------------------------
def test_units_are_counted_as_they_answer(cast: Cast) -> None:
    cases.judge(answered(cast), by=cast.dispatcher, accepted=True)
    late = opened(cast)
    Case.objects.filter(pk=late.pk).update(first_due_at=clock.now() - timedelta(hours=1))
    again = cases.answer(Case.objects.get(pk=late.pk), by=cast.worker, words="办了")
    cases.judge(again, by=cast.dispatcher, accepted=False, words="没有办完")
    (row,) = by_unit(cast.director, today(), today())
    counted = (row.opened, row.answered, row.in_time, row.accepted_first, row.waiting)
    assert (row.code, counted) == (cast.grid.code, (2, 2, 1, 1, 1))
    assert by_unit(cast.community2, today(), today()) == []
    assert Case.objects.filter(state=State.CLOSED).count() == 1


def test_nobody_is_asked_twice_at_once(cast: Cast) -> None:
    ticket = with_red_card(cast)
    case = opened(cast, ticket=ticket)
    assert sweep.open_from_red_cards() == 0
    cases.withdraw(case, by=cast.dispatcher, words="看错了")
    assert sweep.open_from_red_cards() == 1


def test_each_number_of_a_unit_leads_to_its_cases(client: Client, cast: Cast) -> None:
    one, other = opened(cast), opened(cast)
    cases.withdraw(other, by=cast.dispatcher, words="不用了")
    client.force_login(cast.director)
    page = client.get("/admin/supervision/units/")
    (row,) = page.context["counts"]
    found = {}
    for number in ("opened", "waiting", "withdrawn"):
        address = f"/admin/supervision/?unit={row.code}&counted={number}"
        found[number] = [shown.case for shown in client.get(address).context["rows"]]
        assert f"counted={number}" in page.content.decode()
    assert found == {"opened": [other, one], "waiting": [one], "withdrawn": [other]}
    assert (row.opened, row.waiting, row.withdrawn) == (2, 1, 1)


def test_anothers_numbers_lead_nowhere(client: Client, cast: Cast) -> None:
    case = opened(cast)
    client.force_login(cast.community2)
    page = client.get(f"/admin/supervision/?unit={case.unit_code}&counted=opened")
    assert page.context["rows"] == []
