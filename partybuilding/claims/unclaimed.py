"""What nobody has claimed: for the office's page, for keepers, and for the joint council."""

from datetime import date, datetime, time

from django.utils import timezone

from grids.models import Community
from partybuilding.claims.models import Item
from partybuilding.claims.queries import ItemQuerySet
from partybuilding.claims.terms import UNCLAIMED_AFTER


def unclaimed(community: Community | None, on: date) -> ItemQuerySet:
    """Items that at the end of `on` had been published and left alone for fourteen days, longest first.

    Args:
        community: only its own; None: of every community and of the whole street.
    """
    end = timezone.make_aware(datetime.combine(on, time.max))
    rows = Item.objects.unclaimed_since(end - UNCLAIMED_AFTER).order_by("open_since", "pk")
    return rows.filter(community=community) if community else rows
