"""A proof of work in place of a puzzle: the browser counts for a second or two, the person does nothing.

The protocol is ALTCHA's (altcha.org): find the number that, written behind a salt, has a given
SHA-256. `MOST` numbers are tried at worst; the slow phone of somebody of seventy does 60,000 in a
second, so that it takes her two seconds at the most and half of that as a rule. It stops nobody;
it makes a thousand matters cost an hour. A proof is good for one matter: it is burnt when used.
"""

import base64
import json
from datetime import timedelta

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache

from wangguan import clock

MOST = 100_000
GOOD_FOR = timedelta(minutes=20)
LONGEST = 1_000
"""Characters of a proof; ours have less than half of it."""


def challenge() -> dict[str, str | int]:
    """A fresh task for the browser (static/js/proof.js): algorithm, challenge, maxNumber, salt, signature."""
    options = ChallengeOptions(max_number=MOST, hmac_key=_key(), expires=clock.now() + GOOD_FOR)
    return create_challenge(options).to_dict()


def spend(proof: str) -> bool:
    """Whether `proof` solves a task of ours in time; a second call with the same one says no."""
    try:
        solution = json.loads(base64.b64decode(proof[:LONGEST], validate=True))
        is_right, _why = verify_solution(solution, _key(), check_expires=True)
    except Exception:  # whatever a stranger sends in its place
        return False
    # The task is burnt, however its solution is spelt; `add` lets one of two at once through.
    return is_right and cache.add(f"proof:{solution['signature']}", 1, GOOD_FOR.total_seconds())


def _key() -> str:
    return f"proof:{settings.HASH_KEY}"
