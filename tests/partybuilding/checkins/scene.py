"""A member and a unit that checked in, and a need, for tests."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from partybuilding.access import By
from partybuilding.checkins.models import MemberCheckIn, Need, Service, UnitCheckIn
from partybuilding.checkins.services import entering, steps
from partybuilding.checkins.services.entering import Whom
from tests.cast import Cast
from wangguan import clock
from wangguan.privacy import keyed_hash

NAME, PHONE, OTHER_PHONE, CONTACT = "赵春燕", "19953710001", "19953710002", "19953719001"


def of_phone(phone: str = PHONE) -> By:
    return By(phone_hash=keyed_hash(phone))


def member_in(cast: Cast, *, phone: str = PHONE, confirmed: bool = True, **fields: Any) -> MemberCheckIn:
    given: dict[str, Any] = {
        "community": cast.community_unit,
        "grid": None,
        "unit_named": "",
        "duty": "楼道长",
        "skills": ["repair"],
        "slots": ["weekend"],
        "form_id": uuid4(),
    }
    row = entering.member_in(Whom(NAME, phone), **{**given, **fields})
    if confirmed:
        steps.take(row, "confirm", by=By(cast.community))
    return row


def unit_in(cast: Cast, *, confirmed: bool = True, **fields: Any) -> UnitCheckIn:
    given: dict[str, Any] = {
        "community": cast.community_unit,
        "contact": Whom("钱秀兰", CONTACT),
        "people": 30,
        "offers": "会议室一间。",
        "form_id": uuid4(),
    }
    row = entering.unit_in(fields.pop("name", "市中区交通局"), "organ", **{**given, **fields})
    for step in ("confirm", "begin") if confirmed else ():
        steps.take(row, step, by=By(cast.community))
    return row


def make_need(cast: Cast, *, wanted: int = 2, **fields: Any) -> Need:
    starts = fields.pop("starts_at", clock.now() + timedelta(days=3))
    given = {"title": "清理楼道", "place": "3号楼下", "community": cast.community_unit, "form_id": uuid4()}
    ends = fields.pop("ends_at", starts + timedelta(hours=2))
    return Need.objects.create(starts_at=starts, ends_at=ends, wanted=wanted, **{**given, **fields})


def served(member: MemberCheckIn, turn: str = "coming", **fields: Any) -> Service:
    """A service of yesterday in some turn."""
    day = (clock.now() - timedelta(days=1)).date()
    hours = fields.pop("hours", "2.0" if turn in ("reported", "confirmed") else None)
    row = Service.objects.create(member=member, turn=turn, day=fields.pop("day", day), hours=hours, **fields)
    row.refresh_from_db()
    return row
