"""The days of a duty: made when it is saved, made anew when its period changes."""

from django.db import transaction

from grids.models import today
from partybuilding.duties.models import Duty, Turn
from partybuilding.duties.terms import due_days


@transaction.atomic
def lay_out(duty: Duty) -> None:
    """Turns for every day from today on; days ahead that nobody touched and nobody wants fall away.

    What was reported, returned, checked or cancelled stays, and so do days that are over.
    """
    wanted = {day for day in due_days(duty.period, duty.year, duty.once_on) if day >= today()}
    untouched = duty.turns.open().filter(version=1, due_on__gte=today())
    untouched.exclude(due_on__in=wanted).delete()
    Turn.objects.bulk_create((Turn(duty=duty, due_on=day) for day in sorted(wanted)), ignore_conflicts=True)
