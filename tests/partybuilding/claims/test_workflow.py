"""Every step from every state by every seat, as the tables say; items follow their claims."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from partybuilding.access import By
from partybuilding.claims.access import allowed, allowed_of, seats
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.services import agreeing, listing, steps
from partybuilding.claims.services.checks import allow
from partybuilding.claims.workflow import CLAIM, ITEM, ClaimState, Seat, State, arrows
from tests.cast import Cast
from tests.partybuilding.claims.scene import (
    ONE,
    STRANGER,
    TELLER,
    TELLER_NAME,
    TWO,
    agreed,
    claimed,
    draft,
    fresh,
    hall,
    need,
    of_phone,
    state,
    unit,
)
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
OUTSIDERS = ("community2", "worker", "dispatcher", "section", "auditor")


# --- the tables ------------------------------------------------------------------------------
@pytest.mark.parametrize(("table", "states"), [(ITEM, State), (CLAIM, ClaimState)])
def test_a_step_starts_where_and_for_whom_the_table_says(table: Any, states: Any) -> None:
    for step in table:
        if step.follows:
            continue
        for start in states.values:
            for seat in Seat:
                may = start in step.starts and seat in step.who
                try:
                    allow(step, start, frozenset({seat}), "说明")
                except Refused:
                    assert not may, (step.name, start, seat)
                else:
                    assert may, (step.name, start, seat)


def test_who_meets_an_item_as_what(cast: Cast) -> None:
    need_ = Item(sort="need", community=cast.community_unit, contact_hash=of_phone(TELLER).phone_hash)
    people: dict[str, set[Seat]] = {
        "community": {Seat.KEEPER},
        "community_leader": {Seat.KEEPER},
        "director": {Seat.KEEPER},
        **{name: set() for name in (*OUTSIDERS, "department")},
    }
    for name, held in people.items():
        assert seats(By(getattr(cast, name)), need_, []) == held, name
    assert seats(of_phone(TELLER), need_, []) == {Seat.TELLER}
    assert seats(of_phone(STRANGER), need_, []) == seats(By(), need_, []) == set()


def test_the_sides_of_an_agreed_pair_meet_both_items(cast: Cast) -> None:
    school = unit(cast)
    room, wanted = hall(cast, school), need(cast)
    claims = [agreed(cast, wanted, school, counterpart=room)]
    assert seats(By(cast.community), room, claims) == {Seat.USER}
    assert seats(of_phone(ONE), room, claims) == {Seat.OWNER, Seat.CLAIMANT}
    assert seats(of_phone(ONE), wanted, claims) == {Seat.CLAIMANT}
    assert seats(By(cast.community2), room, claims) == set()


def test_strangers_are_offered_nothing_and_move_nothing(cast: Cast) -> None:
    school = unit(cast)
    unit(cast, "别的单位", phone=TWO)
    wanted = need(cast)
    claim = claimed(wanted, school)
    strangers = [By(getattr(cast, name)) for name in OUTSIDERS]
    for by in (*strangers, of_phone(STRANGER), of_phone(TWO), By()):
        assert (allowed(by, wanted, [claim]), allowed_of(by, claim, [claim])) == ([], []), by
        with pytest.raises(Refused):
            agreeing.move(claim, "agree", by=by)
        with pytest.raises(Refused):
            steps.take(fresh(wanted), "withdraw", by=by, note="不要了")
    assert state(wanted) == ("claimed", 1)


@pytest.mark.parametrize(("model", "table", "states"), [(Item, ITEM, State), (Claim, CLAIM, ClaimState)])
def test_the_database_knows_the_arrows(cast: Cast, model: Any, table: Any, states: Any) -> None:
    """From each state that a row is brought to, one arrow that the table lacks is refused by the trigger."""
    item = need(cast)
    row = item if model is Item else claimed(item, unit(cast))
    legal = arrows(table)
    now = str(row.state)
    for end in states.values:
        if end == now:
            continue
        if (now, end) in legal:
            model.objects.filter(pk=row.pk).update(state=end)
            now = end
            continue
        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            model.objects.filter(pk=row.pk).update(state=end)


def test_a_full_item_takes_no_more_even_past_the_services(cast: Cast) -> None:
    item = need(cast)
    for fields in ({"taken": 2}, {"shares": 0}, {"shares": 21}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.filter(pk=item.pk).update(**fields)


# --- onto the list ---------------------------------------------------------------------------
LEADS = [
    {"title": "请打 13812345678"},
    {"words": "身份证 11010519491231002X"},
    {"place": "3号楼2单元501"},
    {"served": "联系人王秀英"},
    {"amount": "微信号 abc12345"},
]


@pytest.mark.parametrize("fields", LEADS, ids=lambda fields: next(iter(fields)))
def test_words_that_lead_to_a_person_are_not_published(cast: Cast, fields: dict[str, str]) -> None:
    row = draft(cast, **fields)
    with pytest.raises(Refused) as refused:
        steps.take(row, "publish", by=By(cast.community))
    assert (refused.value.field, fresh(row).state) == (next(iter(fields)), "draft")


def test_the_room_number_of_a_units_hall_may_stand(cast: Cast) -> None:
    assert hall(cast, unit(cast), place="文化楼 201室").state == "published"


def test_a_resident_tells_a_need_under_the_own_phone(cast: Cast) -> None:
    fields = {
        "kind": "skill",
        "title": "想学智能手机",
        "community": cast.community_unit,
        "contact_name": TELLER_NAME,
        "contact_phone": TELLER,
    }
    form = uuid4()
    rows = [listing.tell(fields, by=of_phone(TELLER), form_id=form) for _tap in range(2)]
    assert (rows[0], rows[0].sort, rows[0].source, rows[0].state) == (rows[1], "need", "resident", "draft")
    assert Message.objects.filter(kind="claim_to_publish.office", user=cast.community).count() == 1
    with pytest.raises(Refused) as refused:
        listing.tell(fields, by=of_phone(STRANGER), form_id=uuid4())
    assert refused.value.field == "contact_phone"
    with pytest.raises(Refused):
        listing.tell({**fields, "words": "找 13812345678"}, by=of_phone(TELLER), form_id=uuid4())


def test_only_a_confirmed_units_contact_offers(cast: Cast) -> None:
    school = unit(cast, confirmed=False)
    fields = {"kind": "space", "title": "排练厅", "community": None}
    for by in (of_phone(ONE), of_phone(TWO), By(cast.community)):
        with pytest.raises(Refused):
            listing.offer(school, fields, by=by, form_id=uuid4())


def test_an_office_enters_and_corrects_only_its_own_drafts(cast: Cast) -> None:
    fields = {"sort": "need", "kind": "goods", "title": "旧图书", "source": "visit"}
    for by, community in (
        (By(cast.community2), cast.community_unit),
        (By(cast.community), None),
        (By(cast.worker), cast.community_unit),
        (of_phone(ONE), cast.community_unit),
    ):
        with pytest.raises(Refused):
            listing.enter({**fields, "community": community}, by=by, form_id=uuid4())
    row = draft(cast)
    listing.correct(row, {"title": "排练的地方", "contact_phone": TELLER}, by=By(cast.community))
    assert (fresh(row).title, fresh(row).contact_hash) == ("排练的地方", of_phone(TELLER).phone_hash)
    steps.take(row, "publish", by=By(cast.community))
    for by in (By(cast.community), By(cast.community2)):
        with pytest.raises(Refused):
            listing.correct(fresh(row), {"title": "改"}, by=by)
