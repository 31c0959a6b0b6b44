"""The proof of work: a task of ours, solved in time, opens the gate once."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from altcha.v1 import ChallengeOptions, create_challenge, solve_challenge

from requests_app import proof


def solved(task: dict[str, Any] | None = None) -> str:
    """What the browser sends for a task (static/js/proof.js)."""
    task = task or {**proof.challenge()}
    found = solve_challenge(task["challenge"], task["salt"], task["algorithm"], task["maxNumber"])
    assert found is not None
    answer = {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps(answer | {"number": found.number}).encode()).decode()


def test_solved_task_opens_once() -> None:
    answer = solved()
    assert [proof.spend(answer), proof.spend(answer)] == [True, False]


def test_the_same_solution_spelt_otherwise_is_burnt_too() -> None:
    answer = solved()
    other = base64.b64encode(json.dumps(json.loads(base64.b64decode(answer)) | {"more": 1}).encode()).decode()
    assert [proof.spend(answer), proof.spend(other)] == [True, False]


def test_task_of_somebody_else_opens_nothing() -> None:
    theirs = create_challenge(ChallengeOptions(max_number=100, hmac_key="theirs"))
    assert not proof.spend(solved(theirs.to_dict()))


def test_solution_that_comes_too_late_opens_nothing() -> None:
    expires = datetime.now(UTC) - timedelta(seconds=1)
    options = ChallengeOptions(max_number=100, hmac_key=proof._key(), expires=expires)
    assert not proof.spend(solved(create_challenge(options).to_dict()))


@pytest.mark.parametrize("rubbish", ["", "x", "e30=", "W10=", "bnVsbA==", "A" * 5_000])
def test_rubbish_opens_nothing(rubbish: str) -> None:
    assert not proof.spend(rubbish)
