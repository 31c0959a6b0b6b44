"""Needs, resources and projects on the three lists, who claims them, and how far they got."""

from partybuilding.claims.models.carried import Milestone, Picture, Rating
from partybuilding.claims.models.claim import Claim
from partybuilding.claims.models.item import Item

__all__ = ["Claim", "Item", "Milestone", "Picture", "Rating"]
