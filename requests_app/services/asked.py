"""What the room of homes and visits asks about requests (`residents.seams.Requests`)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, Q, Subquery

from grids.locate import Place
from grids.models import User
from requests_app.models import Answer, Category, Ticket
from requests_app.queries import TicketQuerySet
from requests_app.services.submit import Matter, submit
from requests_app.workflow import Source, Status
from residents.models import Finding, Household
from residents.seams import Asked, Wording

MOST_SHOWN = 20
OVER = frozenset({Status.ANSWERED, Status.CLOSED, Status.DECLINED})
TITLE_LENGTH = 60


class AskedOfVisits:
    """Requests as visits and homes show them; nobody reads more than `visible_to` lets them."""

    def open(self, finding: Finding, wording: Wording, *, actor: User) -> Asked:
        """Raises: Refused: too few words."""
        if made := self._made(finding):
            return _asked(made, readable=_readable([made], actor))
        visit = finding.visit
        building = visit.household.dwelling.building if visit.household else None
        if visit.venue and visit.venue.building:
            building = visit.venue.building
        matter = Matter(
            description=wording.words,
            place=Place(visit.grid, visit.grid.community, building, how="visit"),
            source=Source.PATROL if visit.patrol_id else Source.VISIT,
            category=Category.objects.offered().filter(code=wording.category).first(),
            address=wording.address or (building.address if building else ""),
            latitude=visit.latitude,
            longitude=visit.longitude,
            contact_name=wording.contact_name,
            contact_phone=wording.contact_phone,
            pictures=wording.pictures,
            consent=bool(wording.contact_phone),
            reporter=actor,
            finding=finding,
        )
        try:
            with transaction.atomic():
                ticket, _new = submit(matter)
        except IntegrityError:
            # Two taps at once: the other one was first.
            if (made := self._made(finding)) is None:
                raise
            ticket = made
        return _asked(ticket, readable=_readable([ticket], actor))

    def of_findings(self, findings: Iterable[Finding], reader: User) -> Mapping[int, Asked]:
        tickets = list(_with_answer().filter(finding__in=[finding.pk for finding in findings]))
        readable = _readable(tickets, reader)
        return {
            ticket.finding_id: _asked(ticket, readable=readable) for ticket in tickets if ticket.finding_id
        }

    def of_household(self, household: Household, reader: User) -> list[Asked]:
        phones = household.people.here().exclude(phone_hash="").values("phone_hash")
        of_visits = Finding.objects.filter(visit__household=household).values("pk")
        mine = Q(finding__in=of_visits) | (Q(phone_hash__in=phones) & ~Q(phone_hash=""))
        seen = Ticket.objects.visible_to(reader).filter(pk__in=Ticket.objects.filter(mine).values("pk"))
        tickets = list(_with_answer(seen).order_by("-id")[:MOST_SHOWN])
        return [_asked(ticket, readable={ticket.pk}) for ticket in tickets]

    def made_of_findings(self, since: datetime, until: datetime) -> Mapping[int, int]:
        told = Ticket.objects.filter(finding__isnull=False, arrived_at__gte=since, arrived_at__lt=until)
        grid = "finding__visit__grid__community"
        return dict(told.order_by().values_list(grid).annotate(count=Count("pk")))

    def _made(self, finding: Finding) -> Ticket | None:
        return _with_answer().filter(finding=finding).first()


def _with_answer(tickets: TicketQuerySet | None = None) -> TicketQuerySet:
    newest = Answer.objects.filter(ticket=OuterRef("pk")).order_by("-id").values("text")[:1]
    return (Ticket.objects.all() if tickets is None else tickets).annotate(newest_answer=Subquery(newest))


def _readable(tickets: Iterable[Ticket], reader: User) -> set[int]:
    keys = [ticket.pk for ticket in tickets]
    return (
        set(Ticket.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True))
        if keys
        else set()
    )


def _asked(ticket: Ticket, *, readable: set[int]) -> Asked:
    may_read = ticket.pk in readable
    return Asked(
        number=ticket.number,
        title=ticket.description.strip().partition("\n")[0][:TITLE_LENGTH],
        status=ticket.status,
        level=ticket.level,
        told_at=ticket.arrived_at,
        url=ticket.get_absolute_url() if may_read else "",
        answer=getattr(ticket, "newest_answer", None) or "",
        is_over=ticket.status in OVER,
    )
