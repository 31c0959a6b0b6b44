"""Somebody of one community learns nothing of another's small numbers, whatever they ask."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from grids.locate import Place
from grids.models import Community, Grid
from requests_app.models import Ticket
from requests_app.services import staff, take
from requests_app.statistics.services import roll
from tests.cast import Cast
from tests.factories import make_community, make_grid
from tests.requests_app.matters import told
from wangguan import clock

pytestmark = pytest.mark.django_db
PAGE = "/admin/statistics/"
MONTH = datetime.fromisoformat("2024-02-15T10:00:00+08:00")
WHOLE_MONTH = "first=2024-02-01&last=2024-02-29"


def matters(place: Community, grid: Grid | None, number: int, *, at: datetime = MONTH) -> list[Ticket]:
    with clock.at(at):
        return [_one(place, grid) for _ in range(number)]


def _one(place: Community, grid: Grid | None) -> Ticket:
    from requests_app.services import Matter, submit

    where = Place(grid=grid, community=place, building=None, outside=False)
    return submit(Matter(place=where, description="楼道灯不亮，晚上看不清。", consent=True))[0]


def questions(cast: Cast) -> Iterator[str]:
    """Spans down to a day, every filter, and attempts to ask for the others."""
    foreign = (f"community={cast.community_unit2.pk}", f"grid={cast.grid_far.pk}")
    filters = ("", "line=livelihood", "level=grid", "source=web", f"community={cast.community_unit.pk}")
    spans = (WHOLE_MONTH, "first=2024-02-15&last=2024-02-15", "first=2024-01-01&last=2024-12-31", "span=30")
    for span in spans:
        for extra in (*filters, *foreign):
            yield f"{PAGE}?{span}&{extra}"
            yield f"{PAGE}behind/?measure=arrived&{span}&{extra}"


def pages(client: Client, cast: Cast) -> list[str]:
    """Everything that can be read, less what differs from one moment to the next."""
    return [
        re.sub(r'nonce="[^"]*"|<time[^>]*>[^<]*</time>', "", client.get(address).content.decode())
        for address in questions(cast)
    ]


def test_no_question_tells_of_anothers_matters(client: Client, cast: Cast) -> None:
    """The pages stay the same whatever happens in the other community, as long as it is little."""
    matters(cast.community_unit, cast.grid, 12)
    roll()
    client.force_login(cast.community_leader)
    before = pages(client, cast)
    for ticket in matters(cast.community_unit2, cast.grid_far, 9):
        with clock.at(MONTH + timedelta(hours=1)):
            take(ticket, "contact", by=staff(cast.director), how="phone")
    roll()
    assert pages(client, cast) == before


def test_the_street_beside_tells_only_of_the_rest_together(client: Client, cast: Cast) -> None:
    """Which of the other communities had them makes no difference."""
    third = make_community(code="370103015999", name="第三社区")
    grid = make_grid(community=third)
    matters(cast.community_unit, cast.grid, 12)
    moved = matters(cast.community_unit2, cast.grid_far, 3)
    matters(cast.community_unit2, cast.grid_far, 8)
    matters(third, grid, 2)
    roll()
    client.force_login(cast.community_leader)
    before = pages(client, cast)
    assert client.get(f"{PAGE}?{WHOLE_MONTH}").context["street_is_shown"]
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in moved]).update(community=third, grid=grid)
    roll()
    assert pages(client, cast) == before


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (WHOLE_MONTH, True),
        ("first=2024-02-01&last=2024-02-28", False),
        (f"{WHOLE_MONTH}&level=grid", False),
        ("span=month", False),
    ],
)
def test_the_street_stands_beside_whole_months_alone(
    client: Client, cast: Cast, asked: str, shown: bool
) -> None:
    matters(cast.community_unit, cast.grid, 12)
    matters(cast.community_unit2, cast.grid_far, 10)
    roll()
    client.force_login(cast.community_leader)
    page = client.get(f"{PAGE}?{asked}")
    assert page.context["street_is_shown"] == shown
    assert [card.street is not None for card in page.context["three"]] == [shown, False, False]


def test_a_community_sees_its_own_and_is_not_offered_others(client: Client, cast: Cast) -> None:
    matters(cast.community_unit, cast.grid, 2)
    matters(cast.community_unit2, cast.grid_far, 5)
    roll()
    client.force_login(cast.community)
    page = client.get(f"{PAGE}?{WHOLE_MONTH}")
    assert page.context["numbers"].arrived == 2
    assert cast.community_unit2.name not in page.content.decode()
    assert client.get(f"{PAGE}?{WHOLE_MONTH}&community={cast.community_unit2.pk}").status_code == 422


def test_who_may_not_see_the_matters_sees_the_number(client: Client, cast: Cast) -> None:
    ticket = told(cast)
    Ticket.objects.filter(pk=ticket.pk).update(held_by=[])
    roll()
    client.force_login(cast.community)
    page = client.get(f"{PAGE}behind/?measure=arrived")
    assert (page.context["number"], page.context["rows"]) == (1, [])


def test_the_street_sees_all(client: Client, cast: Cast) -> None:
    matters(cast.community_unit2, cast.grid_far, 1)
    roll()
    client.force_login(cast.auditor)
    assert client.get(f"{PAGE}?{WHOLE_MONTH}").context["numbers"].arrived == 1
    assert date(2024, 2, 1) == client.get(f"{PAGE}?{WHOLE_MONTH}").context["span"].first
