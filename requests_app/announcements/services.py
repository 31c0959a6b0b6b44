"""Writing, publishing and withdrawing announcements; reading and pasting them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Grid, User
from grids.queries import serving
from grids.roles import GRID_ROLES
from requests_app.announcements import access, messages
from requests_app.announcements.models import Announcement, Place, Reader
from wangguan import clock
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.words import storable


@transaction.atomic
def write(
    *,
    by: User,
    title: str,
    text: str,
    grids: Iterable[Grid],
    publish_at: datetime | None,
    to_robot: bool,
    form_id: UUID,
) -> Announcement:
    """Keep an announcement for its moment, or send it at once (`publish_at` None or past).

    The same form again gives the first one.

    Raises:
        Refused: not in one's own grids, or to none.
    """
    chosen = _own(by, grids)
    row, is_new = Announcement.objects.get_or_create(
        form_id=form_id,
        defaults={
            "title": storable(title),
            "text": storable(text),
            "to_robot": to_robot,
            "written_by": by,
            "publish_at": publish_at or clock.now(),
        },
    )
    if is_new:
        Place.objects.bulk_create(Place(announcement=row, grid=grid) for grid in chosen)
        if row.publish_at <= clock.now():
            _publish(row)
    return row


@transaction.atomic
def change(
    announcement: Announcement,
    *,
    by: User,
    title: str,
    text: str,
    grids: Iterable[Grid],
    publish_at: datetime | None,
    to_robot: bool,
) -> Announcement:
    """Change one that has not gone out.

    Raises:
        Refused: it is out or withdrawn, or is not this person's to change.
    """
    row = _locked(announcement, by)
    chosen = _own(by, grids)
    row.title, row.text, row.to_robot = storable(title), storable(text), to_robot
    row.publish_at = publish_at or clock.now()
    row.save(update_fields=["title", "text", "to_robot", "publish_at"])
    row.places.exclude(grid__in=chosen).delete()
    Place.objects.bulk_create((Place(announcement=row, grid=grid) for grid in chosen), ignore_conflicts=True)
    if row.publish_at <= clock.now():
        _publish(row)
    return row


@transaction.atomic
def withdraw(announcement: Announcement, *, by: User) -> None:
    """Take it back: before its moment nobody is told; afterwards nobody opens it any more.

    Raises:
        Refused: it was withdrawn already, or is not this person's.
    """
    _check_own(announcement, by)
    live = Announcement.objects.filter(pk=announcement.pk, withdrawn_at__isnull=True)
    if not live.update(withdrawn_at=clock.now(), withdrawn_by=by):
        raise Refused(_("It was withdrawn already."))


def publish_due() -> int:
    """Send every announcement whose moment has come; how many went out."""
    sent = 0
    for pk in Announcement.objects.due(clock.now()).order_by("publish_at").values_list("pk", flat=True):
        with transaction.atomic():
            rows = Announcement.objects.due(clock.now()).select_for_update(skip_locked=True)
            if row := rows.filter(pk=pk).first():
                _publish(row)
                sent += 1
    return sent


def mark_read(announcement: Announcement, *, by: User) -> None:
    """Whoever it was told to has opened it; the first time counts."""
    unread = Reader.objects.filter(announcement=announcement, user=by, read_at__isnull=True)
    unread.update(read_at=clock.now())


def mark_pasted(announcement: Announcement, *, by: User) -> int:
    """This person has pasted it into the groups of the grids they serve; how many were new."""
    served = [post.grid_id for post in by.current_posts if post.grid_id]
    places = announcement.places.filter(grid__in=served, pasted_at__isnull=True)
    return places.update(pasted_at=clock.now(), pasted_by=by)


def _publish(row: Announcement) -> None:
    """To everybody who serves one of the grids today, deputies in place of those on leave."""
    now = clock.now()
    grids = list(row.grids.order_by("code"))
    people = {
        person.pk: person for _post, person in serving(*GRID_ROLES, grid__in=[grid.pk for grid in grids])
    }
    Reader.objects.bulk_create(
        (Reader(announcement=row, user=person) for person in people.values()), ignore_conflicts=True
    )
    row.published_at = now
    row.save(update_fields=["published_at"])
    drafts = messages.to_people(row, people.values())
    if row.to_robot:
        drafts += messages.to_robots(row, grids)
    outbox.add(drafts)


def _own(by: User, grids: Iterable[Grid]) -> list[Grid]:
    wanted = {grid.pk for grid in grids}
    open_ = list(access.grids_open_to(by).filter(pk__in=wanted)) if access.may_write(by) else []
    if not wanted:
        raise Refused(_("Choose at least one grid."), field="grids")
    if len(open_) != len(wanted):
        raise Refused(_("You announce in your own grids only."), field="grids")
    return open_


def _check_own(announcement: Announcement, by: User) -> None:
    """Whoever wrote it, and whoever may write to every grid it goes to."""
    if announcement.written_by_id == by.pk and access.may_write(by):
        return
    beyond = announcement.grids.exclude(pk__in=access.grids_open_to(by))
    if not access.may_write(by) or beyond.exists():
        raise Refused(_("This announcement is another office's."))


def _locked(announcement: Announcement, by: User) -> Announcement:
    _check_own(announcement, by)
    row = Announcement.objects.select_for_update().get(pk=announcement.pk)
    if not row.is_waiting:
        raise Refused(_("It has gone out or was withdrawn meanwhile; it cannot be changed any more."))
    return row
