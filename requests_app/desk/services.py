"""What the desk writes: named filters, the log of exports, duty in series, hand-over notes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Community, DutyShift, User
from requests_app import waiting
from requests_app.desk import messages
from requests_app.desk.models import HandOver, HandOverRead, ListExport, SavedFilter
from requests_app.desk.roster import night_of
from requests_app.desk.terms import MOST_FILTERS, MOST_NUMBERS
from requests_app.models import Ticket
from requests_app.queries import watched
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.words import storable


def record_export(by: User, page: str, filters: str, rows: int) -> None:
    """Write down that somebody took a list out."""
    ListExport.objects.create(by=by, page=page, filters=filters, rows=rows)


# --- named filters -------------------------------------------------------------------------
def save_filter(user: User, *, page: str, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name; the same name again is renewed.

    Raises:
        Refused: there are too many already.
    """
    with transaction.atomic():
        own = SavedFilter.objects.select_for_update().filter(user=user, page=page)
        if own.exclude(name=name).count() >= MOST_FILTERS:
            raise Refused(_("You have %(most)d filters here. Delete one first.") % {"most": MOST_FILTERS})
        kept, _is_new = SavedFilter.objects.update_or_create(
            user=user, page=page, name=name, defaults={"query": query}
        )
        return kept


def rename_filter(kept: SavedFilter, name: str) -> None:
    """Raises: Refused: another filter of this list has the name."""
    try:
        with transaction.atomic():
            SavedFilter.objects.filter(pk=kept.pk).update(name=name)
    except IntegrityError:
        raise Refused(_("Another filter has this name."), field="name") from None


def open_with(kept: SavedFilter, *, wanted: bool) -> None:
    """Let the list open with this filter, and with no other; or with none."""
    with transaction.atomic():
        own = SavedFilter.objects.select_for_update().filter(user=kept.user_id, page=kept.page)
        list(own)
        own.update(is_default=False)
        own.filter(pk=kept.pk).update(is_default=wanted)


# --- duty ----------------------------------------------------------------------------------
def add_series(
    people: Sequence[User], *, community: Community | None, first: date, last: date, by: User
) -> tuple[int, list[date]]:
    """Shifts for the nights and free days from `first` to `last`, these people in turn.

    Days that have a shift of this unit in that time already are left alone and returned.
    """
    made: list[DutyShift] = []
    left: list[date] = []
    with transaction.atomic():
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        spans = {day: night_of(day) for day in days}
        taken = _taken(community, spans[days[0]][0], spans[days[-1]][1])
        for day, (starts_at, ends_at) in spans.items():
            if any(start < ends_at and end > starts_at for start, end in taken):
                left.append(day)
                continue
            person = people[len(made) % len(people)]
            made.append(DutyShift(user=person, community=community, starts_at=starts_at, ends_at=ends_at))
        DutyShift.objects.bulk_create(made)
        journal.note(by, made, journal.ADDITION, _("Added in a series"))
    return len(made), left


def _taken(community: Community | None, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    rows = DutyShift.objects.filter(community=community, starts_at__lt=end, ends_at__gt=start)
    return list(rows.values_list("starts_at", "ends_at"))


def swap(one: int, other: int, *, seen: dict[int, int], by: User) -> None:
    """Let two people change shifts; `seen` is shift → person as the page showed it.

    Raises:
        Refused: somebody changed one of them meanwhile, or it has begun.
    """
    with transaction.atomic():
        rows = {
            row.pk: row
            for row in DutyShift.objects.select_for_update().filter(pk__in=[one, other]).order_by("pk")
        }
        if len(rows) != 2 or any(row.user_id != seen.get(key) for key, row in rows.items()):
            raise Refused(_("Somebody changed these shifts meanwhile. This is how they stand now."))
        if any(row.ends_at <= clock.now() for row in rows.values()):
            raise Refused(_("A shift that is over cannot be swapped."))
        first, second = rows[one], rows[other]
        said = {"one": str(first.user), "other": str(second.user)}
        first.user, second.user = second.user, first.user
        for row in (first, second):
            row.save(update_fields=["user"])
        swapped = _("Swapped between %(one)s and %(other)s") % said
        journal.note(by, [first, second], journal.CHANGE, swapped)


# --- hand-over -----------------------------------------------------------------------------
def hand_over(by: User, *, to: User, words: str, community: Community | None) -> HandOver:
    """Leave a note to the next shift, with what is open and burns at this moment, and tell its reader."""
    with transaction.atomic():
        note = HandOver.objects.create(
            by=by, to=to, community=community, words=storable(words), numbers=burning(by)
        )
        outbox.add([messages.to_successor(note)])
    return note


def burning(user: User) -> list[str]:
    """Numbers of what this office, or who is on duty, has to keep an eye on: late, due soon, urgent.

    Never of complaints about staff.
    """
    now = clock.now()
    seen = Ticket.objects.visible_to(user)
    ours = waiting.of_office(user, seen) if user.is_staff else seen.filter(watched(user))
    ours = ours.filter(about_staff=False)
    late = ours.filter(waiting.burns(now)).order_by("due_at", "id")
    return list(late.values_list("number", flat=True)[:MOST_NUMBERS])


def confirm_read(note: HandOver) -> None:
    """The next person has read it; a second press changes nothing."""
    HandOverRead.objects.get_or_create(note=note)
