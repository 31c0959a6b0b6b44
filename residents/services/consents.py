"""What residents agreed to: written down, and withdrawn as easily as it was given (PIPL art. 15)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User
from residents.models import Consent, Resident
from residents.services import care
from residents.services.people import check_day, check_may_write
from residents.services.record import note
from residents.terms import ConsentHow, ConsentPurpose, EntryKind
from wangguan.refusals import Refused


@transaction.atomic
def consent(
    resident: Resident, *, purpose: ConsentPurpose, how: ConsentHow, given_on: date, actor: User
) -> Consent:
    """Write down what somebody agreed to.

    Raises:
        Refused: not this person's household, gone, a day to come, or such a consent is in force already.
    """
    check_may_write(actor, resident.household.dwelling.grid)
    if not resident.is_here:
        raise Refused(_("This person has left already."))
    check_day(given_on, field="given_on")
    Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
    if resident.consents.filter(purpose=purpose, withdrawn_on__isnull=True).exists():
        raise Refused(_("This consent is on record already."), field="purpose")
    given = Consent.objects.create(
        resident=resident, purpose=purpose, how=how, given_on=given_on, recorded_by=actor
    )
    changes = {"consent": [None, str(purpose)]}
    note(EntryKind.CONSENTED, by=actor, resident=resident, on=given_on, changes=changes)
    return given


@transaction.atomic
def withdraw(given: Consent, *, actor: User, on: date) -> None:
    """The consent ends, and with it every care plan that stands on it.

    Raises:
        Refused: not this person's household, withdrawn already, a day to come or before it was given.
    """
    resident = given.resident
    check_may_write(actor, resident.household.dwelling.grid)
    check_day(on)
    row = Consent.objects.select_for_update().get(pk=given.pk)
    if row.withdrawn_on is not None:
        raise Refused(_("This consent was withdrawn already."))
    if on < row.given_on:
        raise Refused(_("The day lies before the consent was given."), field="on")
    given.withdrawn_on = on
    given.save(update_fields=["withdrawn_on"])
    changes = {"consent": [given.purpose, None]}
    note(EntryKind.WITHDREW, by=actor, resident=resident, on=on, changes=changes)
    for plan in resident.care_plans.open().filter(consent=given):
        plan.ended_on = max(on, plan.since)
        plan.save(update_fields=["ended_on"])
    care.reckon(resident.household)
