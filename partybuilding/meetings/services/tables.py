"""Setting up a table, giving and ending seats."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Community, User, today
from partybuilding import access
from partybuilding.access import By
from partybuilding.meetings.access import meet
from partybuilding.meetings.models import Body, Seat
from partybuilding.meetings.services.checks import keeper
from partybuilding.meetings.terms import BodyKind, Side
from partybuilding.organisations.models import Organisation
from wangguan import journal
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused


@dataclass(frozen=True)
class Sitting:
    """Who takes a seat, for whom and how long: `user`, or `name` and `phone`."""

    side: str
    unit: str = ""
    title: str = ""
    user: User | None = None
    name: str = ""
    phone: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    may_chair: bool = False

    def columns(self) -> dict[str, Any]:
        """As the row has them; without a first day it begins today."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**given, "starts_on": self.starts_on or today()}


@transaction.atomic
def found(
    *,
    kind: str,
    name: str,
    community: Community | None,
    by: By,
    organisation: Organisation | None = None,
    ahead_days: int | None = None,
) -> Body:
    """Set up a table.

    Raises:
        Refused: not this person's community, or a table of this name stands already.
    """
    if by.user is None or not access.keeps(by.user, community.pk if community else None):
        raise Refused(_("You set up tables of your own community only."))
    days = BodyKind(kind).ahead_days if ahead_days is None else ahead_days
    body = Body(kind=kind, name=name, community=community, organisation=organisation, ahead_days=days)
    _save(body, "name")
    journal.note(by.user, [body], journal.ADDITION, body.name)
    return body


@transaction.atomic
def seat(body: Body, sitting: Sitting, *, by: By) -> Seat:
    """Give somebody a seat, the last around the table; the very same seat again is that one.

    Raises:
        Refused: not this person's table, a side that has no seat there, or nobody is named.
    """
    user = keeper(meet(by, body))
    if Side(sitting.side) not in BodyKind(body.kind).parties:
        raise Refused(_("This side has no seat at such a table."), field="side")
    Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    columns = sitting.columns()
    if first := _given_already(body, columns):
        return first
    last = body.seats.order_by("-place").values_list("place", flat=True).first()
    row = Seat(body=body, place=(last or 0) + 1, **columns)
    _save(row, "phone")
    journal.note(user, [row], journal.ADDITION, row.side_of)
    return row


def _given_already(body: Body, columns: dict[str, Any]) -> Seat | None:
    """The seat with all of this, down to the day it ends; names and phones are ciphertext."""
    told = {name: value for name, value in columns.items() if name not in ("name", "phone")}
    return body.seats.filter(**told, phone_hash=keyed_hash(columns["phone"])).first()


@transaction.atomic
def vacate(row: Seat, *, on: date, by: By) -> None:
    """A seat ends on this day; what it took on stays with its unit.

    Raises:
        Refused: not this person's table, or a day before the first.
    """
    user = keeper(meet(by, row.body))
    row.ends_on = on
    _save(row, "ends_on")
    journal.note(user, [row], journal.CHANGE, f"{row.side_of}: {on.isoformat()}")


@transaction.atomic
def end(body: Body, *, on: date, by: By) -> None:
    """The table meets no more; what it agreed is still followed.

    Raises:
        Refused: not this person's table, or a meeting is still to come.
    """
    user = keeper(meet(by, body))
    if body.meetings.ahead().exists():
        raise Refused(_("A meeting is still to come; hold it or call it off first."))
    Body.objects.filter(pk=body.pk).update(ended_on=on)
    body.ended_on = on
    journal.note(user, [body], journal.CHANGE, on.isoformat())


def _save(row: Body | Seat, field: str) -> None:
    """Raises: Refused: something of it does not fit; the sentence is the column's own."""
    try:
        with transaction.atomic():
            row.full_clean()
            row.save()
    except ValidationError as error:
        named = next(iter(error.message_dict))
        raise Refused(" ".join(error.messages), field=field if named == "__all__" else named) from error
    except IntegrityError as error:
        raise Refused(_("There is a table of this name."), field=field) from error
