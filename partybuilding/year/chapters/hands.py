"""Who lends a hand: units and members who checked in, volunteers and their teams."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from partybuilding.checkins.models import MemberCheckIn, Service, UnitCheckIn
from partybuilding.gatherings.models import SignUp
from partybuilding.teams.models import Called, Shift, Volunteer
from partybuilding.year.chapters.reading import counted, near
from partybuilding.year.figures import Chapter, Column, Span, Values, Within, added, joined

NO_HOURS = Decimal(0)


def _check_ins(span: Span, within: Within) -> Mapping[int | None, Values]:
    served = near(Service.objects.confirmed(), within, "member__community").filter(
        day__range=(span.first, span.last)
    )
    hours = counted(served, "member__community", services=Count("pk"), hours=Sum("hours"))
    return joined(
        (counted(_here(UnitCheckIn, span, within), here=Count("pk")), (0,)),
        (counted(_here(MemberCheckIn, span, within), here=Count("pk")), (0,)),
        (hours, (0, Decimal(0))),
    )


def _here(model: type[UnitCheckIn] | type[MemberCheckIn], span: Span, within: Within) -> QuerySet[Any]:
    """Confirmed by the span's last day, and not gone before its end."""
    stayed = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__date__gt=span.last)
    return near(model._default_manager.all(), within).filter(stayed, confirmed_at__date__lte=span.last)


CHECK_INS = Chapter(
    "checkins",
    _("Dual check-in"),
    (
        Column(_("Units here"), _("Check-ins of units, confirmed and not withdrawn by the last day.")),
        Column(_("Members here"), _("Check-ins of members, confirmed and not withdrawn by that day.")),
        Column(_("Services rendered"), _("Services in the span whose hours the community confirmed.")),
        Column(_("Hours served"), _("Confirmed hours of these services."), Decimal(0)),
    ),
    _check_ins,
)


# --- volunteers ------------------------------------------------------------------------------
def _volunteers(span: Span, within: Within) -> Mapping[int | None, Values]:
    stayed = Q(left_at__isnull=True) | Q(left_at__date__gt=span.last)
    here = near(Volunteer.objects.all(), within).filter(stayed, confirmed_at__date__lte=span.last)
    shifts = near(Shift.objects.all(), within, "gathering__community").filter(
        gathering__called_off_at__isnull=True,
        gathering__ends_at__lte=span.end,
        gathering__starts_at__date__range=span.days,
    )
    return joined(
        (counted(here, volunteers=Count("pk")), (0,)),
        (counted(shifts, "gathering__community", shifts=Count("pk")), (0,)),
        (added(_shift_hours(span, within), _call_hours(span, within)), (NO_HOURS,)),
    )


def _shift_hours(span: Span, within: Within) -> dict[int | None, Values]:
    rows = near(SignUp.objects.filter(gathering__teams_shift__isnull=False), within, "gathering__community")
    # What a leader by phone proposed nobody's name stands on yet: it is not confirmed.
    there = rows.filter(gathering__starts_at__date__range=span.days, hours_confirmed_by__isnull=False)
    return counted(there, "gathering__community", total=Sum("hours"))


def _call_hours(span: Span, within: Within) -> dict[int | None, Values]:
    rows = near(Called.objects.filter(hours__isnull=False), within, "volunteer__community")
    return counted(
        rows.filter(call__starts_at__date__range=span.days), "volunteer__community", total=Sum("hours")
    )


VOLUNTEERS = Chapter(
    "volunteers",
    _("Vanguard teams and volunteers"),
    (
        Column(_("Volunteers here"), _("Volunteers confirmed and not gone by the last day.")),
        Column(_("Shifts held"), _("Shifts of the span that are over and were not called off.")),
        Column(
            _("Hours volunteered"),
            _("Confirmed hours at shifts, by where these were, and at call-outs, by where volunteers live."),
            NO_HOURS,
        ),
    ),
    _volunteers,
)
