"""Short ways to tell the same trouble several times, and to look at how it was grouped."""

from datetime import timedelta
from typing import Any

from grids.locate import Place
from requests_app.models import Category, Ticket
from requests_app.repeats.models import Group, Trace
from requests_app.repeats.services import grouping
from requests_app.services import Import, Matter, Settled, keep_settled
from requests_app.workflow import Source
from tests.cast import Cast
from tests.requests_app.matters import told
from wangguan import clock

NOISE = "夜里十二点以后楼下烧烤店还在放音乐，老人孩子睡不着"


def again(cast: Cast, days_ago: float = 0, **fields: Any) -> Ticket:
    """The same noise, told so many days ago by another phone each time unless one is given."""
    number = Ticket.objects.count()
    fields = {"description": NOISE, "contact_phone": f"1380001{number:04}"} | fields
    with clock.at(clock.now() - timedelta(days=days_ago)):
        return told(cast, **fields)


def settled_at_the_hotline(cast: Cast) -> Ticket:
    """The same noise, told to the hotline two days ago and answered there."""
    told_at = clock.now() - timedelta(days=2)
    came = Import(told_at)
    place = Place(grid=cast.grid, community=cast.community_unit, building=None, outside=False)
    matter = Matter(NOISE, place, source=Source.HOTLINE, reporter=cast.dispatcher, came=came)
    return keep_settled([Settled(matter, "已约谈店家。", told_at + timedelta(days=1))])[0]


def at_building(cast: Cast) -> Place:
    return Place(grid=cast.grid, community=cast.community_unit, building=cast.building, outside=False)


def kind(code: str) -> Category:
    return Category.objects.get(code=code)


def grouped(*tickets: Ticket) -> Group:
    """Group what is there; the one group."""
    grouping.group_new()
    return Group.objects.get(size__gte=2)


def parts() -> set[frozenset[int]]:
    """How the tickets are divided: only groups of two and more."""
    found: dict[int, set[int]] = {}
    for key, group in Trace.objects.filter(group__isnull=False).values_list("pk", "group"):
        found.setdefault(group, set()).add(key)
    return {frozenset(members) for members in found.values()}
