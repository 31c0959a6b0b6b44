"""The figures once more, ticket by ticket in plain Python: slow, and written from the definitions alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from requests_app.models import Ticket
from requests_app.statistics.read import Numbers
from requests_app.statistics.spans import Span
from wangguan.workdays import current_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
Wanted = Callable[[Ticket], bool]


def everything(_ticket: Ticket) -> bool:
    return True


@dataclass(frozen=True)
class Counted:
    """One thing that counts: which measure, on which day, how much."""

    measure: str
    day: date
    number: int = 1


def day_of(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def figures(span: Span, now: datetime, *, wanted: Wanted = everything) -> Numbers:
    sums = {field.name: 0 for field in fields(Numbers)}
    tickets = list(Ticket.objects.select_related("parent"))
    for ticket in tickets:
        if ticket.about_staff or not wanted(ticket):
            continue
        for counted in of(ticket, now, tickets):
            if counted.day in span:
                sums[counted.measure] += counted.number
    return Numbers(**sums)


def of(ticket: Ticket, now: datetime, tickets: list[Ticket]) -> Iterator[Counted]:
    yield from _told(ticket, tickets)
    yield from _due(ticket, now)
    if ticket.resolved_at:
        on = day_of(ticket.resolved_at)
        worked = current_calendar().between(ticket.arrived_at, ticket.resolved_at)
        yield Counted("resolved", on)
        yield Counted("minutes", on, int(worked.total_seconds()) // 60)
    for event in ticket.events.all():
        if event.step == "send_back":
            yield Counted("returned", day_of(event.at))
        if event.step == "reopen":
            yield Counted("reopened", day_of(event.at))


def _told(ticket: Ticket, tickets: list[Ticket]) -> Iterator[Counted]:
    on = day_of(ticket.arrived_at)
    yield Counted("arrived", on)
    reached = [answer.reached_at for answer in ticket.answers.all() if answer.reached_at]
    contacts = [*reached, *([ticket.first_contact_at] if ticket.first_contact_at else [])]
    if contacts and ticket.resolve_due and min(contacts) <= ticket.resolve_due:
        yield Counted("contacted", on)
    verdict = ticket.verdicts.order_by("-id").first()
    if verdict:
        yield Counted("said", on)
        if verdict.solved:
            yield Counted("solved", on)
        if verdict.satisfaction is not None:
            yield Counted("marked", on)
            if verdict.satisfaction >= 4:
                yield Counted("satisfied", on)
    elif ticket.resolved_at:
        yield Counted("silent", on)
    if any(_is_repeated(ticket, other) for other in tickets):
        yield Counted("repeats", on)


def _is_repeated(ticket: Ticket, other: Ticket) -> bool:
    if other.about_staff or other.category_id != ticket.category_id:
        return False
    earlier = (other.arrived_at, other.pk) < (ticket.arrived_at, ticket.pk)
    lately = other.arrived_at >= ticket.arrived_at - timedelta(days=30)
    same_person = ticket.phone_hash != "" and ticket.phone_hash == other.phone_hash
    if ticket.building_id or other.building_id:
        same_place = ticket.building_id == other.building_id
    else:
        same_place = ticket.address != "" and ticket.address == other.address
    return earlier and lately and (same_person or same_place)


def _due(ticket: Ticket, now: datetime) -> Iterator[Counted]:
    holder = ticket
    if ticket.status == "merged" and not ticket.resolved_at and ticket.parent:
        holder = ticket.parent
    due = holder.resolve_due
    stands = holder.status == "on_hold" and holder.held_since and due and due >= holder.held_since
    if ticket.outcome == "withdrawn" or stands or due is None or due > now:
        return
    on = day_of(due)
    yield Counted("due", on)
    if ticket.resolved_at:
        yield Counted("due_done", on)
    in_time = ticket.resolved_at is not None and ticket.resolved_at <= due
    yield Counted("on_time" if in_time else "overdue", on)
