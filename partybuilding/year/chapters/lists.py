"""Three lists, two-way claim."""

from collections.abc import Mapping

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from partybuilding.claims.models import Item
from partybuilding.claims.workflow import State
from partybuilding.organisations.coverage import Covered
from partybuilding.year.chapters.reading import counted, near
from partybuilding.year.figures import Chapter, Column, Span, Values, Within

TAKEN = (State.AGREED, State.IN_PROGRESS, State.ACCEPTED, State.RATED)
DONE = (State.ACCEPTED, State.RATED)


def _claims(span: Span, within: Within) -> Mapping[int | None, Values]:
    listed = near(Item.objects.exclude(state=State.WITHDRAWN), within).filter(
        published_at__date__range=span.days
    )
    sums = counted(
        listed,
        whole=Count("pk"),
        taken=Count("pk", filter=Q(state__in=TAKEN)),
        done=Count("pk", filter=Q(state__in=DONE)),
    )
    return {unit: _values(*map(int, numbers)) for unit, numbers in sums.items()}  # type: ignore[arg-type]


def _values(whole: int, taken: int, done: int) -> Values:
    return whole, Covered(whole, taken), Covered(whole, done)


CLAIMS = Chapter(
    "claims",
    _("Three lists, two-way claim"),
    (
        Column(
            _("Put on the lists"), _("Needs, resources and projects published in the span and not taken off.")
        ),
        Column(_("Taken on"), _("Of those: agreed on with whoever claimed them, or further."), Covered()),
        Column(_("Brought about"), _("Of those: done and accepted by the community."), Covered()),
    ),
    _claims,
)
