"""How far each unit is with its list of a year: counts of turns, each with its definition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import User
from partybuilding.duties.models import Turn
from partybuilding.duties.workflow import State

DEFINITIONS = (
    (
        gettext_lazy("Due by now"),
        gettext_lazy("Turns whose day is today or over; cancelled ones are left out."),
    ),
    (
        gettext_lazy("Reported done"),
        gettext_lazy("Of those due: said to be done by the owner, checked or not."),
    ),
    (
        gettext_lazy("Checked"),
        gettext_lazy("Of those due: looked at by whoever keeps the list, and found good."),
    ),
    (gettext_lazy("Late"), gettext_lazy("The day is over and nothing was reported.")),
)


@dataclass(frozen=True)
class UnitCounts:
    """One unit's turns; `key` is the community's, empty for the street."""

    key: int | None
    name: str
    due: int
    done: int
    checked: int
    late: int


def by_unit(user: User, year: int, on: date) -> list[UnitCounts]:
    """What `user` may see of the year's list: the street, then communities by their codes. One query."""
    due = Q(due_on__lte=on) & ~Q(state=State.CANCELLED)
    rows = (
        Turn.objects.visible_to(user)
        .filter(duty__year=year)
        .values("duty__community", "duty__community__name")
        .annotate(
            due=Count("pk", filter=due),
            done=Count("pk", filter=due & Q(state__in=(State.DONE, State.CHECKED))),
            checked=Count("pk", filter=due & Q(state=State.CHECKED)),
            late=Count("pk", filter=Q(state=State.PLANNED, due_on__lt=on)),
        )
        .order_by(F("duty__community__code").asc(nulls_first=True))
    )
    return [_counts(row) for row in rows]


def _counts(row: Mapping[str, Any]) -> UnitCounts:
    numbers = {name: row[name] for name in ("due", "done", "checked", "late")}
    name = row["duty__community__name"] or _("Street")
    return UnitCounts(key=row["duty__community"], name=name, **numbers)
