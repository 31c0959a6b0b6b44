"""What every service of this room asks before it writes."""

from django.utils.translation import gettext as _

from partybuilding.claims.models import Item
from partybuilding.claims.terms import Sort
from partybuilding.claims.workflow import Seat, Step
from requests_app import publicity
from requests_app.publicity import Kind
from wangguan.refusals import Refused

PUBLIC = ("title", "words", "amount", "place", "served")
"""Columns of an item that everybody reads."""


def allow(step: Step, state: str, held: frozenset[Seat], note: str = "") -> None:
    """Refuse, in a sentence, a step that is not this person's, does not start here, or lacks its words."""
    if not step.who & held:
        raise Refused(_("This is not yours to do."))
    if state not in step.starts:
        raise Refused(_("This is not possible any more; please look at the page again."))
    if step.needs_note and not note:
        raise Refused(_("Please write it in a sentence."), field="note")


def publishable(item: Item) -> None:
    """Refuse words that lead to a person. The room number of a unit's own hall may stand."""
    for name in PUBLIC:
        own_door = name == "place" and item.sort == Sort.RESOURCE
        plain(getattr(item, name), field=name, doors=own_door)


def plain(text: str, *, field: str, doors: bool = False) -> None:
    """Refuse a text in which a phone, an ID number, a door, a plate or a name stands."""
    for span in publicity.found(text):
        if not (doors and span.kind == Kind.DOOR):
            said = _("“%(what)s” may lead to a person, and everybody reads this. Please leave it out.")
            raise Refused(said % {"what": text[span.start : span.end]}, field=field)
