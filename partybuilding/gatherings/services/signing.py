"""Signing up and off: a place while there are some, else the waiting list; nobody is there twice."""

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.gatherings import access, kinds, messages
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.queries import SignUpQuerySet
from partybuilding.gatherings.services.rows import fill_up, has_place, locked, step
from partybuilding.gatherings.terms import NAME_MAX
from partybuilding.gatherings.workflow import STEPS, State
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.words import storable

__all__ = ["Whom", "cancel", "own", "sign_up"]


def own(gathering: Gathering, whom: Whom) -> SignUp | None:
    """The row of this person at this gathering."""
    rows: SignUpQuerySet = gathering.sign_ups.select_related("user", "gathering")
    found = rows.of_user(whom.user) if whom.user else rows.of_phone(whom.phone_hash)
    return found.first()


@transaction.atomic
def sign_up(gathering: Gathering, whom: Whom, *, by: By) -> SignUp:
    """Sign somebody up; twice is once, and whoever signed off stands at the end again.

    Raises:
        Refused: not themselves and not a keeper, not meant for them, closed, over or called off.
    """
    row = locked(gathering)
    keeps = access.keeps(by, row)
    _check_may(row, whom, by, keeps=keeps)
    found = own(row, whom)
    if found and found.state != State.CANCELLED:
        return found
    _check_open(row, keeps=keeps)
    kept = _enter(row, whom, found)
    if keeps and not whom.is_(by):
        _tell(row, kept, by)
    return kept


def _check_may(gathering: Gathering, whom: Whom, by: By, *, keeps: bool) -> None:
    if not whom.user and not (whom.phone and whom.name.strip()):
        raise Refused(_("Please give a name and a mobile number."), field="name")
    if keeps:
        return
    if not whom.is_(by):
        raise Refused(_("This is not yours to do."))
    if not kinds.admits(by, gathering):
        raise Refused(_("This is not meant for you."))


def _check_open(gathering: Gathering, *, keeps: bool) -> None:
    """Keepers enter people by hand until it is over; others until signing up ends."""
    if gathering.is_off:
        raise Refused(_("It was called off."))
    if gathering.is_over:
        raise Refused(_("It is over."))
    if not keeps and not gathering.is_open:
        raise Refused(_("Signing up has ended."))


def _enter(gathering: Gathering, whom: Whom, found: SignUp | None) -> SignUp:
    """Under the lock: those who wait go first, so a place is free only where nobody does."""
    waits = gathering.sign_ups.filter(state=State.WAITING).exists() and not gathering.has_begun
    free = has_place(gathering) and not waits
    if found:
        step(found, "again" if free else "queue", queued_at=clock.now())
        return found
    name = storable(whom.name)[:NAME_MAX]
    person = {"user": whom.user} if whom.user else {"name": name, "phone": whom.phone}
    return SignUp.objects.create(
        gathering=gathering, state=State.SIGNED if free else State.WAITING, queued_at=clock.now(), **person
    )


def _tell(gathering: Gathering, kept: SignUp, by: By) -> None:
    """Whoever was entered by somebody else hears of the place."""
    if kept.state == State.SIGNED and not gathering.has_begun:
        outbox.add(messages.of(messages.PLACE, gathering, [kept], occasion=str(kept.version)))
    if by.user:
        journal.note(by.user, [gathering], journal.CHANGE, _("Somebody was signed up by hand"))


@transaction.atomic
def cancel(sign_up: SignUp, *, by: By) -> SignUp:
    """Give a place up, or leave the waiting list; the first who waits gets the place and hears of it.

    Raises:
        Refused: not theirs, or it has begun.
    """
    gathering = locked(sign_up.gathering)
    row = SignUp.objects.select_related("user").get(pk=sign_up.pk)
    row.gathering = gathering
    if not access.seats(by, row) & STEPS["cancel"].who:
        raise Refused(_("This is not yours to do."))
    if row.state == State.CANCELLED:
        return row
    if gathering.has_begun or gathering.is_off:
        raise Refused(_("It has begun or was called off; there is nothing to give up."))
    step(row, "cancel")
    fill_up(gathering)
    return row
