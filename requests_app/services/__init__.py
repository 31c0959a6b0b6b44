"""What writes tickets: telling one, taking steps, answers reaching people, what falls due."""

from requests_app.services import handlers as _handlers  # noqa: F401  (registers them)
from requests_app.services.actor import RESIDENT, SYSTEM, Actor, staff
from requests_app.services.steps import take, why_not
from requests_app.services.submit import Matter, same_form, submit
from requests_app.services.verdict import add_note, give_verdict, mark_opened, mark_shown

__all__ = [
    "RESIDENT",
    "SYSTEM",
    "Actor",
    "Matter",
    "add_note",
    "give_verdict",
    "mark_opened",
    "mark_shown",
    "same_form",
    "staff",
    "submit",
    "take",
    "why_not",
]
