"""Volunteers, their teams, what these do, and call-outs."""

from partybuilding.teams.models.calls import Called, CallOut
from partybuilding.teams.models.teams import Activity, Membership, Shift, Team, Thanks
from partybuilding.teams.models.volunteers import Volunteer

__all__ = ["Activity", "CallOut", "Called", "Membership", "Shift", "Team", "Thanks", "Volunteer"]
