"""What writes tickets: telling one, taking steps, answers reaching people, what falls due."""

from requests_app.services.actor import RESIDENT, SYSTEM, Actor, staff
from requests_app.services.following import follow, stop_following
from requests_app.services.handlers import foreseen  # importing it registers every handler
from requests_app.services.past import Settled, keep_settled
from requests_app.services.steps import take, why_not
from requests_app.services.submit import Import, Matter, same_form, submit
from requests_app.services.verdict import add_note, give_verdict, mark_opened, mark_shown, reply

__all__ = [
    "RESIDENT",
    "SYSTEM",
    "Actor",
    "Import",
    "Matter",
    "Settled",
    "add_note",
    "follow",
    "foreseen",
    "give_verdict",
    "keep_settled",
    "mark_opened",
    "mark_shown",
    "reply",
    "same_form",
    "staff",
    "stop_following",
    "submit",
    "take",
    "why_not",
]
