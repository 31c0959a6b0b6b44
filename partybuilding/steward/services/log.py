"""The property company writes down what it did; or the office does, from what it was told."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import today
from partybuilding import access
from partybuilding.access import By
from partybuilding.steward.models import ServiceEntry, ServicePicture, Steward
from partybuilding.steward.terms import WORDS_MAX, Sort
from wangguan import photos
from wangguan.photos import CleanPhoto
from wangguan.refusals import Refused
from wangguan.words import storable

BACK = timedelta(days=31)
"""So far back a service may still be entered."""
AHEAD = timedelta(days=366)


def is_of_firm(steward: Steward, by: By) -> bool:
    """Whether this is the property company's contact."""
    return bool(by.phone_hash) and by.phone_hash == steward.contact_hash and steward.ended_on is None


def enter(
    steward: Steward,
    *,
    by: By,
    sort: str,
    day: date,
    words: str,
    form_id: UUID,
    joined_by: str = "",
    pictures: Sequence[CleanPhoto] = (),
) -> ServiceEntry:
    """One service of a day, or a theme service planned; the same form again is the same entry.

    Raises:
        Refused: neither the company's contact nor the office, or a day that does not fit.
    """
    if first := ServiceEntry.objects.filter(form_id=form_id).first():
        return first
    _check(steward, by, sort, day)
    row = ServiceEntry(
        steward=steward,
        sort=sort,
        day=day,
        words=storable(words)[:WORDS_MAX],
        joined_by=storable(joined_by) if sort == Sort.THEME else "",
        by_firm=by.user is None,
        made_by=by.user,
        form_id=form_id,
    )
    kept = [photos.store(picture, ServicePicture(entry=row)) for picture in pictures]
    try:
        with transaction.atomic():
            row.save()
            for picture in kept:
                picture.entry = row
                picture.save()
    except IntegrityError:
        return ServiceEntry.objects.get(form_id=form_id)
    return row


def _check(steward: Steward, by: By, sort: str, day: date) -> None:
    keeps = by.user is not None and access.keeps(by.user, steward.community_id)
    if not keeps and not is_of_firm(steward, by):
        raise Refused(_("Only the property company and the community's office write this down."))
    if day < today() - BACK or day > today() + AHEAD:
        raise Refused(
            _("Please choose a day of the last month, or one ahead for a theme service."), field="day"
        )
    if day > today() and sort != Sort.THEME:
        raise Refused(
            _("Only a theme service is planned ahead; enter the others when they are done."), field="day"
        )
