"""Training, and what goes on in service centres."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, F, Sum
from django.utils.translation import gettext_lazy as _

from partybuilding.centre.models import Activity, Booking
from partybuilding.centre.workflow import State as BookingState
from partybuilding.gatherings.models import SignUp
from partybuilding.gatherings.workflow import State as SignUpState
from partybuilding.organisations.coverage import Covered
from partybuilding.training.models import Plan, Session
from partybuilding.training.workflow import State as PlanState
from partybuilding.year.chapters.reading import counted, near
from partybuilding.year.figures import Chapter, Column, Span, Values, Within, joined

NO_HOURS = Decimal(0)


def _training(span: Span, within: Within) -> Mapping[int | None, Values]:
    plans = near(Plan.objects.filter(state=PlanState.APPROVED, year=span.year), within)
    planned = counted(plans, sessions=Sum("sessions_planned"))
    sessions = near(Session.objects.held(), within, "plan__community")
    held = counted(sessions.filter(plan__year=span.year), "plan__community", sessions=Count("pk"))
    came = near(
        SignUp.objects.filter(gathering__training_session__plan__year=span.year, state=SignUpState.ATTENDED),
        within,
        "gathering__training_session__plan__community",
    ).filter(gathering__called_off_at__isnull=True)
    there = counted(
        came, "gathering__training_session__plan__community", people=Count("pk"), total=Sum("hours")
    )
    return joined((_progress(planned, held), (Covered(),)), (_filled(there), (0, NO_HOURS)))


def _progress(
    planned: Mapping[int | None, Values], held: Mapping[int | None, Values]
) -> dict[int | None, Values]:
    """More than planned is all of it."""
    found: dict[int | None, Values] = {}
    for unit, (whole,) in planned.items():
        (done,) = held.get(unit, (0,))
        found[unit] = (Covered(int(whole), min(int(done), int(whole))),)  # type: ignore[arg-type]
    return found


def _filled(sums: Mapping[int | None, Values]) -> dict[int | None, Values]:
    """A sum over nothing confirmed is none."""
    return {unit: (count, hours or NO_HOURS) for unit, (count, hours) in sums.items()}


TRAINING = Chapter(
    "training",
    _("Training"),
    (
        Column(
            _("Sessions held of those planned"),
            _("Sessions of approved plans that are over ÷ sessions these plans promise."),
            Covered(),
        ),
        Column(_("Attendances"), _("People who were at a session, once for each session.")),
        Column(_("Hours of learning"), _("Confirmed hours of all attendances together."), NO_HOURS),
    ),
    _training,
)


def _centres(span: Span, within: Within) -> Mapping[int | None, Values]:
    path = "booking__room__centre__community"
    begun = near(Activity.objects.all(), within, path).filter(
        gathering__called_off_at__isnull=True,
        gathering__starts_at__date__range=span.days,
        gathering__starts_at__lte=span.end,
    )
    here = SignUpState.ATTENDED
    came = counted(begun.filter(gathering__sign_ups__state=here), path, people=Count("gathering__sign_ups"))
    given = near(Booking.objects.filter(state=BookingState.APPROVED), within, "room__centre__community")
    lasted = counted(
        given.filter(span__startswith__date__range=span.days),
        "room__centre__community",
        total=Sum(F("span__endswith") - F("span__startswith")),
    )
    return joined(
        (counted(begun, path, activities=Count("pk")), (0,)),
        (came, (0,)),
        ({unit: (_in_hours(total),) for unit, (total,) in lasted.items()}, (NO_HOURS,)),  # type: ignore[arg-type]
    )


def _in_hours(lasted: timedelta) -> Decimal:
    return (Decimal(lasted // timedelta(minutes=1)) / 60).quantize(Decimal("0.1"))


CENTRES = Chapter(
    "centres",
    _("Service centres"),
    (
        Column(_("Activities held"), _("Activities of the span that have begun and were not called off.")),
        Column(_("Visits to them"), _("People who were there, once for each activity.")),
        Column(
            _("Hours rooms were given"), _("Hours of bookings that were given, begun in the span."), NO_HOURS
        ),
    ),
    _centres,
)
