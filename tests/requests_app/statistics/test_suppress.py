"""Nothing hidden can be computed from what is shown."""

from collections.abc import Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.figures import FEWEST, Rate
from requests_app.statistics import suppress

COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=3)
RATES = st.lists(
    st.integers(0, 14).flatmap(lambda whole: st.integers(0, whole).map(lambda part: Rate(part, whole))),
    min_size=1,
    max_size=5,
)


def test_small_counts_take_the_smallest_other_with_them() -> None:
    assert suppress.cells([3, 0, 7, 20]) == [None, 0, None, 20]


def test_without_a_total_only_small_ones_go() -> None:
    assert suppress.cells([3, 0, 7, 20], total=False) == [None, 0, 7, 20]


def test_equal_ones_go_together() -> None:
    assert suppress.cells([4, 7, 7]) == [None, None, None]


def test_where_nothing_else_is_left_the_total_goes() -> None:
    assert (suppress.hides_total([2, 0]), suppress.hides_total([2, 6]), suppress.hides_total([0])) == (
        True, False, False,
    )  # fmt: skip


def _seen(counts: Sequence[int], most: int) -> tuple[object, ...]:
    """All that a reader knows: the shown counts, and the total where it stands beside them."""
    assert all(count <= most for count in counts)
    total = None if suppress.hides_total(counts) else sum(counts)
    return (*suppress.cells(counts), total)


@settings(deadline=None)
@given(COUNTS)
def test_a_reader_who_knows_the_rule_cannot_tell_a_hidden_count(counts: list[int]) -> None:
    """Every table that looks the same is tried: each small hidden count differs in one of them."""
    most = max(*counts, 6)
    seen = _seen(counts, most)
    ranges: list[Sequence[int]] = [
        range(most + 1) if shown is None else [shown] for shown in suppress.cells(counts)
    ]
    alike = [table for table in product(*ranges) if _seen(table, most) == seen]
    hidden = [index for index, shown in enumerate(seen[:-1]) if shown is None]
    assert all(len({table[index] for table in alike}) > 1 for index in hidden)


@settings(deadline=None, max_examples=60)
@given(RATES)
def test_a_hidden_part_is_never_the_total_less_the_others(rows: list[Rate]) -> None:
    shown, total = suppress.rates(rows)
    hidden = [index for index, row in enumerate(shown) if row is None]
    small = [index for index, row in enumerate(rows) if 0 < row.whole < FEWEST]
    assert set(small) <= set(hidden)
    if not total:
        return
    left = sum(row.part for row in rows) - sum(row.part for row in shown if row)
    wholes = [rows[index].whole for index in hidden]
    fitting = [parts for parts in product(*(range(w + 1) for w in wholes)) if sum(parts) == left]
    for place, index in enumerate(hidden):
        assert index not in small or len({parts[place] for parts in fitting}) > 1


def test_enough_everywhere_hides_nothing() -> None:
    rows = [Rate(9, 10), Rate(12, 20)]
    assert suppress.rates(rows) == (rows, True)


def test_the_next_smaller_goes_with_a_single_small_one() -> None:
    rows = [Rate(9, 20), Rate(2, 4), Rate(7, 11)]
    assert suppress.rates(rows) == ([Rate(9, 20), None, None], True)


def test_where_all_is_full_the_total_goes() -> None:
    assert suppress.rates([Rate(20, 20), Rate(4, 4)]) == ([None, None], False)
