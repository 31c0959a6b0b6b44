"""What is typed in the room of meetings."""

from partybuilding.meetings.forms.following import (
    ACTIONS_AT_ONCE,
    ActionForm,
    DoneForm,
    JudgeForm,
    MinutesForm,
    OfficeTopicForm,
    OneActionForm,
    OutcomeForm,
    ReplyForm,
    TicketForm,
    TopicForm,
    WordsForm,
)
from partybuilding.meetings.forms.tables import BodyForm, MeetingForm, SeatForm

__all__ = [
    "ACTIONS_AT_ONCE",
    "ActionForm",
    "BodyForm",
    "DoneForm",
    "JudgeForm",
    "MeetingForm",
    "MinutesForm",
    "OfficeTopicForm",
    "OneActionForm",
    "OutcomeForm",
    "ReplyForm",
    "SeatForm",
    "TicketForm",
    "TopicForm",
    "WordsForm",
]
