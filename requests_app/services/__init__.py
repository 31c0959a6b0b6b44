"""What writes tickets: telling one, taking steps, answers reaching people, what falls due."""

from requests_app.services.actor import RESIDENT, SYSTEM, Actor, staff
from requests_app.services.handlers import foreseen  # importing it registers every handler
from requests_app.services.steps import take, why_not
from requests_app.services.submit import Matter, submit
from requests_app.services.verdict import add_note, give_verdict, mark_opened, mark_shown, reply

__all__ = [
    "RESIDENT",
    "SYSTEM",
    "Actor",
    "Matter",
    "add_note",
    "foreseen",
    "give_verdict",
    "mark_opened",
    "mark_shown",
    "reply",
    "staff",
    "submit",
    "take",
    "why_not",
]
