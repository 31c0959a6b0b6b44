"""What the database holds afterwards, as far as it can be held against the journals."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import F

from requests_app.models import Answer, Ticket, TicketEvent, Verdict
from requests_app.services import audit
from requests_app.workflow import ActorKind
from wangguan import clock
from wangguan.notify.models import Channel, Message, State

ANSWERS = ("answer", "declined")
ON_THE_WAY = (State.QUEUED, State.FAILED, State.SENDING)


@dataclass(frozen=True)
class Sms:
    """A text message to a resident: its state, and whether its delivery was recorded."""

    key: str
    kind: str
    number: str
    state: str
    delivered: bool


@dataclass
class Kept:
    """`submissions`: tracking pages by the form's key; `steps`: number and name by the action's key."""

    submissions: dict[str, list[str]] = field(default_factory=dict)
    without_form: list[str] = field(default_factory=list)
    steps: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    without_key: list[str] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    withdrawn: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    messages: list[Sms] = field(default_factory=list)
    waiting: Counter[str] = field(default_factory=Counter)
    audit: dict[str, list[str]] = field(default_factory=dict)


def look() -> Kept:
    """Read it all, with the audit of the five rules."""
    kept = Kept(waiting=waiting(), audit=audit.write_ledger().violations)
    kept.submissions, kept.without_form = _submissions()
    kept.steps, kept.without_key = _steps()
    kept.verdicts = Counter(
        f"{number}:{'yes' if solved else 'no'}"
        for number, solved in Verdict.objects.values_list("ticket__number", "solved")
    )
    kept.withdrawn = Counter(
        TicketEvent.objects.filter(step="withdraw").values_list("ticket__number", flat=True)
    )
    kept.answers = Counter(Answer.objects.values_list("ticket__number", flat=True))
    kept.messages = [
        Sms(key, kind, number, state, delivered_at is not None)
        for key, kind, number, state, delivered_at in _to_residents()
    ]
    return kept


def waiting() -> Counter[str]:
    """Messages by state that are due and not out yet; routine ones wait for the reminder window."""
    now = clock.now()
    due = Message.objects.filter(state__in=ON_THE_WAY, not_before__lte=now, routine=False)
    return Counter(due.exclude(channel=Channel.IN_APP).values_list("state", flat=True))


def unreported() -> int:
    """Text messages that the gateway took and has not reported on yet."""
    return Message.objects.filter(channel=Channel.SMS, state=State.SENT, delivered_at=None).count()


def not_yet() -> int:
    """Messages whose moment has not come, such as those of a step that may still be taken back."""
    later = Message.objects.filter(state=State.QUEUED, not_before__gt=clock.now(), routine=False)
    return later.exclude(channel=Channel.IN_APP).filter(user=None).count()


def _submissions() -> tuple[dict[str, list[str]], list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    strays = []
    for number, form, token in Ticket.objects.values_list("number", "submission_id", "token"):
        if form is None:
            strays.append(number)
        else:
            found[str(form)].append(f"/t/{token}/")
    return found, strays


def _steps() -> tuple[dict[str, list[tuple[str, str]]], list[str]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    strays = []
    by_staff = TicketEvent.objects.filter(actor_kind=ActorKind.STAFF)
    for number, name, key in by_staff.values_list("ticket__number", "step", "action_id"):
        if key is None:
            strays.append(f"{number} {name}")
        else:
            found[str(key)].append((number, name))
    return found, strays


def _to_residents() -> list[tuple[str, str, str, str, object]]:
    sms = Message.objects.filter(channel=Channel.SMS, user=None).annotate(number=F("topic"))
    return list(sms.values_list("key", "kind", "number", "state", "delivered_at"))
