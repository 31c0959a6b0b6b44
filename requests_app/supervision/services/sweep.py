"""What opens or moves a case by itself: red cards, findings of the audit, limits that passed.

Each sweep holds an advisory lock, reads anew inside it, and writes a batch in a handful of
statements; run twice, the second finds nothing left.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from requests_app import told_on
from requests_app.models import LedgerDay, Reminder, ReminderKind, Ticket, TicketEvent
from requests_app.roster import Roster
from requests_app.supervision import messages
from requests_app.supervision.models import Case, Entry, limits, working_days
from requests_app.supervision.services.people import asked, holder, standing_over
from requests_app.supervision.terms import BATCH, MOST_REMINDERS, Act, Cause, Over, State
from requests_app.workflow import RUNNING, SUPERVISED, ActorKind
from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.outbox import Draft

LOCK = 8_310_001
"""One of ours alone: sweeps of cases stand in line on it."""


def open_from_red_cards() -> int:
    """A case for every red card of a matter that is still late; how many were opened."""
    opened = 0
    while fresh := _red_cards():
        opened += fresh
        if fresh < BATCH:
            break
    return opened


def _red_cards() -> int:
    now = clock.now()
    with transaction.atomic():
        _stand_in_line()
        late = Ticket.objects.filter(status__in=sorted(RUNNING), due_at__lte=now, resolve_due__lte=now)
        cards = Reminder.objects.filter(kind=ReminderKind.RED_CARD, ticket__in=late)
        known = Case.objects.filter(reminder=OuterRef("pk"))
        asked_already = Case.objects.open().filter(ticket=OuterRef("ticket"))
        waiting = cards.filter(~Exists(known), ~Exists(asked_already)).order_by("pk")
        marks = dict(waiting.values_list("pk", "ticket")[:BATCH])
        tickets = Ticket.objects.with_units().in_bulk(marks.values())
        found = [(tickets[ticket], dict[str, object](reminder_id=mark)) for mark, ticket in marks.items()]
        return _open(found, Cause.RED_CARD, at_least=Over.COMMUNITY)


def open_from_ledger() -> int:
    """A case for each rule and ticket of the newest audit, unless one is open or was withdrawn; how many."""
    row = LedgerDay.objects.order_by("-day").first()
    if row is None or row.is_clean:
        return 0
    with transaction.atomic():
        _stand_in_line()
        broken = [(rule, number) for rule, numbers in row.violations.items() for number in numbers]
        tickets = {each.number: each for each in _numbered(number for _rule, number in broken)}
        known = _known(tickets.values(), row.audited_at)
        found = [
            (ticket, {"rule": rule})
            for rule, number in broken
            if (ticket := tickets.get(number)) and (ticket.pk, rule) not in known
        ]
        return _open(found, Cause.AUDIT, at_least=Over.STREET)


def _numbered(numbers: Iterable[str]) -> list[Ticket]:
    return list(Ticket.objects.with_units().filter(number__in=set(numbers)))


def _known(tickets: Iterable[Ticket], audited_at: datetime) -> set[tuple[int, str]]:
    """Findings that need no case: one is open, one was withdrawn, or one was settled after this audit."""
    settled = Q(closed_at__isnull=True) | Q(state=State.WITHDRAWN) | Q(closed_at__gte=audited_at)
    cases = Case.objects.filter(settled, cause=Cause.AUDIT, ticket__in=[ticket.pk for ticket in tickets])
    return set(cases.values_list("ticket_id", "rule"))


def _open(found: list[tuple[Ticket, dict[str, object]]], cause: Cause, *, at_least: Over) -> int:
    """Cases, their entries, the tickets' own, and messages: one statement each."""
    if not found:
        return 0
    roster, days = Roster.whole(), limits(cause).answer_days
    due = working_days(days)
    rows = []
    for ticket, fields in found:
        unit = holder(ticket, roster)
        over = max(unit.lowest_over, at_least, key=lambda each: each.rank)
        shared = {"first_due_at": due, "due_at": due, "next_at": due, "days": days}
        place = {"grid_id": unit.grid_id, "community_id": unit.community_id, "section": unit.section}
        rows.append(
            Case(
                ticket=ticket,
                cause=cause,
                level=unit.level,
                judge=over,
                over=over,
                **place,
                **shared,
                **fields,
            )
        )
    cases = Case.objects.bulk_create(rows)
    Entry.objects.bulk_create(Entry(case=case, act=Act.OPEN, round=1, due_at=due) for case in cases)
    told_on.tell(TicketEvent.objects.bulk_create(_event(case) for case in cases))
    outbox.add(draft for case in cases for draft in messages.drafts("case_opened", case, asked(case, roster)))
    return len(cases)


def _event(case: Case) -> TicketEvent:
    ticket = case.ticket
    return TicketEvent(
        ticket=ticket,
        step=SUPERVISED,
        actor_kind=ActorKind.SYSTEM,
        from_status=ticket.status,
        to_status=ticket.status,
        from_level=ticket.level,
        to_level=ticket.level,
        from_unit=ticket.unit_code,
        to_unit=ticket.unit_code,
        at=clock.now(),
        detail={"case": case.pk, "unit": case.unit_code, "cause": case.cause},
    )


# --- limits that passed ------------------------------------------------------------------
def remind() -> int:
    """Cases whose limit passed: who is late hears of it; a working day later the level above; how many."""
    done = 0
    while batch := _remind_batch():
        done += batch
        if batch < BATCH:
            break
    return done


def _remind_batch() -> int:
    now = clock.now()
    with transaction.atomic():
        late = Case.objects.filter(next_at__lte=now).select_related("ticket").order_by("next_at", "pk")
        cases = list(late.select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH])
        if not cases:
            return 0
        roster, again = Roster.whole(), working_days(1)
        entries, drafts = [], []
        for case in cases:
            entry, told = _turn(case, roster)
            entries.append(entry)
            drafts += told
            case.next_at = again if case.reminders < MOST_REMINDERS else None
        Case.objects.bulk_update(cases, ["reminders", "over", "next_at"])
        Entry.objects.bulk_create(entries)
        outbox.add(drafts)
    return len(cases)


def _turn(case: Case, roster: Roster) -> tuple[Entry, list[Draft]]:
    """One more reminder of one case: the first to who is late, every further one also a level higher."""
    case.reminders += 1
    climbs = case.reminders > 1
    if climbs:
        case.over = Over(case.over).above
    waits = case.state == State.WAITING
    own = asked(case, roster) if waits else standing_over(case, case.judge, roster)
    told = messages.drafts("case_late" if waits else "case_unjudged", case, own)
    if waits or climbs:
        kind = "case_climbed" if waits else "case_unjudged"
        told += messages.drafts(kind, case, standing_over(case, case.over, roster))
    act = Act.CLIMB if climbs else Act.REMIND
    return Entry(case=case, act=act, round=case.round, due_at=case.due_at, over=case.over), told


def _stand_in_line() -> None:
    """Until this transaction ends no other sweep opens cases; what it asks after this is what stands then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
