"""Claimed from either side, shared, agreed, carried out, accepted and rated; of two at once one is kept."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry

from partybuilding.access import By
from partybuilding.claims.models import Claim, Item, Rating
from partybuilding.claims.services import agreeing, carrying, claiming, steps
from partybuilding.claims.services.claiming import Faster, Wish
from partybuilding.claims.workflow import CLAIM_STEPS
from tests.cast import Cast
from tests.partybuilding.claims.scene import (
    ONE,
    STRANGER,
    TELLER,
    TELLER_NAME,
    TWO,
    accepted,
    agreed,
    claimed,
    draft,
    fresh,
    hall,
    need,
    of_phone,
    planned,
    state,
    unit,
    waiting,
)
from tests.race import at_once
from wangguan.notify.models import Message
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db


# --- claiming --------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shares", [1, 3])
def test_of_two_units_at_once_the_first_is_kept_and_the_second_is_offered_a_share(
    cast: Cast, shares: int
) -> None:
    school, clinic = unit(cast), unit(cast, "社区医院", phone=TWO)
    wanted = need(cast, shares=shares)
    wishes = [Wish(uuid4(), unit=each) for each in (school, clinic)]
    found = at_once(
        lambda: claiming.claim(wanted, wishes[0], by=of_phone(ONE)),
        lambda: claiming.claim(wanted, wishes[1], by=of_phone(TWO)),
    )
    faster = next(each for each in found if isinstance(each, Faster))
    kept = next(each for each in found if isinstance(each, Claim))
    assert (faster.first, faster.free) == (kept.claimant, shares - 1)
    assert state(wanted) == ("claimed", 1)

    second, by = (wishes[1], TWO) if kept.unit == school else (wishes[0], ONE)
    act = claiming.claim if faster.free else claiming.ask
    joined = act(wanted, Wish(uuid4(), unit=second.unit, seen=1), by=of_phone(by))
    assert joined.state == ("offered" if shares > 1 else "waiting")
    assert state(wanted) == ("claimed", min(shares, 2))


@pytest.mark.django_db(transaction=True)
def test_the_last_share_goes_to_one(cast: Cast) -> None:
    units = [unit(cast, f"单位{phone}", phone=phone) for phone in (ONE, TWO, TELLER)]
    wanted = need(cast, shares=2)
    claimed(wanted, units[0])
    found = at_once(
        *(
            lambda each=each: claiming.claim(
                wanted, Wish(uuid4(), unit=each, seen=1), by=By(phone_hash=each.contact_hash)
            )
            for each in units[1:]
        )
    )
    assert sorted(type(each).__name__ for each in found) == ["Claim", "Faster"]
    assert state(wanted) == ("claimed", 2)


def test_the_same_form_is_one_claim_and_a_unit_claims_once(cast: Cast) -> None:
    school, wanted = unit(cast), need(cast, shares=3)
    wish = Wish(uuid4(), unit=school, shares=2)
    rows = [claiming.claim(wanted, wish, by=of_phone(ONE)) for _tap in range(2)]
    assert rows[0] == rows[1]
    assert state(wanted) == ("claimed", 2)
    with pytest.raises(Refused):
        claiming.claim(wanted, Wish(uuid4(), unit=school, seen=2), by=of_phone(ONE))


def test_who_may_not_claim_what(cast: Cast) -> None:
    school, late = unit(cast), unit(cast, "没确认的单位", phone=TWO, confirmed=False)
    wanted, room = need(cast), hall(cast, school, community=cast.community_unit)
    nine, dragon = cast.community_unit, cast.community_unit2
    cases: list[tuple[Item, dict[str, Any], By]] = [
        (wanted, {"unit": school}, of_phone(TWO)),
        (wanted, {"unit": late}, of_phone(TWO)),
        (wanted, {"community": dragon}, By(cast.community2)),
        (room, {"unit": school}, of_phone(ONE)),
        (room, {"community": dragon}, By(cast.community2)),
        (room, {"community": nine}, By(cast.community2)),
        (room, {"community": nine}, By(cast.worker)),
        (draft(cast), {"unit": school}, of_phone(ONE)),
        (wanted, {"unit": school, "shares": 2}, of_phone(ONE)),
        (wanted, {"unit": school, "counterpart": wanted}, of_phone(ONE)),
    ]
    for item, fields, by in cases:
        with pytest.raises(Refused):
            claiming.claim(item, Wish(uuid4(), **fields), by=by)
    assert not Claim.objects.exists()


def test_a_community_claims_a_resource_and_the_unit_agrees(cast: Cast) -> None:
    school = unit(cast)
    room, wanted = hall(cast, school), need(cast)
    wish = Wish(uuid4(), community=cast.community_unit, counterpart=wanted)
    claim = claiming.claim(room, wish, by=By(cast.community))
    assert (state(room), state(wanted)) == (("claimed", 1), ("claimed", 1))
    assert Message.objects.filter(kind="claim_offered", channel="sms").count() == 1
    for by in (By(cast.community), By(cast.director), of_phone(TWO)):
        with pytest.raises(Refused):
            agreeing.move(claim, "agree", by=by)
    agreeing.move(claim, "agree", by=of_phone(ONE))
    assert (state(room), state(wanted)) == (("agreed", 1), ("agreed", 1))


def test_whoever_was_first_divides(cast: Cast) -> None:
    school, clinic = unit(cast), unit(cast, "社区医院", phone=TWO)
    wanted = need(cast)
    claimed(wanted, school)
    asking = waiting(wanted, clinic)
    assert Message.objects.filter(kind="claim_share_asked", channel="sms").count() == 1
    assert state(wanted) == ("claimed", 1)
    for by in (of_phone(TWO), By(cast.community)):
        with pytest.raises(Refused):
            agreeing.move(asking, "divide", by=by)
    agreeing.move(asking, "divide", by=of_phone(ONE))
    assert (asking.state, fresh(wanted).shares, state(wanted)) == ("offered", 2, ("claimed", 2))


def test_whoever_was_first_may_keep_it_whole(cast: Cast) -> None:
    wanted = need(cast)
    claimed(wanted, unit(cast))
    asking = waiting(wanted, unit(cast, "社区医院", phone=TWO))
    agreeing.move(asking, "keep", by=of_phone(ONE))
    assert (asking.state, state(wanted)) == ("refused", ("claimed", 1))
    assert Message.objects.filter(kind="claim_ended", channel="sms").count() == 1


def test_who_waited_takes_the_share_that_is_given_back(cast: Cast) -> None:
    school, clinic = unit(cast), unit(cast, "社区医院", phone=TWO)
    wanted = need(cast)
    first = claimed(wanted, school)
    asking = waiting(wanted, clinic)
    with pytest.raises(Refused):
        agreeing.move(asking, "join", by=of_phone(TWO))
    agreeing.move(first, "release", by=of_phone(ONE), note="场地要维修")
    assert state(wanted) == ("published", 0)
    agreeing.move(asking, "join", by=of_phone(TWO))
    assert (state(wanted), fresh(wanted).shares) == (("claimed", 1), 1)


@pytest.mark.parametrize("name", ["release", "end", "refuse"])
def test_a_claim_that_ends_opens_the_item_again(cast: Cast, name: str) -> None:
    school = unit(cast)
    room, wanted = hall(cast, school), need(cast)
    make = claimed if name == "refuse" else lambda *a, **k: agreed(cast, *a, **k)
    claim = make(wanted, school, counterpart=room)
    before = fresh(wanted).open_since
    by = of_phone(ONE) if name == "release" else By(cast.community)
    with pytest.raises(Refused) as refused:
        agreeing.move(claim, name, by=by, note=" ")
    assert refused.value.field == "note"
    agreeing.move(claim, name, by=by, note="排不开")
    assert claim.state == CLAIM_STEPS[name].to
    assert (state(wanted), state(room)) == (("published", 0), ("published", 0))
    after = fresh(wanted).open_since
    assert before is not None
    assert after is not None
    assert after > before


def test_an_agreed_share_stays_when_another_goes(cast: Cast) -> None:
    school, clinic = unit(cast), unit(cast, "社区医院", phone=TWO)
    wanted = need(cast, shares=2)
    agreed(cast, wanted, school)
    other = claimed(wanted, clinic)
    assert state(wanted) == ("agreed", 2)
    agreeing.move(other, "refuse", by=By(cast.community), note="一家就够")
    assert state(wanted) == ("agreed", 1)


def test_the_second_of_two_who_move_a_claim_hears_of_it(cast: Cast) -> None:
    claim = claimed(need(cast), unit(cast))
    late = Claim.objects.get(pk=claim.pk)
    agreeing.move(claim, "agree", by=By(cast.community))
    with pytest.raises(MovedMeanwhile):
        agreeing.move(late, "release", by=of_phone(ONE), note="不去了")
    agreeing.move(late, "agree", by=By(cast.community))
    assert Claim.objects.get(pk=claim.pk).version == 2


# --- carried out -----------------------------------------------------------------------------
def test_a_pair_goes_the_whole_way_together(cast: Cast) -> None:
    school = unit(cast)
    room = hall(cast, school)
    wanted = need(cast, contact_name=TELLER_NAME, contact_phone=TELLER)
    claim = agreed(cast, wanted, school, counterpart=room)
    carrying.reach(planned(cast, claim), by=of_phone(ONE), on=claim.made_at.date(), words="排练了")
    assert (state(wanted)[0], state(room)[0]) == ("in_progress", "in_progress")
    steps.take(fresh(wanted), "accept", by=By(cast.community), note="排练了四次。")
    assert (state(wanted)[0], state(room)[0]) == ("accepted", "accepted")
    assert Claim.objects.get(pk=claim.pk).state == "done"
    assert Message.objects.filter(kind="claim_rate").count() == 1
    carrying.rate(fresh(wanted), by=of_phone(TELLER), stars=5, words="好", how="", form_id=uuid4())
    assert (state(wanted)[0], state(room)[0]) == ("rated", "rated")


def test_a_resource_with_shares_left_goes_back_on_the_list(cast: Cast) -> None:
    clinic, wanted = unit(cast), need(cast)
    visits = hall(cast, clinic, title="每月义诊", shares=2)
    accepted(cast, wanted, clinic, counterpart=visits)
    assert (state(wanted), state(visits)) == (("accepted", 1), ("published", 1))
    again = need(cast, title="再来一次")
    accepted(cast, again, clinic, counterpart=visits)
    assert (state(again), state(visits)) == (("accepted", 1), ("accepted", 2))


def test_the_unit_that_worked_does_not_accept_or_rate(cast: Cast) -> None:
    school, wanted = unit(cast), need(cast)
    agreed(cast, wanted, school)
    steps.take(fresh(wanted), "begin", by=of_phone(ONE))
    with pytest.raises(Refused):
        steps.take(fresh(wanted), "accept", by=of_phone(ONE), note="好了")
    steps.take(fresh(wanted), "accept", by=By(cast.community), note="好了")
    with pytest.raises(Refused):
        carrying.rate(fresh(wanted), by=of_phone(ONE), stars=5, words="", how="问了", form_id=uuid4())


def test_accepting_wants_words_that_lead_to_nobody(cast: Cast) -> None:
    school, wanted = unit(cast), need(cast)
    agreed(cast, wanted, school)
    steps.take(fresh(wanted), "begin", by=By(cast.community))
    for note in ("", "联系人王秀英很满意"):
        with pytest.raises(Refused):
            steps.take(fresh(wanted), "accept", by=By(cast.community), note=note)
    assert state(wanted)[0] == "in_progress"


def test_what_was_not_agreed_ends_when_it_is_accepted(cast: Cast) -> None:
    school, clinic = unit(cast), unit(cast, "社区医院", phone=TWO)
    wanted = need(cast, shares=2)
    agreed(cast, wanted, school)
    late = claimed(wanted, clinic)
    steps.take(fresh(wanted), "begin", by=By(cast.community))
    steps.take(fresh(wanted), "accept", by=By(cast.community), note="好了")
    assert (Claim.objects.get(pk=late.pk).state, state(wanted)) == ("refused", ("accepted", 1))


def test_marks_are_given_once_by_phone_and_with_how_on_site(cast: Cast) -> None:
    wanted = need(cast, contact_name=TELLER_NAME, contact_phone=TELLER)
    row = accepted(cast, wanted, unit(cast))
    form = uuid4()
    for _tap in range(2):
        carrying.rate(row, by=of_phone(TELLER), stars=4, words="", how="", form_id=form)
    with pytest.raises(Refused):
        carrying.rate(row, by=of_phone(TELLER), stars=1, words="", how="", form_id=uuid4())
    with pytest.raises(Refused) as refused:
        carrying.rate(row, by=By(cast.community), stars=5, words="", how="", form_id=uuid4())
    assert refused.value.field == "how"
    carrying.rate(row, by=By(cast.community), stars=5, words="", how="现场问了 12 人", form_id=uuid4())
    for by in (By(cast.community2), of_phone(STRANGER), By(cast.auditor)):
        with pytest.raises(Refused):
            carrying.rate(row, by=by, stars=1, words="", how="问了", form_id=uuid4())
    assert list(Rating.objects.values_list("stars", flat=True)) == [4, 5]


def test_an_item_taken_off_ends_its_claims_and_frees_what_it_was_paired_with(cast: Cast) -> None:
    school = unit(cast)
    room, wanted = hall(cast, school), need(cast)
    claim = claimed(wanted, school, counterpart=room)
    steps.take(fresh(wanted), "withdraw", by=By(cast.community), note="有地方了")
    assert (state(wanted), state(room)) == (("withdrawn", 0), ("published", 0))
    assert Claim.objects.get(pk=claim.pk).state == "refused"
    assert Message.objects.filter(kind="claim_ended", channel="sms").count() == 1


def test_a_message_that_cannot_be_written_takes_the_claim_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    school, wanted = unit(cast), need(cast)
    monkeypatch.setattr("partybuilding.claims.messages.of_claim", lambda claim: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        claimed(wanted, school)
    assert (state(wanted), Claim.objects.count()) == (("published", 0), 0)


def test_the_log_and_the_messages_name_nobody(cast: Cast) -> None:
    wanted = need(cast, contact_name=TELLER_NAME, contact_phone=TELLER)
    planned(cast, agreed(cast, wanted, unit(cast)))
    logged = str(list(LogEntry.objects.values_list("object_repr", "change_message")))
    sent = str(list(Message.objects.values_list("context", "topic", "key")))
    assert (LogEntry.objects.count() > 2, Message.objects.count() > 2) == (True, True)
    assert all(word not in logged + sent for word in (TELLER, TELLER_NAME, ONE, "钱秀兰"))
    assert wanted.title not in sent
