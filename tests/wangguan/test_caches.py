from collections.abc import Callable

import pytest

from wangguan import limits
from wangguan.caches import ForgivingCache
from wangguan.limits import Limit

# --- the cache's server is away ----------------------------------------------------------
QUESTIONS: dict[str, tuple[Callable[[ForgivingCache], object], object]] = {
    "get": (lambda cache: cache.get("name", "nothing"), "nothing"),
    "get_many": (lambda cache: cache.get_many(["name"]), {}),
    "add": (lambda cache: cache.add("name", 1), True),
    "set": (lambda cache: cache.set("name", 1), None),
    "set_many": (lambda cache: cache.set_many({"name": 1}), []),
    "touch": (lambda cache: cache.touch("name"), False),
    "delete": (lambda cache: cache.delete("name"), False),
    "delete_many": (lambda cache: cache.delete_many(["name"]), None),
    "has_key": (lambda cache: cache.has_key("name"), False),
    "get_or_set": (lambda cache: cache.get_or_set("name", lambda: 7), 7),
}


@pytest.fixture
def away() -> ForgivingCache:
    """A cache at whose address nobody listens."""
    return ForgivingCache("unix:///nonexistent/broker.sock?db=1", {})


@pytest.mark.parametrize("question", QUESTIONS)
def test_cache_that_is_away_answers_as_an_empty_one(away: ForgivingCache, question: str) -> None:
    ask, answer = QUESTIONS[question]
    assert ask(away) == answer


def test_counting_in_a_cache_that_is_away_finds_no_key(away: ForgivingCache) -> None:
    with pytest.raises(ValueError, match="away"):
        away.incr("name")


def test_mistakes_in_a_question_are_still_raised(away: ForgivingCache) -> None:
    with pytest.raises(TypeError):
        away.add("name", object, timeout=[])  # type: ignore[arg-type]


# --- limits while nobody counts ----------------------------------------------------------
def test_limit_lets_everybody_through_while_the_cache_is_away(
    away: ForgivingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "cache", away)
    assert [Limit("report", most=1).take("a") for _ in range(3)] == [True, True, True]


def test_limit_against_guessing_lets_nobody_through_while_the_cache_is_away(
    away: ForgivingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "cache", away)
    assert not Limit("lookup", most=5, guards=True).take("a")


def test_try_is_given_back_while_the_cache_is_away(
    away: ForgivingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "cache", away)
    Limit("report", most=1).give_back("a")


def test_limit_against_guessing_counts_as_usual_with_a_cache() -> None:
    limit = Limit("guess", most=2, guards=True)
    assert [limit.take("a") for _ in range(3)] == [True, True, False]
