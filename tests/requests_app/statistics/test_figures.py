"""Every figure against a slow, plain recomputation, over random months with all the edges."""

import random
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from grids.models import Line
from requests_app.models import Category, Ticket
from requests_app.statistics import read
from requests_app.statistics.models import Cell, Fact, Happening, Touched
from requests_app.statistics.read import Where
from requests_app.statistics.services import rebuild, roll
from requests_app.statistics.spans import Span, Step
from requests_app.workflow import Level, Source
from tests.cast import Cast
from tests.requests_app.statistics import slow
from tests.requests_app.statistics.month import LAST, SHANGHAI, make_categories, make_month
from wangguan import clock

pytestmark = pytest.mark.django_db

SEED = 1
WHOLE = Span(date(2023, 12, 1), date(2024, 3, 31))
SPANS = (
    WHOLE,
    Span.month(date(2024, 2, 5)),
    Span.month(date(2024, 1, 5)),
    Span.day(date(2024, 2, 29)),
    Span.day(date(2023, 12, 31)),
    Span(date(2023, 12, 31), date(2024, 1, 1)),
    Span.week(date(2024, 2, 29)),
)


@pytest.fixture
def month(cast: Cast) -> datetime:
    """A random month, rolled up at its end; the moment of the roll. Dear, so each test asks much of it."""
    make_categories()
    make_month(cast, random.Random(SEED))
    with clock.at(LAST):
        roll(step=7)
    return LAST


def rows() -> list[list[tuple[object, ...]]]:
    """Everything counted, without keys of its own."""
    return [
        sorted(model.objects.values_list(*(f.name for f in model._meta.fields if f.name != "id")), key=str)
        for model in (Fact, Happening, Cell)
    ]


@pytest.mark.parametrize("seed", [2, 3])
def test_every_figure_is_what_a_slow_count_finds(cast: Cast, seed: int) -> None:
    make_categories()
    make_month(cast, random.Random(seed))
    with clock.at(LAST):
        roll(step=7)
    assert [read.figures(span) for span in SPANS] == [slow.figures(span, LAST) for span in SPANS]


def test_each_dimension_and_filter_as_a_slow_count(month: datetime, cast: Cast) -> None:
    _check_dimensions(month)
    _check_filters(month, cast)


def _check_dimensions(month: datetime) -> None:
    columns = {"community": "community_id", "grid": "grid_id", "category": "category_id"}
    for dimension, column in (*columns.items(), ("source", "source"), ("level", "level"), ("line", "line")):
        for row in read.by(dimension, WHOLE):
            wanted = partial(_has, column, row.key or None)
            assert (dimension, row.label, row.numbers) == (
                dimension, row.label, slow.figures(WHOLE, month, wanted=wanted),
            )  # fmt: skip


def _has(column: str, value: object, ticket: Ticket) -> bool:
    return bool(getattr(ticket, column) == value)


def _check_filters(month: datetime, cast: Cast) -> None:
    lamp = Category.objects.get(code="6-1")
    where = Where(
        communities=(cast.community_unit.pk,),
        categories=(lamp.pk, Category.objects.get(code="6-2").pk),
        sources=(Source.WEB, Source.QR),
        levels=(Level.GRID, Level.STREET),
    )

    def wanted(ticket: Ticket) -> bool:
        return (
            ticket.community_id in where.communities
            and ticket.category_id in where.categories
            and ticket.source in where.sources
            and ticket.level in where.levels
        )

    assert read.figures(WHOLE, where) == slow.figures(WHOLE, month, wanted=wanted)
    livelihood = Where(lines=(Line.LIVELIHOOD,))
    assert read.figures(WHOLE, livelihood) == slow.figures(
        WHOLE, month, wanted=lambda ticket: ticket.line == Line.LIVELIHOOD
    )


def test_series_rolls_and_rebuilds_agree(month: datetime) -> None:
    for step in Step:
        pieces = read.series(step, WHOLE)
        assert sum((numbers for _, numbers in pieces), read.Numbers()) == read.figures(WHOLE)
        assert pieces[1][1] == read.figures(pieces[1][0])
    rolled = rows()
    with clock.at(month):
        assert (roll(), rows(), Touched.objects.count()) == (0, rolled, 0)
        rebuild()
    assert rows() == rolled
    _check_later(month + timedelta(days=12, hours=3))


def _check_later(later: datetime) -> None:
    """Matters fall due with no write; a roll and a rebuild both see it."""
    with clock.at(later):
        roll()
        rolled = rows()
        rebuild()
    assert rows() == rolled
    assert read.figures(WHOLE) == slow.figures(WHOLE, later)


def test_rolling_all_along_is_rolling_once(cast: Cast) -> None:
    make_categories()
    rng = random.Random(7)
    for _ in range(3):
        make_month(cast, rng, tickets=8, moves=20)
        with clock.at(datetime(2024, 1, 15, 12, tzinfo=SHANGHAI)):
            roll(step=3)
    with clock.at(LAST):
        roll()
        rolled = rows()
        rebuild()
    assert rows() == rolled
