"""The demo's table: as the mockup shows it, made once."""

import pytest

from grids.locate import Place
from partybuilding.meetings.models import Meeting, Topic
from partybuilding.steward import demo, demo_rows, shown
from partybuilding.steward.models import Steward
from tests.cast import Cast
from tests.requests_app.matters import accepted
from tests.residents.factories import make_household

pytestmark = pytest.mark.django_db


def test_the_demo_stands_and_is_made_once(cast: Cast) -> None:
    for _number in range(demo_rows.VOICES):
        make_household(building=cast.building)
    ticket = accepted(cast, place=Place(cast.grid, cast.community_unit, cast.building, outside=False))
    said = [demo.load(), demo.load()]
    row = Steward.objects.get()
    assert said[0] == said[1]
    assert sorted(Meeting.objects.values_list("state", flat=True)) == ["called", "closed", "closed", "closed"]
    assert all(party.seats for party in shown.parties(row))
    assert Topic.objects.get(ticket=ticket).state == "proposed"
    last = shown.last_month(row)
    assert last
    assert (last.answered, last.at_doors, len(last.lines)) == (16, 3, 5)
    assert (row.crossings.count(), len(shown.settled(row)), len(shown.planned(row))) == (2, 5, 1)
