"""Showing one masked field: for a reason, written down for good, so many an hour (handbook §7)."""

import logging
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from grids.models import Grid, User
from residents.models import Policy, Resident, Unmasking, Venue
from residents.terms import Secret
from wangguan import auditlog, clock
from wangguan.refusals import Refused
from wangguan.words import storable

logger = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
SHORTEST, LONGEST = 4, 200
"""Characters of a reason."""


class TooMany(Refused):
    """This person looked at as many fields in this hour as the street allows; `again_at` says when to try."""

    def __init__(self, most: int, again_at: datetime) -> None:
        self.again_at = again_at
        super().__init__(
            _(
                "You have looked at %(most)d numbers within an hour, as many as the street allows. "
                "You can look again at %(at)s."
            )
            % {"most": most, "at": f"{timezone.localtime(again_at):%H:%M}"}
        )

    @property
    def wait(self) -> int:
        """Seconds until then."""
        return max(1, ceil((self.again_at - clock.now()).total_seconds()))


def unmask(whose: Resident | Venue, field: Secret, reason: str, actor: User) -> str:
    """The field in the open, after the look was written down.

    Raises:
        TooMany: the hour's looks are used up; nothing was written.
        Refused: not within this person's reach, nothing is on record, or the reason says too little.
    """
    value, grid = _value(whose, field), _grid(whose)
    if not _is_within_reach(whose, actor):
        raise Refused(_("This household is in another unit's care."))
    if not value:
        raise Refused(_("Nothing is on record here."))
    reason = storable(reason)
    if len(reason) < SHORTEST:
        raise Refused(_("Say why in at least four characters."), field="reason")
    with transaction.atomic():
        # One look after another: two phones of one person cannot both be the last that is allowed.
        User.objects.select_for_update(no_key=True).only("pk").get(pk=actor.pk)
        _check_limit(actor)
        Unmasking.objects.create(
            by=actor,
            by_title=_title(actor, grid)[:120],
            resident=whose if isinstance(whose, Resident) else None,
            venue=whose if isinstance(whose, Venue) else None,
            grid=grid,
            field=field,
            reason=reason[:LONGEST],
        )
        about = f"{whose._meta.label_lower}:{whose.pk}"
        auditlog.write(auditlog.Kind.UNMASKED, actor=actor, subject=about, detail={"field": str(field)})
    logger.info("unmasked", extra={"field": str(field), "user": actor.pk})
    return value


def _value(whose: Resident | Venue, field: Secret) -> str:
    if isinstance(whose, Resident):
        return {Secret.PHONE: whose.phone, Secret.ID_NUMBER: whose.id_number}[field]
    return whose.contact_phone if field == Secret.PHONE else ""


def _grid(whose: Resident | Venue) -> Grid:
    return whose.household.dwelling.grid if isinstance(whose, Resident) else whose.grid


def _is_within_reach(whose: Resident | Venue, actor: User) -> bool:
    model = type(whose)
    return model.objects.visible_to(actor).filter(pk=whose.pk).exists()


def _check_limit(actor: User) -> None:
    most, now = Policy.current().unmaskings_per_hour, clock.now()
    lately = Unmasking.objects.filter(by=actor, at__gt=now - HOUR).order_by("-at", "-pk")
    # The look that has to grow an hour old before there is room for another.
    oldest = lately.values_list("at", flat=True)[most - 1 : most].first()
    if oldest:
        raise TooMany(most, oldest + HOUR)


def _title(actor: User, grid: Grid) -> str:
    """As what somebody looked: their post at this grid or above it, else their first."""
    posts = actor.current_posts
    near = [post for post in posts if post.grid_id == grid.pk or post.community_id == grid.community_id]
    with override(settings.LANGUAGE_CODE):
        return (near or posts)[0].title if posts else ""
