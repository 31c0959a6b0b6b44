"""How the interface says no, in a word (RFC 9457)."""

from typing import Any


def problem(answer: Any) -> tuple[int, str, list[str]]:
    """Status, media type, and the names of what has to be mended."""
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, answer["Content-Type"], sorted(body.get("errors", {}))


def refused(*names: str) -> tuple[int, str, list[str]]:
    """A 400 about these fields."""
    return 400, "application/problem+json", sorted(names)
