"""Who was there, and for how many hours: by the code at the place, or by the hand of a keeper."""

import hmac
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.gatherings import kinds
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.services.rows import check_keeper, has_place, locked, step
from partybuilding.gatherings.services.signing import own
from partybuilding.gatherings.terms import MOST_HOURS, NAME_MAX
from partybuilding.gatherings.workflow import State, Via
from wangguan import clock, journal
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable

STEP = Decimal("0.1")


@transaction.atomic
def check_in(gathering: Gathering, *, token: str, whom: Whom) -> SignUp:
    """Somebody scanned the code at the place; a second scan changes nothing.

    Whoever has no place gets in only while there are some.

    Raises:
        Refused: an old code, too early or late, called off, not meant for them, or full.
    """
    row = locked(gathering)
    _check_door(row, token)
    found = own(row, whom)
    if found and found.state == State.ATTENDED:
        return found
    if found and found.state == State.ABSENT:
        raise Refused(_("You were entered as not there; please speak to whoever leads this."))
    if found and found.state == State.SIGNED:
        step(found, "arrive", attended_at=clock.now(), via=Via.QR)
        return found
    if not kinds.admits(By(whom.user, whom.phone_hash), row):
        raise Refused(_("This is not meant for you."))
    if not has_place(row):
        raise Refused(_("Every place is taken; please speak to whoever leads this."))
    return _walk_in(row, whom, found)


def _check_door(gathering: Gathering, token: str) -> None:
    if not hmac.compare_digest(gathering.token.encode(), token.encode()):
        raise Refused(_("This code is not valid any more; please scan the one at the place."))
    if gathering.is_off:
        raise Refused(_("It was called off."))
    if not gathering.lets_in:
        raise Refused(_("You can check in from one hour before it begins until one hour after it ends."))


def _walk_in(gathering: Gathering, whom: Whom, found: SignUp | None) -> SignUp:
    here: dict[str, Any] = {"attended_at": clock.now(), "via": Via.QR}
    if found:
        step(found, "arrive", **here)
        return found
    if not whom.user and not (whom.phone and whom.name.strip()):
        raise Refused(_("Please give a name and a mobile number."), field="name")
    name = storable(whom.name)[:NAME_MAX]
    person = {"user": whom.user} if whom.user else {"name": name, "phone": whom.phone}
    return SignUp.objects.create(gathering=gathering, state=State.ATTENDED, **here, **person)


@transaction.atomic
def mark(sign_up: SignUp, *, attended: bool, by: By, hours: Decimal | None = None) -> SignUp:
    """Enter by hand whether somebody was there, and for how many hours; corrects what stood there.

    Args:
        hours: None leaves confirmed hours as they are; whoever was not there has none.

    Raises:
        Refused: not a keeper, not begun yet, called off, or hours that cannot be.
    """
    gathering = locked(sign_up.gathering)
    check_keeper(gathering, by)
    row = SignUp.objects.select_related("user", "gathering").get(pk=sign_up.pk)
    _check_begun(gathering)
    if attended:
        _mark_there(row, by, hours)
    elif row.state != State.ABSENT:
        none = dict.fromkeys(("attended_at", "hours", "hours_confirmed_by", "hours_confirmed_at"))
        step(row, "absent", via="", **none)
    if by.user:
        journal.note(
            by.user,
            [gathering],
            journal.CHANGE,
            _("Attendance: %(state)s") % {"state": row.get_state_display()},
        )
    return row


def _mark_there(row: SignUp, by: By, hours: Decimal | None) -> None:
    confirmed = _confirmed(hours, by) if hours is not None else {}
    if row.state != State.ATTENDED:
        step(row, "attended", attended_at=clock.now(), via=Via.BY_HAND, **confirmed)
    elif confirmed:
        swap(row, **confirmed)


def _check_begun(gathering: Gathering) -> None:
    if gathering.is_off:
        raise Refused(_("It was called off."))
    if not gathering.has_begun:
        raise Refused(_("It has not begun yet."))


def _confirmed(hours: Decimal, by: By) -> dict[str, Any]:
    if not STEP <= hours <= MOST_HOURS or hours != hours.quantize(STEP):
        raise Refused(_("Hours lie between 0.1 and 24, with one decimal."), field="hours")
    return {"hours": hours, "hours_confirmed_by": by.user, "hours_confirmed_at": clock.now()}


@transaction.atomic
def confirm_hours(gathering: Gathering, *, hours: Decimal, by: By) -> int:
    """Give everybody who was there, and has no confirmed hours yet, these hours; how many.

    Raises:
        Refused: not a keeper, not begun yet, called off, or hours that cannot be.
    """
    row = locked(gathering)
    check_keeper(row, by)
    _check_begun(row)
    waiting = list(row.sign_ups.attended().filter(hours__isnull=True))
    for sign_up in waiting:
        swap(sign_up, **_confirmed(hours, by))
    if by.user and waiting:
        said = _("Hours confirmed: %(count)d × %(hours)s") % {"count": len(waiting), "hours": hours}
        journal.note(by.user, [row], journal.CHANGE, said)
    return len(waiting)
