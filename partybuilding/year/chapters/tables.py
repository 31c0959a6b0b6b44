"""What came of the tables: councils, Red Stewards, party-building meetings."""

from collections.abc import Mapping

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from partybuilding.meetings.models import Action, Meeting, Topic
from partybuilding.meetings.terms import BodyKind
from partybuilding.meetings.workflow import ActionState, MeetingState, TopicState
from partybuilding.organisations.coverage import Covered
from partybuilding.year.chapters.reading import counted, near
from partybuilding.year.figures import Chapter, Column, Read, Span, Values, Within, joined

TOOK_PLACE = (MeetingState.HELD, MeetingState.CLOSED)
COLUMNS = (
    Column(_("Meetings held"), _("Meetings of the span that were opened.")),
    Column(_("Decisions"), _("Topics settled in the span, but for those reserved to the owners.")),
    Column(
        _("Recommendations"),
        _("Topics settled in the span that the law reserves to the owners (Civil Code art. 278)."),
    ),
    Column(
        _("Actions carried out"),
        _("Actions due in the span that were carried out, in time or late ÷ actions due by the last day."),
        Covered(),
    ),
    Column(_("Of these in time"), _("Carried out by the day agreed ÷ actions due."), Covered()),
)


def _of(kind: BodyKind) -> Read:
    def read(span: Span, within: Within) -> Mapping[int | None, Values]:
        return joined(
            (_meetings(kind, span, within), (0,)),
            (_outcomes(kind, span, within), (0, 0)),
            (_actions(kind, span, within), (Covered(), Covered())),
        )

    return read


def _meetings(kind: BodyKind, span: Span, within: Within) -> dict[int | None, Values]:
    rows = Meeting.objects.filter(body__kind=kind, state__in=TOOK_PLACE, opened_at__date__range=span.days)
    return counted(near(rows, within, "body__community"), "body__community", held=Count("pk"))


def _outcomes(kind: BodyKind, span: Span, within: Within) -> dict[int | None, Values]:
    rows = Topic.objects.filter(body__kind=kind, state=TopicState.DECIDED, decided_at__date__range=span.days)
    return counted(
        near(rows, within, "body__community"),
        "body__community",
        decided=Count("pk", filter=Q(is_owners_matter=False)),
        recommended=Count("pk", filter=Q(is_owners_matter=True)),
    )


def _actions(kind: BodyKind, span: Span, within: Within) -> dict[int | None, Values]:
    rows = Action.objects.filter(topic__body__kind=kind, due_on__range=span.days)
    carried_out = ~Q(state=ActionState.OPEN)
    sums = counted(
        near(rows, within, "topic__body__community"),
        "topic__body__community",
        due=Count("pk"),
        done=Count("pk", filter=carried_out),
        in_time=Count("pk", filter=carried_out & Q(done_on__lte=F("due_on"))),
    )
    return {unit: _shares(*map(int, numbers)) for unit, numbers in sums.items()}  # type: ignore[arg-type]


def _shares(due: int, done: int, in_time: int) -> Values:
    return Covered(due, done), Covered(due, in_time)


COUNCILS, STEWARDS, PARTY = (
    Chapter(kind.value, kind.label, COLUMNS, _of(kind))
    for kind in (BodyKind.COUNCIL, BodyKind.STEWARD, BodyKind.PARTY)
)
