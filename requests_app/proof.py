"""A proof that a browser worked for a matter, asked for only past the limits of `views.limits`.

The ALTCHA protocol, version 1 (https://altcha.org/docs/v2/proof-of-work/): the page gets a salt
and a hash, the browser looks for the number that makes the one of the other. Nobody solves
anything by hand, and a proof serves for one matter.
"""

import base64
import binascii
import json
from datetime import timedelta
from typing import Any

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from wangguan import clock

HARDEST = 40_000
"""The number lies below this: some 20,000 hashes, a second on a computer and three on a slow phone."""
GOOD_FOR = timedelta(minutes=20)


def challenge() -> str:
    """A fresh challenge as JSON, for the page's script."""
    made = create_challenge(
        ChallengeOptions(
            algorithm="SHA-256", max_number=HARDEST, hmac_key=_key(), expires=clock.now() + GOOD_FOR
        )
    )
    return json.dumps(
        {
            "algorithm": made.algorithm,
            "challenge": made.challenge,
            "maxnumber": HARDEST,
            "salt": made.salt,
            "signature": made.signature,
        }
    )


def is_good(payload: str) -> bool:
    """Whether `payload` (base64 of JSON) solves a challenge of ours in time; True once for each."""
    solved = _read(payload)
    if solved is None:
        return False
    right, _error = verify_solution(payload, _key(), check_expires=True)
    # `add` is atomic: of two posts with one proof, one is first.
    return right and cache.add(f"proof:{solved['challenge']}", 1, int(GOOD_FOR.total_seconds()))


def _read(payload: str) -> dict[str, Any] | None:
    """What the browser sent, if it can be read at all."""
    try:
        found = json.loads(base64.b64decode(payload, validate=True))
    except (ValueError, binascii.Error):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("challenge"), str) else None


def _key() -> str:
    return salted_hmac("requests_app.proof", settings.SECRET_KEY).hexdigest()
