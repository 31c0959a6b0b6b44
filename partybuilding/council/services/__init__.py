"""Setting up a council, and giving units their seats."""

from partybuilding.council.services.members import found, join

__all__ = ["found", "join"]
