"""Who stands before which door of the register, for tests from the outside."""

from django.test import Client

from tests.cast import Cast

STRANGERS = ("worker2", "community2", "leader_beside")
"""In the room, but these people are not theirs: nothing is to be found there."""
WITHOUT_NAMES = ("dispatcher", "director", "instructor", "specialist", "auditor")
"""In the room for the figures alone."""
OUTSIDE = ("parttime", "department")
"""Not in the room."""


def status(client: Client, cast: Cast, who: str, address: str, *, post: bool = False) -> int:
    """What somebody gets at an address."""
    client.force_login(getattr(cast, who))
    return (client.post(address) if post else client.get(address)).status_code
