"""What is typed about volunteers, teams, shifts and call-outs."""

from partybuilding.teams.forms.calls import AreaForm, CallForm, EndForm
from partybuilding.teams.forms.parts import HoursField
from partybuilding.teams.forms.teams import ActivityForm, ShiftForm, ThanksForm
from partybuilding.teams.forms.volunteers import (
    AbleForm,
    LeaveForm,
    LetterForm,
    NarrowForm,
    PlaceForm,
    VolunteerForm,
)

__all__ = [
    "AbleForm",
    "ActivityForm",
    "AreaForm",
    "CallForm",
    "EndForm",
    "HoursField",
    "LeaveForm",
    "LetterForm",
    "NarrowForm",
    "PlaceForm",
    "ShiftForm",
    "ThanksForm",
    "VolunteerForm",
]
