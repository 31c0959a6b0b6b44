"""A gathering is announced, changed, called off; its code is renewed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Community
from partybuilding import access
from partybuilding.access import By
from partybuilding.gatherings import following, messages
from partybuilding.gatherings.models import Gathering, new_token
from partybuilding.gatherings.services.rows import changed, check_keeper, fill_up, locked
from partybuilding.gatherings.terms import WORDS_MAX
from partybuilding.gatherings.workflow import AHEAD
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable

CHANGING = frozenset({"title", "words", "place", "starts_at", "ends_at", "places", "closes_at"})


def make(
    title: str,
    *,
    community: Community | None,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    form_id: UUID,
    by: By,
    words: str = "",
    places: int | None = None,
    closes_at: datetime | None = None,
    is_keeper: bool = False,
) -> Gathering:
    """Announce one; the same form again is the same gathering.

    Args:
        is_keeper: the calling room has asked itself whether `by` may (a team's leader announces a shift).

    Raises:
        Refused: not this community's office, or it ends before it begins.
    """
    own = community.pk if community else None
    if not is_keeper and (by.user is None or not access.keeps(by.user, own)):
        raise Refused(_("Only the office that keeps these records announces it."))
    fields = {"starts_at": starts_at, "ends_at": ends_at, "closes_at": closes_at or starts_at}
    _check_times(fields)
    row, _new = Gathering.objects.get_or_create(
        form_id=form_id,
        defaults={
            **fields,
            "title": storable(title),
            "community": community,
            "words": storable(words),
            "place": storable(place),
            "places": places,
            "made_by": by.user,
        },
    )
    return row


@transaction.atomic
def change(gathering: Gathering, *, by: By, **fields: Any) -> Gathering:
    """Change what was announced. More places go to those who wait; another time or place is told.

    Args:
        fields: some of `CHANGING`.

    Raises:
        Refused: not a keeper, over, called off, times that do not fit, fewer places than are taken, or a
            room that follows (`following`) cannot.
    """
    if unknown := set(fields) - CHANGING:
        raise TypeError(f"Not to be changed: {sorted(unknown)}")
    row = locked(gathering)
    check_keeper(row, by)
    _check_open(row)
    _check_fields(row, fields)
    new = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if not new:
        return row
    swap(row, **new)
    following.tell(row, by)
    if by.user:
        journal.note(by.user, [row], journal.CHANGE, changed(row, new))
    if new.keys() & {"starts_at", "ends_at", "place"}:
        people = row.sign_ups.filter(state__in=AHEAD).select_related("user")
        outbox.add(messages.of(messages.MOVED, row, people, occasion=str(row.version)))
    fill_up(row)
    return row


def _check_fields(row: Gathering, fields: dict[str, Any]) -> None:
    """An end of signing up that stood at the start moves with it."""
    if "starts_at" in fields and "closes_at" not in fields:
        at_start = row.closes_at == row.starts_at
        fields["closes_at"] = fields["starts_at"] if at_start else min(row.closes_at, fields["starts_at"])
    names = ("starts_at", "ends_at", "closes_at")
    _check_times({name: fields.get(name) or getattr(row, name) for name in names})
    places = fields.get("places")
    if places is not None and places < (taken := row.sign_ups.taking().count()):
        said = _("%(count)d people have a place already; fewer places are not possible.")
        raise Refused(said % {"count": taken}, field="places")


def _check_times(fields: dict[str, datetime]) -> None:
    if fields["ends_at"] <= fields["starts_at"]:
        raise Refused(_("It ends before it begins."), field="last")
    if fields["closes_at"] > fields["starts_at"]:
        raise Refused(_("Signing up ends at the latest when it begins."), field="closes_at")


def _check_open(row: Gathering) -> None:
    if row.is_off:
        raise Refused(_("It was called off."))
    if row.is_over:
        raise Refused(_("It is over."))


@transaction.atomic
def call_off(gathering: Gathering, *, why: str, by: By) -> Gathering:
    """Call it off and tell everybody who meant to come; called off twice it is told once.

    Raises:
        Refused: not a keeper, over, or without words.
    """
    row, why = locked(gathering), storable(why)[:WORDS_MAX]
    check_keeper(row, by)
    if row.is_off:
        return row
    _check_open(row)
    if not why:
        raise Refused(_("Please write why."), field="why")
    swap(row, called_off_at=clock.now(), why_off=why)
    following.tell(row, by)
    if by.user:
        journal.note(by.user, [row], journal.CHANGE, _("Called off"))
    people = row.sign_ups.filter(state__in=AHEAD).select_related("user")
    outbox.add(messages.of(messages.OFF, row, people))
    return row


@transaction.atomic
def renew_token(gathering: Gathering, *, by: By) -> Gathering:
    """Another code for the place; the old poster lets nobody in any more.

    Raises:
        Refused: not a keeper.
    """
    row = locked(gathering)
    check_keeper(row, by)
    swap(row, token=new_token())
    if by.user:
        journal.note(by.user, [row], journal.CHANGE, _("Code at the place renewed"))
    return row
