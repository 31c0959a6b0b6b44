"""Consent and care plans: given, withdrawn, decided, looked over, ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from grids.models import today
from residents.models import CareEvent, CarePlan, Consent, Household, RegisterEntry, Resident
from residents.services import care, consents, people
from residents.services.record import ChangedMeanwhile
from residents.terms import (
    CareBasis,
    CareGroup,
    ConsentHow,
    ConsentPurpose,
    EntryKind,
    VisitLevel,
)
from tests.cast import Cast
from tests.residents.doors import OUTSIDE, STRANGERS, WITHOUT_NAMES, status
from tests.residents.factories import make_plan, make_resident
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
TODAY = today().isoformat()
LATER = today() + timedelta(days=100)


@pytest.fixture
def resident(cast: Cast) -> Resident:
    return make_resident(building=cast.building, name="王秀英")


@pytest.fixture
def leader(client: Client, cast: Cast) -> Client:
    client.force_login(cast.leader)
    return client


def of(resident: Resident, end: str) -> str:
    return f"/worker/residents/people/{resident.pk}/{end}"


def agreed(resident: Resident, cast: Cast) -> Consent:
    how, purpose = ConsentHow.PAPER, ConsentPurpose.CARE
    return consents.consent(resident, purpose=purpose, how=how, given_on=today(), actor=cast.worker)


def decided(**changes: Any) -> dict[str, Any]:
    ordinary = {"group": "alone", "level": "weekly", "basis": "duty", "reason": "摔过一跤"}
    return {**ordinary, "since": TODAY, "review_on": LATER.isoformat(), **changes}


# --- consent -----------------------------------------------------------------------------------
def test_a_consent_is_written_down_once(leader: Client, cast: Cast, resident: Resident) -> None:
    fields = {"purpose": "care", "how": "spoken", "given_on": TODAY}
    leader.post(of(resident, "consents/new/"), fields)
    assert leader.post(of(resident, "consents/new/"), fields).status_code == 422
    given = Consent.objects.get()
    assert (given.recorded_by, given.how, given.given_on) == (cast.leader, "spoken", today())
    assert RegisterEntry.objects.get().kind == EntryKind.CONSENTED


def test_it_stands_on_the_card(leader: Client, cast: Cast, resident: Resident) -> None:
    agreed(resident, cast)
    page = leader.get(f"/worker/residents/{resident.household_id}/").content.decode()
    assert str(ConsentPurpose.CARE.label) in page


def test_no_consent_is_given_tomorrow(leader: Client, resident: Resident) -> None:
    fields = {"purpose": "care", "how": "spoken", "given_on": LATER.isoformat()}
    assert leader.post(of(resident, "consents/new/"), fields).status_code == 422


def test_withdrawn_it_ends_the_plans_that_stand_on_it(leader: Client, cast: Cast, resident: Resident) -> None:
    given = agreed(resident, cast)
    on_consent = make_plan(resident, basis=CareBasis.CONSENT, consent=given)
    on_duty = make_plan(resident, group=CareGroup.AGED, level=VisitLevel.MONTHLY)
    leader.post(of(resident, f"consents/{given.pk}/withdraw/"), {"on": TODAY})
    on_consent.refresh_from_db()
    on_duty.refresh_from_db()
    resident.household.refresh_from_db()
    assert (on_consent.ended_on, on_duty.ended_on) == (today(), None)
    assert resident.household.visit_level == VisitLevel.MONTHLY


def test_it_is_withdrawn_once(leader: Client, cast: Cast, resident: Resident) -> None:
    given = agreed(resident, cast)
    address = of(resident, f"consents/{given.pk}/withdraw/")
    assert leader.post(address, {"on": TODAY}).status_code == 303
    assert leader.post(address, {"on": TODAY}).status_code == 409
    assert RegisterEntry.objects.filter(kind=EntryKind.WITHDREW).count() == 1


def test_not_before_it_was_given(leader: Client, cast: Cast, resident: Resident) -> None:
    given = agreed(resident, cast)
    before = (today() - timedelta(days=1)).isoformat()
    assert leader.post(of(resident, f"consents/{given.pk}/withdraw/"), {"on": before}).status_code == 409


def test_anothers_consent_is_not_found_here(leader: Client, cast: Cast, resident: Resident) -> None:
    given = agreed(make_resident(building=cast.building), cast)
    assert leader.get(of(resident, f"consents/{given.pk}/withdraw/")).status_code == 404


def test_a_plan_that_ended_with_leaving_stays_ended_without_consent(cast: Cast, resident: Resident) -> None:
    given = agreed(resident, cast)
    plan = make_plan(resident, basis=CareBasis.CONSENT, consent=given)
    people.leave(resident, how="moved", actor=cast.worker, version=1, on=today())  # type: ignore[arg-type]
    consents.withdraw(given, actor=cast.worker, on=today())
    people.come_back(resident, actor=cast.worker, version=2)
    plan.refresh_from_db()
    assert plan.ended_on == today()


# --- care plans --------------------------------------------------------------------------------
def test_a_plan_moves_the_next_visit(leader: Client, resident: Resident) -> None:
    assert leader.post(of(resident, "plans/new/"), decided()).status_code == 303
    plan = CarePlan.objects.get()
    resident.household.refresh_from_db()
    assert (plan.group, plan.reason, plan.review_on) == ("alone", "摔过一跤", LATER)
    assert resident.household.visit_level == VisitLevel.WEEKLY


def test_the_history_tells_how_often_and_never_why(leader: Client, resident: Resident) -> None:
    leader.post(of(resident, "plans/new/"), decided())
    assert RegisterEntry.objects.get().changed == {"care_plan": [None, "weekly"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("basis", "consent"), ("since", LATER.isoformat()), ("review_on", TODAY), ("group", "rich")],
        *[("level", "daily"), ("review_on", "")],
    ],
)
def test_a_plan_that_cannot_be_is_refused(leader: Client, resident: Resident, field: str, value: str) -> None:
    response = leader.post(of(resident, "plans/new/"), decided(**{field: value}))
    assert list(response.context["form"].errors) == [field]
    assert CarePlan.objects.count() == 0


def test_on_consent_it_names_the_consent(leader: Client, cast: Cast, resident: Resident) -> None:
    given = agreed(resident, cast)
    leader.post(of(resident, "plans/new/"), decided(basis="consent"))
    assert CarePlan.objects.get().consent == given


def seen(plan: CarePlan, **changes: Any) -> dict[str, Any]:
    ordinary = {"level": "monthly", "reason": "好多了", "review_on": LATER.isoformat()}
    return {**ordinary, "seen_level": plan.level, "seen_review_on": plan.review_on, **changes}


def test_looked_over_it_is_decided_anew(leader: Client, cast: Cast, resident: Resident) -> None:
    plan = make_plan(resident)
    assert leader.post(f"/worker/residents/plans/{plan.pk}/", seen(plan)).status_code == 303
    plan.refresh_from_db()
    resident.household.refresh_from_db()
    assert (plan.level, plan.reason, plan.decided_by) == ("monthly", "好多了", cast.leader)
    assert resident.household.visit_level == VisitLevel.MONTHLY
    assert RegisterEntry.objects.get().changed["care_plan"] == ["weekly", "monthly"]


def test_two_who_decide_at_once_are_told(leader: Client, cast: Cast, resident: Resident) -> None:
    plan = make_plan(resident)
    fields = seen(plan)
    given = {"level": VisitLevel.QUARTERLY, "review_on": LATER, "reason": ""}
    care.change(plan, actor=cast.community, seen=(plan.level, plan.review_on), **given)  # type: ignore[arg-type]
    response = leader.post(f"/worker/residents/plans/{plan.pk}/", fields)
    form = response.context["form"]
    assert response.status_code == 409
    assert response.context["now"][0][1] == str(VisitLevel.QUARTERLY.label)
    assert (form["level"].value(), form["reason"].value(), form["seen_level"].value()) == (
        *("monthly", "好多了", "quarterly"),
    )


def test_an_ended_plan_is_not_changed(cast: Cast, resident: Resident) -> None:
    plan = make_plan(resident)
    care.end(plan, actor=cast.leader, on=today(), why="搬去女儿家")
    with pytest.raises(Refused) as refused:
        care.change(
            plan,
            actor=cast.leader,
            seen=(plan.level, plan.review_on),
            level=VisitLevel.MONTHLY,
            review_on=LATER,
            reason="",
        )
    assert not isinstance(refused.value, ChangedMeanwhile)


def test_a_plan_ends_with_a_reason(leader: Client, resident: Resident) -> None:
    plan = make_plan(resident)
    address = f"/worker/residents/plans/{plan.pk}/end/"
    assert leader.post(address, {"on": TODAY, "why": ""}).status_code == 422
    assert leader.post(address, {"on": TODAY, "why": "搬去女儿家"}).status_code == 303
    plan.refresh_from_db()
    assert (plan.ended_on, plan.ended_why) == (today(), "搬去女儿家")


def test_plans_to_look_over_are_on_the_first_page(leader: Client, cast: Cast, resident: Resident) -> None:
    make_plan(resident, review_on=today())
    page = leader.get("/worker/residents/")
    assert [plan.resident for plan in page.context["reviews"]] == [resident]
    assert str(CareGroup.ALONE.label) not in page.content.decode()
    leader.force_login(cast.worker)
    assert leader.get("/worker/residents/").context["reviews"] == []


# --- something happened ------------------------------------------------------------------------
def test_an_event_is_written_once_and_brings_a_visit(leader: Client, resident: Resident) -> None:
    Household.objects.update(last_visit_on=today(), next_visit_on=LATER)
    address = f"/worker/residents/{resident.household_id}/event/"
    for _ in range(2):
        leader.post(address, {"kind": "hospital", "on": TODAY, "note": "出院回家"})
    event = CareEvent.objects.get()
    resident.household.refresh_from_db()
    assert resident.household.next_visit_on == event.look_by


# --- who decides -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "answer"),
    [
        *[("leader", 200), ("community", 200), ("section", 200), ("worker", 403)],
        *[(who, 404) for who in (*STRANGERS, *WITHOUT_NAMES)],
        *[(who, 403) for who in OUTSIDE],
    ],
)
def test_who_decides_on_care(client: Client, cast: Cast, resident: Resident, who: str, answer: int) -> None:
    plan = make_plan(resident)
    for address in (
        *(of(resident, "plans/new/"), f"/worker/residents/plans/{plan.pk}/"),
        f"/worker/residents/plans/{plan.pk}/end/",
    ):
        assert status(client, cast, who, address) == answer, address


@pytest.mark.parametrize("who", [*STRANGERS, *WITHOUT_NAMES])
def test_strangers_withdraw_nothing(client: Client, cast: Cast, resident: Resident, who: str) -> None:
    given = agreed(resident, cast)
    assert status(client, cast, who, of(resident, f"consents/{given.pk}/withdraw/"), post=True) == 404
