"""Safety checks of venues: each item not in order becomes a request at once, and only once.

A check advises and reports; it enforces nothing (handbook §5). It is kept first; its requests are made
after it, one by one, so that one that cannot be made takes nothing with it and can be made later.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import User
from residents import access, seams
from residents.models import CheckItem, CheckResult, Finding, Venue, Visit, VisitPhoto
from residents.seams import Asked, Wording
from residents.services import visits
from residents.services.visits import Report
from residents.terms import Checked
from wangguan.photos import CleanPhoto
from wangguan.refusals import Refused
from wangguan.words import for_the_record

logger = logging.getLogger(__name__)
HEAD = gettext_lazy("%(venue)s, safety check, not in order: %(item)s")
"""The first line of the request that an item becomes."""


@dataclass(frozen=True)
class Point:
    """An item that was not in order: what was found, and the request it became, if it did."""

    item: CheckItem
    finding: Finding = field(repr=False)
    asked: Asked | None = None


def items_for(venue: Venue) -> list[CheckItem]:
    """The checklist of the venue's kind, what is still open from earlier checks first."""
    still_open = set(_open_results(venue).values_list("item", flat=True))
    kept = CheckItem.objects.filter(kind=venue.kind, is_used=True) | CheckItem.objects.filter(
        pk__in=still_open
    )
    return sorted(kept.order_by("order", "id"), key=lambda item: item.pk not in still_open)


def open_points(venue: Venue, reader: User) -> list[Point]:
    """What earlier checks found and nobody has settled, one point for each item, oldest first."""
    newest: dict[int, list[CheckResult]] = {}
    for result in _open_results(venue).select_related("item", "finding").order_by("id"):
        newest.setdefault(result.item_id, []).append(result)
    return _points(newest.values(), reader)


def points_of(visit: Visit, reader: User) -> list[Point]:
    """What this check found not in order, each with its request: its own, or that of an earlier check."""
    results = list(
        visit.results.filter(outcome=Checked.FAILED).select_related("item", "finding").order_by("id")
    )
    earlier: dict[int, list[CheckResult]] = {result.item_id: [] for result in results}
    if visit.venue:
        siblings = _open_results(visit.venue).exclude(visit=visit).filter(item__in=earlier)
        for result in siblings.select_related("item", "finding").order_by("id"):
            earlier[result.item_id].append(result)
    return _points(([*earlier[result.item_id], result] for result in results), reader)


def log(report: Report, *, actor: User) -> tuple[Visit, bool]:
    """Keep the check and make its requests; the same form again makes only those that are missing.

    Raises:
        Refused: the venue is not this person's, or has closed.
    """
    if report.venue and report.venue.closed_on and not _was_logged(report):
        raise Refused(_("This venue has closed; open it again before it is checked."))
    visit, is_new = visits.log(report, actor=actor)
    if is_new and visit.venue:
        _settle_what_is_mended(visit, visit.venue, actor)
    for point in points_of(visit, actor):
        if point.asked is None and point.finding.settled_at is None:
            _try_to_ask(point, actor)
    return visit, is_new


def ask(finding: Finding, *, actor: User) -> Asked:
    """Make the request of an item not in order, or find the one it has.

    Raises:
        Refused: not this person's venue, settled meanwhile, or it cannot be made, in a sentence.
    """
    visit = finding.visit
    if visit.venue is None or not access.may_write(actor, visit.grid):
        raise Refused(_("This venue is in another unit's care."))
    if finding.settled_at is not None:
        raise Refused(_("This is settled already."))
    item = finding.result.item
    first = next(point for point in open_points(visit.venue, actor) if point.item.pk == item.pk)
    return first.asked or seams.requests().open(finding, _wording(finding, visit.venue, item), actor=actor)


def _was_logged(report: Report) -> bool:
    return Visit.objects.filter(submission_id=report.submission_id).exists()


def _open_results(venue: Venue) -> QuerySet[CheckResult]:
    return CheckResult.objects.filter(
        visit__venue=venue, finding__isnull=False, finding__settled_at__isnull=True
    )


def _points(groups: Iterable[Sequence[CheckResult]], reader: User) -> list[Point]:
    """One point for each group of results of one item; a request that waits for an answer stands for all."""
    kept = [(group[-1], [result.finding for result in group if result.finding]) for group in groups]
    asked = seams.requests().of_findings([each for _last, found in kept for each in found], reader)
    points = []
    for last, found in kept:
        own = asked.get(found[-1].pk)
        waiting = (asked[each.pk] for each in found if each.pk in asked and not asked[each.pk].is_over)
        points.append(Point(last.item, found[-1], own or next(waiting, None)))
    return points


def _settle_what_is_mended(visit: Visit, venue: Venue, actor: User) -> None:
    """What this check found in order, and what never became a request, is open no more."""
    mended = visit.results.filter(outcome=Checked.GOOD).values("item")
    left = list(Finding.objects.open().filter(visit__venue=venue, result__item__in=mended))
    asked = seams.requests().of_findings(left, actor)
    waiting = Finding.objects.filter(pk__in=[found.pk for found in left if found.pk not in asked])
    visits.settle(waiting, by=actor)


def _try_to_ask(point: Point, actor: User) -> None:
    try:
        ask(point.finding, actor=actor)
    except (Refused, DatabaseError, OSError):
        logger.exception("no request for an item of a check", extra={"finding": point.finding.pk})


def _wording(finding: Finding, venue: Venue, item: CheckItem) -> Wording:
    """Venue, item and the worker's words, in the house's language; nobody's name or number."""
    words = for_the_record(HEAD) % {"venue": venue.name, "item": item.words}
    return Wording(
        words="\n".join(part for part in (words, finding.words) if part),
        category=item.category,
        address=venue.address,
        pictures=_pictures(finding.visit.photos.all()),
    )


def _pictures(photos: Iterable[VisitPhoto]) -> list[CleanPhoto]:
    """The photos of the check; a file that is gone does not keep the request from being made."""
    found = []
    for photo in photos:
        try:
            with photo.image.open() as image, photo.thumbnail.open() as thumbnail:
                found.append(CleanPhoto(image.read(), thumbnail.read(), photo.width, photo.height, "JPEG"))
        except FileNotFoundError:
            logger.warning("photo of a check is gone", extra={"photo": photo.pk})
    return found
