"""Cases: who opens, answers and judges them, what everybody else does not see, what a second press does."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from grids.models import User
from requests_app.models import Ticket
from requests_app.supervision.models import Case
from requests_app.supervision.services import cases
from requests_app.supervision.services.people import unit_at
from requests_app.supervision.terms import State
from requests_app.workflow import Level
from tests.cast import Cast
from tests.race import at_once
from tests.requests_app.matters import accepted, told
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def opened(cast: Cast, *, by: User | None = None, ticket: Ticket | None = None, **changes: Any) -> Case:
    """A case about a matter of the cast's grid, addressed to the grid."""
    ticket = ticket or accepted(cast)
    fields: dict[str, Any] = {"reason": "三天没有进展，请说明", "unit": unit_at(ticket, Level.GRID)} | changes
    return cases.open_case(ticket, by=by or cast.dispatcher, **fields)


def answered(cast: Cast, **fields: Any) -> Case:
    return cases.answer(opened(cast, **fields), by=cast.worker, words="今天已换灯")


def kinds(user: User) -> list[str]:
    found = Message.objects.inbox(user).filter(kind__startswith="case_")
    return sorted(found.values_list("kind", flat=True))


def steps(case: Case) -> list[str]:
    found = case.ticket.events.filter(step__startswith="case_").order_by("id")
    return list(found.values_list("step", flat=True))


# --- opened ------------------------------------------------------------------------------
def test_the_units_people_are_told(cast: Cast) -> None:
    opened(cast)
    assert (kinds(cast.leader), kinds(cast.worker)) == (["case_opened"], ["case_opened"])
    assert kinds(cast.worker2) == kinds(cast.community) == []


def test_a_case_has_one_working_day(cast: Cast) -> None:
    case = opened(cast)
    assert timedelta(hours=8) < case.due_at - clock.now() < timedelta(days=11)  # type: ignore[operator]


