from requests_app.models.answer import Answer, AnswerKind, Reached, Verdict
from requests_app.models.calendar import CalendarDay, CalendarYear
from requests_app.models.category import Category, UrgencyRule
from requests_app.models.event import EventText, TicketEvent
from requests_app.models.follow import Follow, FollowKind
from requests_app.models.photo import Photo
from requests_app.models.publication import Publication
from requests_app.models.reminder import LedgerDay, Reminder, ReminderKind
from requests_app.models.request import OpenRequest
from requests_app.models.standard_text import StandardText, TextStep
from requests_app.models.ticket import OpenRequestKind, Ticket

__all__ = [
    "Answer",
    "AnswerKind",
    "CalendarDay",
    "CalendarYear",
    "Category",
    "EventText",
    "Follow",
    "FollowKind",
    "LedgerDay",
    "OpenRequest",
    "OpenRequestKind",
    "Photo",
    "Publication",
    "Reached",
    "Reminder",
    "ReminderKind",
    "StandardText",
    "TextStep",
    "Ticket",
    "TicketEvent",
    "UrgencyRule",
    "Verdict",
]
