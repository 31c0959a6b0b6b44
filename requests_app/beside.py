"""What rooms above show on a ticket's page and do from the list: whistles, supervision, repeats.

They register at start-up.

A source answers for one ticket with a panel or None, in one query if it can. What staff see may depend
on the reader; what the resident sees depends on nothing but the ticket.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from grids.models import User
    from requests_app.models import Ticket


@dataclass(frozen=True)
class Panel:
    """A part of a page: `template` is rendered with `context` under the name `panel`."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ListAction:
    """Something to begin from matters chosen in the admin's list.

    Attributes:
        label: as the list's menu says it; begins with a verb.
        address: the page that takes the matters of these numbers.
        may: whether it is offered to this person.
        most: matters at once.
    """

    name: str
    label: "str | Promise"
    address: "Callable[[Sequence[str]], str]"
    may: "Callable[[User], bool]"
    most: int


ForStaff = Callable[["Ticket", "User"], Panel | None]
ForResident = Callable[["Ticket"], Panel | None]

_for_staff: list[ForStaff] = []
_for_resident: list[ForResident] = []
_actions: dict[str, ListAction] = {}


def register(*, for_staff: ForStaff | None = None, for_resident: ForResident | None = None) -> None:
    """Offer panels; called once in `AppConfig.ready`, in the order in which they stand on the page."""
    if for_staff and for_staff not in _for_staff:
        _for_staff.append(for_staff)
    if for_resident and for_resident not in _for_resident:
        _for_resident.append(for_resident)


def offer(action: ListAction) -> None:
    """Put an action into the list's menu; called once in `AppConfig.ready`."""
    _actions[action.name] = action


def actions(user: "User") -> list[ListAction]:
    """What this person may begin from the list."""
    return [action for action in _actions.values() if action.may(user)]


def panels(ticket: "Ticket", user: "User") -> list[Panel]:
    """What stands beside the ticket for this member of the staff, who may see it."""
    return [panel for source in _for_staff if (panel := source(ticket, user))]


def resident_panels(ticket: "Ticket") -> list[Panel]:
    """What stands beside the ticket for whoever holds its address."""
    return [panel for source in _for_resident if (panel := source(ticket))]
