"""What follows when a gathering is changed or called off, in the same transaction: its room moves or is free.

Higher rooms say so at start-up. A follower that refuses takes the change back with it.
"""

from collections.abc import Callable

from partybuilding.access import By
from partybuilding.gatherings.models import Gathering

Follower = Callable[[Gathering, By], None]
_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Tell this room of every change, with the gathering as it stands then; called once at start-up.

    A follower may raise `Refused`; `field` of it is one of the gathering's.
    """
    if follower not in _followers:
        _followers.append(follower)


def tell(gathering: Gathering, by: By) -> None:
    """It was changed or called off."""
    for follower in _followers:
        follower(gathering, by)
