"""A community's table with three seats, and its meetings, for tests."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings.models import Action, Body, Meeting, Seat, Topic
from partybuilding.meetings.services import attending, meetings, tables, topics
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.services.topics import Proposal
from tests.cast import Cast
from wangguan import clock
from wangguan.privacy import keyed_hash

PHONE, OTHER_PHONE, STRANGER = "19953720001", "19953720002", "19953720009"
NAME = "孙长林"


def of_phone(phone: str = PHONE) -> By:
    return By(phone_hash=keyed_hash(phone))


def keeper(cast: Cast) -> By:
    return By(cast.community)


def table(cast: Cast, kind: str = "steward", **fields: Any) -> Body:
    given = {"name": "九区红色管家", "community": cast.community_unit, "by": keeper(cast)}
    return tables.found(kind=kind, **{**given, **fields})


def seats(cast: Cast, body: Body) -> tuple[Seat, Seat, Seat]:
    """The grid's worker for the branch, and two by phone: the property company, the owners' committee."""
    by = keeper(cast)
    branch = tables.seat(body, Sitting("branch", user=cast.worker, may_chair=True), by=by)
    firm = tables.seat(body, Sitting("property", "安居物业", name=NAME, phone=PHONE), by=by)
    owners = tables.seat(body, Sitting("owners", name="李秀英", phone=OTHER_PHONE), by=by)
    return branch, firm, owners


def planned(cast: Cast, body: Body, *, days: int = 10, **fields: Any) -> Meeting:
    given = {"starts_at": clock.now() + timedelta(days=days), "place": "党群服务中心", "form_id": uuid4()}
    return meetings.plan(body, by=keeper(cast), **{**given, **fields})


def held(cast: Cast, body: Body, *came: Seat, **fields: Any) -> Meeting:
    """Under way; these seats came."""
    meeting = planned(cast, body, **{"days": 0, **fields})
    meetings.open_(meeting, by=keeper(cast))
    for seat in came:
        attending.mark(meeting, seat, came=True, by=keeper(cast))
    return meeting


def topic(cast: Cast, body: Body, meeting: Meeting | None = None, **fields: Any) -> Topic:
    """Laid on the table; with a meeting, on its agenda."""
    row = topics.propose(body, Proposal(**{"title": "12 号楼楼道灯换了又坏", **fields}), by=keeper(cast))
    if meeting:
        topics.put_on(row, meeting, by=keeper(cast), words="急")
    return row


def action(cast: Cast, row: Topic, *, days: int = 7, **fields: Any) -> Action:
    """The topic is decided, and this is to be done."""
    given: dict[str, Any] = {"words": "换灯换线", "due_on": today() + timedelta(days=days)}
    new = NewAction(**{**given, **fields})
    topics.decide(row, outcome="全区楼道查一遍。", actions=[new], by=keeper(cast))
    return row.actions.get()
