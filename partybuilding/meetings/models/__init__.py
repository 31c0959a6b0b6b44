"""Tables with seats, meetings with invitations, topics with voices, actions with what happened to them."""

from partybuilding.meetings.models.action import Action, Entry, Picture
from partybuilding.meetings.models.meeting import Invitation, Meeting
from partybuilding.meetings.models.table import Body, Seat
from partybuilding.meetings.models.topic import Topic, Voice

__all__ = ["Action", "Body", "Entry", "Invitation", "Meeting", "Picture", "Seat", "Topic", "Voice"]