@pytest.mark.parametrize("who", ["worker", "leader", "section", "auditor", "community2", "parttime"])
def test_others_open_none(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        opened(cast, by=getattr(cast, who))


def test_a_unit_is_asked_once_at_a_time(cast: Cast) -> None:
    case = opened(cast)
    with pytest.raises(Refused):
        opened(cast, ticket=case.ticket)


def test_the_same_key_opens_the_same_case(cast: Cast) -> None:
    key, ticket = uuid4(), accepted(cast)
    assert opened(cast, ticket=ticket, action_id=key) == opened(cast, ticket=ticket, action_id=key)


# --- answered and judged ------------------------------------------------------------------
def test_an_answer_goes_to_the_opener_level(cast: Cast) -> None:
    case = answered(cast)
    assert (case.state, kinds(cast.dispatcher)) == (State.ANSWERED, ["case_answered"])


def test_a_communitys_case_is_judged_by_the_community(cast: Cast) -> None:
    case = answered(cast, by=cast.community)
    assert cases.judge(case, by=cast.community_leader, accepted=True).state == State.CLOSED


@pytest.mark.parametrize("who", ["leader2", "worker2", "community", "section", "department", "auditor"])
def test_only_the_unit_answers(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        cases.answer(opened(cast), by=getattr(cast, who), words="办了")


@pytest.mark.parametrize("who", ["worker", "leader", "community", "section", "auditor"])
def test_nobody_below_judges(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        cases.judge(answered(cast), by=getattr(cast, who), accepted=True)


def test_a_refused_answer_comes_back_with_a_new_limit(cast: Cast) -> None:
    case = cases.judge(answered(cast), by=cast.dispatcher, accepted=False, words="没有照片", days=2)
    assert (case.state, case.round, case.reason, case.answer) == (State.WAITING, 2, "没有照片", "")
    assert kinds(cast.leader) == ["case_opened", "case_returned"]


def test_a_refusal_says_what_is_missing(cast: Cast) -> None:
    with pytest.raises(Refused):
        cases.judge(answered(cast), by=cast.dispatcher, accepted=False)


def test_the_way_stands_in_the_tickets_history(cast: Cast) -> None:
    case = cases.judge(answered(cast), by=cast.dispatcher, accepted=True)
    assert steps(case) == ["case_opened", "case_answered", "case_judged"]
    assert list(case.entries.values_list("act", flat=True)) == ["open", "answer", "accept"]


def test_closing_the_ticket_leaves_the_case_open(cast: Cast) -> None:
    case = opened(cast, ticket=told(cast))
    from requests_app.services import RESIDENT, take

    take(Ticket.objects.get(pk=case.ticket_id), "withdraw", by=RESIDENT)
    assert Case.objects.get().state == State.WAITING


def test_a_mistake_is_withdrawn_with_a_reason(cast: Cast) -> None:
    case = cases.withdraw(opened(cast), by=cast.dispatcher, words="看错了")
    assert (case.state, case.due_at, case.next_at) == (State.WITHDRAWN, None, None)


def test_a_case_that_is_over_stays_so(cast: Cast) -> None:
    case = cases.withdraw(opened(cast), by=cast.dispatcher, words="看错了")
    with pytest.raises(Refused):
        cases.answer(case, by=cast.worker, words="办了")


@pytest.mark.django_db(transaction=True)
def test_of_two_judges_at_once_one_decides(cast: Cast) -> None:
    key = answered(cast).pk

    def judge(accepted: bool) -> Any:
        return lambda: cases.judge(
            Case.objects.get(pk=key), by=cast.dispatcher, accepted=accepted, words="请补", version=2
        )

    done = at_once(judge(True), judge(False))
    assert sorted(isinstance(each, Refused) for each in done) == [False, True]
    assert Case.objects.get().version == 3


# --- pages -------------------------------------------------------------------------------
def sent(client: Client, case: Case, act: str, **fields: Any) -> Any:
    given = {"words": "今天已换灯", "action_id": uuid4(), "version": case.version} | fields
    return client.post(f"/worker/supervision/{case.pk}/{act}/", given)


def test_the_panel_offers_what_the_reader_may_do(client: Client, cast: Cast) -> None:
    case = opened(cast)
    address = f"/worker/supervision/{case.pk}/"
    client.force_login(cast.worker)
    page = client.get(case.ticket.get_absolute_url()).content.decode()
    assert [word in page for word in ("回应督办", address, "supervise/")] == [True, True, False]
    client.force_login(cast.director)
    page = client.get(case.ticket.get_absolute_url()).content.decode()
    assert [word in page for word in ("回应督办", "supervise/")] == [False, True]


def test_a_resident_never_sees_it(client: Client, cast: Cast) -> None:
    case = answered(cast)
    page = client.get(case.ticket.tracking_url).content.decode()
    assert [word for word in ("督办", "三天没有进展", "今天已换灯") if word in page] == []


def test_opened_from_the_ticket(client: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    client.force_login(cast.community)
    address = f"/worker/tickets/{ticket.number}/supervise/"
    form = client.get(address).context["form"]
    assert list(form.fields["unit"].choices) == [("grid", str(cast.grid))]
    fields = {"unit": "grid", "reason": "请尽快", "days": 2, "action_id": uuid4()}
    assert [client.post(address, fields).status_code for _twice in range(2)] == [303, 303]
    assert Case.objects.get().judge == "community"


def test_the_form_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    client.force_login(cast.director)
    fields = {"unit": "street:city", "cause": "audit", "days": 99, "reason": "请尽快", "action_id": uuid4()}
    page = client.post(f"/worker/tickets/{ticket.number}/supervise/", fields)
    assert page.status_code == 422
    assert "请尽快" in page.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("worker", 404), ("section", 404), ("worker2", 404), ("department", 404)]
)
def test_the_form_is_hidden_from_others(client: Client, cast: Cast, who: str, status: int) -> None:
    ticket = accepted(cast)
    client.force_login(getattr(cast, who))
    assert client.get(f"/worker/tickets/{ticket.number}/supervise/").status_code == status


def test_answered_on_the_phone_and_judged_in_the_office(client: Client, cast: Cast) -> None:
    case = opened(cast)
    client.force_login(cast.worker)
    assert sent(client, case, "answer").status_code == 303
    client.force_login(cast.dispatcher)
    case.refresh_from_db()
    fields = {"words": "", "action_id": uuid4(), "version": case.version, "days": ""}
    assert client.post(f"/admin/supervision/{case.pk}/accept/", fields).status_code == 303
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_a_stale_form_is_told_so_and_keeps_its_words(client: Client, cast: Cast) -> None:
    case = opened(cast)
    cases.answer(Case.objects.get(), by=cast.leader, words="已联系物业")
    client.force_login(cast.worker)
    page = sent(client, case, "answer")
    assert (page.status_code, "已联系物业" in page.content.decode()) == (409, True)


def test_an_act_that_does_not_exist_is_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)
    assert sent(client, opened(cast), "climb").status_code == 404


OUTSIDE = ["worker2", "leader2", "community2", "department"]


@pytest.mark.parametrize("who", OUTSIDE)
def test_outsiders_know_of_no_case(client: Client, cast: Cast, who: str) -> None:
    case = opened(cast)
    client.force_login(getattr(cast, who))
    assert client.get(f"/worker/supervision/{case.pk}/").status_code == 404
    assert sent(client, case, "answer").status_code == 404
    assert case.ticket.number not in client.get("/worker/supervision/").content.decode()


@pytest.mark.parametrize(
    "address", ["/admin/supervision/", "/admin/supervision/units/", "/worker/supervision/"]
)
def test_strangers_sign_in(client: Client, address: str) -> None:
    assert client.get(address).url.startswith("/accounts/login/")  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/admin/supervision/", "/admin/supervision/units/"])
def test_the_office_is_for_offices(client: Client, cast: Cast, address: str) -> None:
    client.force_login(cast.worker)
    assert client.get(address).status_code == 403
    client.force_login(cast.auditor)
    assert client.get(address).status_code == 200


def test_a_case_about_staff_is_the_streets(client: Client, cast: Cast) -> None:
    Ticket.objects.filter(pk=told(cast, about_staff=True).pk).update(named_staff=[cast.section.pk])
    ticket = Ticket.objects.get()
    case = opened(cast, by=cast.director, ticket=ticket, unit=unit_at(ticket, Level.STREET))
    for who in ("community", "section"):
        client.force_login(getattr(cast, who))
        assert client.get(f"/admin/supervision/{case.pk}/").status_code == 404
        assert ticket.number not in client.get("/admin/supervision/").content.decode()
    assert kinds(cast.section) == []


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("who", "address", "queries"),
    [("director", "/admin/supervision/", 4), ("worker", "/worker/supervision/", 4)],
)
def test_lists_ask_a_fixed_number_of_queries(
    client: Client,
    cast: Cast,
    django_assert_num_queries: Any,
    who: str,
    address: str,
    queries: int,
    rows: int,
) -> None:
    for _row in range(rows):
        opened(cast)
    client.force_login(getattr(cast, who))
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("what", ["", "answer", "judge", "mine", "late", "over", "nonsense"])
def test_every_filter_opens(client: Client, cast: Cast, what: str) -> None:
    answered(cast)
    client.force_login(cast.director)
    page = client.get("/admin/supervision/", {"what": what, "after": "9"}).content.decode()
    assert "督办" in page
