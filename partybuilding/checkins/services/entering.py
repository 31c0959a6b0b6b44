"""Units and members check in; the community's office is told and confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Community, Grid
from partybuilding import access
from partybuilding.checkins import messages
from partybuilding.checkins.models import MemberCheckIn, Unit, UnitCheckIn
from partybuilding.door.already import Known
from wangguan.notify import outbox
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused


@dataclass(frozen=True)
class Whom:
    """A name and the phone it is reached at."""

    name: str
    phone: str


def unit_in(
    name: str, kind: str, *, community: Community, contact: Whom, people: int, offers: str, form_id: UUID
) -> UnitCheckIn:
    """A unit checks in; the same form again is the same check-in.

    Whoever types the name of a known unit does not become its contact; the street's section changes that.

    Raises:
        Refused: this unit has checked in to this community already.
    """
    if first := UnitCheckIn.objects.filter(form_id=form_id).first():
        return first
    try:
        with transaction.atomic():
            unit, _is_new = Unit.objects.get_or_create(
                name=name,
                defaults={"kind": kind, "contact_name": contact.name, "contact_phone": contact.phone},
            )
            row = UnitCheckIn.objects.create(
                unit=unit, community=community, people=people, offers=offers, form_id=form_id
            )
            outbox.add(messages.of_submitted(row, access.keepers_of(community.pk)))
            return row
    except IntegrityError:
        raise Refused(_("This unit has checked in to this community already."), field="name") from None


def member_in(
    whom: Whom,
    *,
    community: Community,
    grid: Grid | None,
    unit_named: str,
    duty: str,
    skills: Sequence[str],
    slots: Sequence[str],
    form_id: UUID,
) -> MemberCheckIn:
    """A member checks in where they live; the same form again is the same check-in.

    Raises:
        Known: somebody with this phone has checked in already.
    """
    if first := MemberCheckIn.objects.filter(form_id=form_id).first():
        return first
    try:
        with transaction.atomic():
            row = MemberCheckIn.objects.create(
                community=community,
                grid=grid,
                unit=Unit.objects.filter(name=unit_named).first() if unit_named else None,
                unit_named=unit_named,
                name=whom.name,
                phone=whom.phone,
                duty=duty,
                skills=list(skills),
                slots=list(slots),
                form_id=form_id,
            )
            outbox.add(messages.of_submitted(row, access.keepers_of(community.pk)))
            return row
    except IntegrityError:
        said = _("Somebody with this phone has checked in already. Enter with your phone to see it.")
        raise Known(said, field="phone") from None


def known_as(phone: str) -> bool:
    """Whether somebody with this phone has checked in and not withdrawn."""
    return MemberCheckIn.objects.standing().filter(phone_hash=keyed_hash(phone)).exists()
