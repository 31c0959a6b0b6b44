"""A resident asks to see, correct or delete what is kept of them (PIPL art. 44–50).

Whoever knows the people of the grid takes the request; the community answers, within `Policy.rights_days`
working days. Deleting is making anonymous at once, unless something by law or still open stands against it.
"""

import logging
from collections.abc import Iterator
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.models import User, today
from grids.queries import people_of
from grids.roles import COMMUNITY_ROLES
from residents import access, messages, rhythm
from residents.models import CarePlan, Errand, Finding, Policy, Resident, RightsRequest
from residents.services import anonymise, care
from residents.services.consents import withdraw
from residents.services.people import leave
from residents.services.record import note
from residents.services.unmask import unmask
from residents.terms import CareBasis, EntryKind, LeftHow, RightsKind, RightsState, Secret
from wangguan import clock
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.words import for_the_record, storable
from wangguan.workdays import current_calendar

logger = logging.getLogger(__name__)

PHOTOS_AT_ONCE = 500


def take(resident: Resident, *, kind: RightsKind, actor: User, words: str = "") -> tuple[RightsRequest, bool]:
    """Write down what somebody asks and tell the community, or find what is open already; True when new.

    Raises:
        Refused: the person's home is not this person's.
    """
    grid = resident.household.dwelling.grid
    if not access.may_write(actor, grid):
        raise Refused(_("This household is in another unit's care."))
    due_on = rhythm.look_by(today(), calendar=current_calendar(), within=Policy.current().rights_days)
    try:
        with transaction.atomic():
            asked = RightsRequest.objects.create(
                resident=resident, kind=kind, words=storable(words), taken_by=actor, due_on=due_on
            )
            others = [
                person for person in people_of(*COMMUNITY_ROLES, community=grid.community) if person != actor
            ]
            context = {"key": asked.pk, "due_on": due_on.isoformat()}
            outbox.add(
                draft for person in others for draft in messages.to(person, "rights_new", asked.pk, context)
            )
            return asked, True
    except IntegrityError:
        if first := resident.rights_requests.filter(kind=kind, state=RightsState.OPEN).first():
            return first, False
        raise


def look(asked: RightsRequest, *, actor: User, reason: str) -> Resident:
    """The person with everything in the open; a look at phone and ID number is written down first, and why.

    Raises:
        TooMany: the hour's looks are used up.
        Refused: not this person's to answer, answered already, or the reason says too little.
    """
    resident = asked.resident
    _check_may_answer(asked, actor)
    if asked.state != RightsState.OPEN:
        raise Refused(_("This request has been answered already."))
    kept = {Secret.PHONE: resident.phone, Secret.ID_NUMBER: resident.id_number}
    with transaction.atomic():
        for secret, value in kept.items():
            if value:
                unmask(resident, secret, reason, actor)
    logger.info("kept data shown", extra={"request_about_data": asked.pk, "user": actor.pk})
    return resident


# --- answers -----------------------------------------------------------------------------
@transaction.atomic
def grant(asked: RightsRequest, *, actor: User, answer: str) -> None:
    """It is done, and how: shown, handed over, corrected. What is to be deleted goes through `delete`.

    Raises:
        Refused: not this person's to answer, or answered already.
    """
    row = _held(asked, actor)
    if row.kind == RightsKind.DELETE:
        raise Refused(_("Nothing has been deleted yet. Delete it, or refuse with the reason."))
    _answer(row, RightsState.GRANTED, actor, answer)


@transaction.atomic
def refuse(asked: RightsRequest, *, actor: User, reason: str) -> None:
    """It is not done, and why, in words that the resident can take further (PIPL art. 50).

    Raises:
        Refused: not this person's to answer, or answered already.
    """
    _answer(_held(asked, actor), RightsState.REFUSED, actor, reason)


@transaction.atomic
def delete(asked: RightsRequest, *, actor: User) -> None:
    """Make the person anonymous now. They leave the register; their home stays if others live in it.

    Raises:
        Refused: not this person's to answer, answered already, no request to delete, or something stands
            against it.
    """
    row = _held(asked, actor)
    if row.kind != RightsKind.DELETE:
        raise Refused(_("This request does not ask for anything to be deleted."))
    resident = Resident.objects.select_for_update(of=("self",)).get(pk=row.resident_id)
    if reasons := list(against(resident, but=row)):
        raise Refused(" ".join(reasons))
    household = resident.household
    _take_out(resident, actor)
    _answer(row, RightsState.GRANTED, actor, for_the_record(_("Deleted.")))
    anonymise.people([resident])
    note(EntryKind.ERASED, by=actor, household=household, resident=resident, on=today())
    care.reckon(household)
    transaction.on_commit(partial(anonymise.photos, PHOTOS_AT_ONCE), robust=True)


def against(resident: Resident, *, but: RightsRequest | None = None) -> Iterator[str]:
    """What stands against deleting: a duty by law, or something that is still open for this person.

    The sentences go to the resident; of a care plan they say no more than that there is one.
    """
    if CarePlan.objects.open().filter(resident=resident, basis=CareBasis.DUTY).exists():
        yield _("The street has a duty by law to care for this person; while it lasts, the record is kept.")
    theirs = Q(visit__resident=resident) | Q(
        visit__resident__isnull=True, visit__household=resident.household_id
    )
    if Finding.objects.open().filter(theirs).exists():
        yield _("A request out of a visit is still open; it has to be settled first.")
    if Errand.objects.open().filter(resident=resident).exists():
        yield _("An errand for this person is under way; it has to be finished or cancelled first.")
    others = resident.rights_requests.open()
    if (others.exclude(pk=but.pk) if but else others).exists():
        yield _("Another request of this person about their data is open; answer that one first.")


def _take_out(resident: Resident, actor: User) -> None:
    """Consents end, and the person leaves the register today; the home goes with its last one."""
    for given in resident.consents.filter(withdrawn_on__isnull=True):
        withdraw(given, actor=actor, on=max(today(), given.given_on))
    if resident.is_here:
        leave(resident, how=LeftHow.MISTAKE, actor=actor, version=resident.version, on=today())


def _held(asked: RightsRequest, actor: User) -> RightsRequest:
    """The open request, locked until its answer is written."""
    row = RightsRequest.objects.select_for_update(of=("self",)).with_person().get(pk=asked.pk)
    _check_may_answer(row, actor)
    if row.state != RightsState.OPEN:
        raise Refused(_("This request has been answered already."))
    return row


def _check_may_answer(asked: RightsRequest, actor: User) -> None:
    if not access.may_answer_rights(actor, asked.resident.household.dwelling.grid):
        raise Refused(_("Requests about one's own data are answered by the community."))


def _answer(row: RightsRequest, state: RightsState, actor: User, answer: str) -> None:
    row.state, row.answer = state, storable(answer)
    row.answered_by, row.answered_at = actor, clock.now()
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
