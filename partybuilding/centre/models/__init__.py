"""Service centres: their rooms and hours, who has booked them, and what goes on there."""

from partybuilding.centre.models.activity import Activity
from partybuilding.centre.models.booking import Booking
from partybuilding.centre.models.places import Centre, Closure, Opening, Room

__all__ = ["Activity", "Booking", "Centre", "Closure", "Opening", "Room"]
