"""Items come onto the lists: entered by an office, told by a resident, offered by a unit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Community
from partybuilding import access
from partybuilding.access import By
from partybuilding.checkins.models import Unit, UnitCheckIn
from partybuilding.claims import messages
from partybuilding.claims.access import is_contact
from partybuilding.claims.models import Item
from partybuilding.claims.services.checks import publishable
from partybuilding.claims.terms import Origin, Sort
from partybuilding.claims.workflow import State
from wangguan import journal
from wangguan.notify import outbox
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused
from wangguan.swap import swap

Fields = Mapping[str, Any]
"""Columns of an item, as a form cleaned them."""


@transaction.atomic
def enter(fields: Fields, *, by: By, form_id: UUID) -> Item:
    """An office enters an item of its community (of the street: None); it is not published yet.

    Raises:
        Refused: not this office's community.
    """
    if first := Item.objects.filter(form_id=form_id).first():
        return first
    community: Community | None = fields["community"]
    if by.user is None or not access.keeps(by.user, community.pk if community else None):
        raise Refused(_("Only those who keep this list enter items."), field="community")
    item, is_new = Item.objects.get_or_create(form_id=form_id, defaults={**fields, "made_by": by.user})
    if is_new:
        journal.note(by.user, [item], journal.ADDITION, str(item.get_sort_display()))
    return item


def correct(item: Item, fields: Fields, *, by: By) -> None:
    """An item is put in better words before it is published.

    Raises:
        Refused: not this office's, or published already.
        MovedMeanwhile: somebody else changed it since it was read.
    """
    if by.user is None or not access.keeps(by.user, item.community_id):
        raise Refused(_("Only those who keep this list correct items."))
    if item.state != State.DRAFT:
        raise Refused(_("It is published. Take it off the list and enter it anew."))
    if item.unit_id and fields.get("sort", item.sort) != Sort.RESOURCE:
        raise Refused(_("What a unit offers stands on the list of resources."), field="sort")
    phone = fields.get("contact_phone", item.contact_phone)
    with transaction.atomic():
        swap(item, **{**fields, "contact_hash": keyed_hash(phone)})
        journal.note(by.user, [item], journal.CHANGE, str(State.DRAFT.label))


@transaction.atomic
def tell(fields: Fields, *, by: By, form_id: UUID) -> Item:
    """A resident tells a need, under the phone they entered with; the community's office is told.

    Raises:
        Refused: a stranger, another phone, or words that lead to a person.
    """
    if first := Item.objects.filter(form_id=form_id).first():
        return first
    if not by.phone_hash or keyed_hash(fields["contact_phone"]) != by.phone_hash:
        raise Refused(_("Please give the number you entered with."), field="contact_phone")
    return _kept({**fields, "sort": Sort.NEED, "source": Origin.RESIDENT}, form_id)


@transaction.atomic
def offer(unit: Unit, fields: Fields, *, by: By, form_id: UUID) -> Item:
    """A unit that has checked in offers a resource; those who keep the list publish it.

    Raises:
        Refused: not this unit's contact, not checked in, or words that lead to a person.
    """
    if first := Item.objects.filter(form_id=form_id).first():
        return first
    if not is_contact(by, unit) or not UnitCheckIn.objects.here().filter(unit=unit).exists():
        raise Refused(_("Your unit's check-in is not confirmed yet."))
    return _kept({**fields, "sort": Sort.RESOURCE, "source": Origin.UNIT, "unit": unit}, form_id)


def _kept(fields: Fields, form_id: UUID) -> Item:
    publishable(Item(**fields))
    item, is_new = Item.objects.get_or_create(form_id=form_id, defaults=dict(fields))
    if is_new:
        outbox.add(messages.to_keepers(messages.TO_PUBLISH, item, "new"))
    return item
