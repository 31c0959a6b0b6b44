"""Short ways to tell a matter and to take it somewhere."""

from typing import Any

from grids.locate import Place
from requests_app.models import Ticket
from requests_app.services import SYSTEM, Matter, staff, submit, take
from tests.cast import Cast

PHONE = "13800000099"


def told(cast: Cast, **fields: Any) -> Ticket:
    """A matter told in the cast's grid; `grid=None` for the community's desk, `place=` for elsewhere."""
    place = fields.pop("place", None) or Place(
        grid=fields.pop("grid", cast.grid), community=cast.community_unit, building=None, outside=False
    )
    fields = {"description": "楼道灯不亮，老人晚上看不清。", "contact_phone": PHONE} | fields
    ticket, _is_new = submit(Matter(place=place, consent=True, **fields))
    return ticket


def accepted(cast: Cast, **fields: Any) -> Ticket:
    ticket = told(cast, **fields)
    take(ticket, "accept", by=staff(cast.worker))
    return ticket


def resolved(cast: Cast, **fields: Any) -> Ticket:
    ticket = accepted(cast, **fields)
    take(ticket, "resolve", by=staff(cast.worker), answer="您好，灯已经换好。")
    return ticket


def answered(cast: Cast, **fields: Any) -> Ticket:
    ticket = resolved(cast, **fields)
    take(ticket, "answer", by=SYSTEM, how="sms")
    return ticket
