"""Duties of the cast: the community's is owned by its leader, the street's by its director."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from grids.models import Line, User
from partybuilding.duties.models import Duty, Turn
from partybuilding.duties.services.steps import take
from partybuilding.duties.services.turns import lay_out
from partybuilding.duties.terms import Period, Tier
from tests.cast import Cast
from wangguan import clock

YEAR = 2026
MARCH = datetime(YEAR, 3, 24, 9, tzinfo=timezone.get_default_timezone())
"""A week before the first quarter ends."""
APRIL = MARCH + timedelta(days=8)
"""The day after it ended."""


def duty(cast: Cast, **fields: Any) -> Duty:
    """A quarterly item of the first community, laid out for its year."""
    common: dict[str, Any] = {
        "year": YEAR,
        "tier": Tier.POST,
        "community": cast.community_unit,
        "item": "每季度召开联席会",
        "evidence": "会议纪要",
        "owner": cast.community_leader,
        "period": Period.QUARTER,
    }
    with clock.at(MARCH):
        row = Duty.objects.create(**common | fields)
        lay_out(row)
    return row


def street_duty(cast: Cast, **fields: Any) -> Duty:
    common: dict[str, Any] = {"tier": Tier.FIRST, "community": None, "owner": cast.director}
    return duty(cast, **common | fields)


def turn(cast: Cast, **fields: Any) -> Turn:
    """The only turn of a fresh duty, due on 31 March."""
    return first(duty(cast, **{"period": Period.ONCE, "once_on": date(YEAR, 3, 31)} | fields))


def first(row: Duty) -> Turn:
    return row.turns.select_related("duty").order_by("due_on")[0]


def reported(cast: Cast, **fields: Any) -> Turn:
    row = turn(cast, **fields)
    take(row, "report", by=row.duty.owner, words="已召开，纪要附后")
    return row


def party_section(cast: Cast) -> User:
    """The cast's section, answering for party building."""
    cast.section.sections = [Line.PARTY]
    cast.section.save(update_fields=["sections"])
    return cast.section


def days(row: Duty) -> list[date]:
    return list(row.turns.order_by("due_on").values_list("due_on", flat=True))
