"""What happened to a matter, told to its resident or to staff; and who holds it, as a ladder."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import Post
from requests_app import workflow
from requests_app.models import Photo, Reached, Ticket, TicketEvent
from requests_app.views.cards import day, day_and_hour
from requests_app.workflow import LADDER, OPEN, ActorKind, Level, Status
from wangguan import clock

Words = str | Promise
HOW_SAID: dict[str, Words] = dict(
    [
        *Reached.choices,
        ("no_reply", gettext_lazy("Nobody answered")),
        ("unreachable", gettext_lazy("Could not be reached")),
    ]
)
"""How the resident was reached, or not, in words."""


@dataclass(frozen=True)
class Picture:
    """A photo behind its permission."""

    url: str
    thumbnail_url: str
    label: str
    key: int = 0


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    at: datetime
    title: Words
    by: str = ""
    text: str = ""
    facts: list[str] = field(default_factory=list)
    photos: list[Picture] = field(default_factory=list)
    now: bool = False


@dataclass(frozen=True)
class Rung:
    """One level of the ladder: `state` is passed, now or ahead."""

    name: Words
    state: str
    lines: list[str]
    notes: list[str]


# --- photos ------------------------------------------------------------------------------
def resident_pictures(ticket: Ticket, photos: Iterable[Photo]) -> list[Picture]:
    return [picture(photo, "tracking_photo", ticket.token) for photo in photos]


def staff_pictures(ticket: Ticket, photos: Iterable[Photo]) -> list[Picture]:
    return [picture(photo, "worker_photo", ticket.number) for photo in photos]


def picture(photo: Photo, page: str, ticket: str) -> Picture:
    """The photo on `page`, an address that takes the ticket's name there, the photo and its size."""
    return Picture(
        url=reverse(page, args=[ticket, photo.pk, "image"]),
        thumbnail_url=reverse(page, args=[ticket, photo.pk, "thumbnail"]),
        label=_("Photo of %(when)s") % {"when": day_and_hour(photo.added_at)},
        key=photo.pk,
    )


def is_for_resident(photo: Photo) -> bool:
    """A resident sees the photos they sent, and those that go with an answer."""
    return photo.taken_by_id is None or (photo.event is not None and photo.event.step == "resolve")


# --- which of them stand -----------------------------------------------------------------
def standing(events: Sequence[TicketEvent]) -> list[TicketEvent]:
    """Without steps that were taken back, and without the taking back."""
    undone = {event.version - 1 for event in events if event.step == workflow.UNDO and event.version}
    return [event for event in events if event.step != workflow.UNDO and event.version not in undone]


def open_question(ticket: Ticket, events: Sequence[TicketEvent]) -> TicketEvent | None:
    """The entry of the question that waits for the resident's reply."""
    if not ticket.question_since:
        return None
    return next((event for event in reversed(events) if event.step == "ask"), None)


# --- the resident's timeline -------------------------------------------------------------
def for_resident(
    ticket: Ticket,
    events: Sequence[TicketEvent],
    photos: Sequence[Photo],
    pictures: Callable[[Ticket, Iterable[Photo]], list[Picture]] = resident_pictures,
) -> list[Entry]:
    """Newest first; post titles instead of names, and none of the staff's own notes.

    `pictures` says behind which permission the photos stand: staff may look at this story too.
    """
    told = [event for event in standing(events) if _resident_title(event)]
    entries = []
    for event in reversed(told):
        own = [photo for photo in photos if photo.event_id == event.pk and is_for_resident(photo)]
        entries.append(
            Entry(
                at=event.at,
                title=_resident_title(event),
                by=event.actor_title,
                text=event.note if event.actor_kind == ActorKind.RESIDENT or event.step == "ask" else "",
                photos=pictures(ticket, own),
                now=ticket.is_open and event is told[-1],
            )
        )
    return entries


def _resident_title(event: TicketEvent) -> Words:
    match event.step:
        case workflow.CREATE:
            own = event.actor_kind == ActorKind.RESIDENT
            return _("You told us") if own else _("It was written down for you")
        case workflow.NOTE:
            return _("You added something")
        case "resume" if event.actor_kind == ActorKind.RESIDENT:
            return _("You replied to our question")
        case workflow.REMIND:
            return _("It is late: the level above watches over it now")
        case "shared":
            return _("The matter told before yours was answered")
    return event.told


# --- the staff's timeline ----------------------------------------------------------------
def for_staff(
    ticket: Ticket, events: Sequence[TicketEvent], photos: Sequence[Photo], names: dict[int, str]
) -> list[Entry]:
    """Newest first, with names, notes and every move. `names` are those of users in entries' details."""
    return [
        Entry(
            at=event.at,
            title=event.label,
            by=_who(event),
            text=event.note,
            facts=list(_facts(event, names)),
            photos=staff_pictures(ticket, [photo for photo in photos if photo.event_id == event.pk]),
            now=ticket.is_open and event is events[-1],
        )
        for event in reversed(events)
    ]


def people_in(events: Iterable[TicketEvent]) -> set[int]:
    """Primary keys of users that entries name in their details."""
    return {event.detail["assignee"] for event in events if "assignee" in event.detail}


def _who(event: TicketEvent) -> str:
    if event.actor:
        return f"{event.actor} · {event.actor_title}" if event.actor_title else str(event.actor)
    return str(ActorKind(event.actor_kind).label)


def _facts(event: TicketEvent, names: dict[int, str]) -> Iterator[str]:
    if event.from_level and event.from_level != event.to_level:
        yield f"{Level(event.from_level).label} → {Level(event.to_level).label}"
    if name := names.get(event.detail.get("assignee", 0)):
        yield _("In charge: %(name)s") % {"name": name}
    if event.from_above:
        yield _("Taken by a unit above")
    if how := event.detail.get("how"):
        yield _("How: %(how)s") % {"how": HOW_SAID.get(how, how)}
    if hours := event.detail.get("hours"):
        yield _("Hours: %(hours)s") % {"hours": hours}
    if review_on := event.detail.get("review_on"):
        yield _("Look again: %(day)s") % {"day": review_on}
    if ended := _QUESTIONS.get(event.detail.get("question", "")):
        yield str(ended)
    if undone := event.detail.get("undone"):
        yield _("Taken back: %(step)s") % {"step": workflow.STEPS[undone].label}


_QUESTIONS: dict[str, Words] = {
    "answered": gettext_lazy("The resident's reply to our question"),
    "unanswered": gettext_lazy("The resident did not reply in time"),
    "dropped": gettext_lazy("The question no longer waits for a reply"),
}


# --- the ladder --------------------------------------------------------------------------
def ladder(ticket: Ticket, events: Sequence[TicketEvent], *, in_charge: str) -> list[Rung]:
    """Grid, community, street: who had it, who has it, who is left."""
    first = next((event for event in standing(events) if event.step == "accept"), None)
    return [_rung(ticket, level, first, in_charge) for level in LADDER]


def _rung(ticket: Ticket, level: Level, first: TicketEvent | None, in_charge: str) -> Rung:
    here, rank = Level(ticket.level), level.rank
    is_now = level is here and ticket.status in OPEN
    state = "now" if is_now else "passed" if rank <= here.rank else "ahead"
    lines, notes = [_unit(ticket, level)], []
    if first and first.to_level == level:
        lines.append(_("First handler: %(post)s") % {"post": first.actor_title})
        notes.append(_("Accepted %(when)s") % {"when": day_and_hour(first.at)})
    if is_now and in_charge:
        lines.append(_("In charge: %(post)s") % {"post": in_charge})
    return Rung(level.label, state, [line for line in lines if line], notes)


def _unit(ticket: Ticket, level: Level) -> str:
    match level:
        case Level.GRID:
            return str(ticket.grid or _("No single grid answers for this place"))
        case Level.COMMUNITY:
            return str(ticket.community or "")
    return str(ticket.get_section_display()) if ticket.section else ""


def in_charge(ticket: Ticket) -> str:
    """The post in which somebody is responsible now, as its title; empty before it is accepted."""
    if ticket.assignee_id is None:
        return ""
    posts = list(Post.objects.current().with_units().filter(user=ticket.assignee_id).order_by("id"))
    holding = [post for post in posts if post.unit == ticket.holder] if ticket.holder else []
    return (holding or posts)[0].title if posts else ""


# --- where it stands, in a sentence ------------------------------------------------------
def by_when(ticket: Ticket) -> str:
    """When the resident hears next; late is said to be late."""
    if ticket.due_at is None or ticket.status == Status.DECLINED:
        return ""
    when = {"when": day_and_hour(ticket.due_at), "day": day(ticket.due_at)}
    if ticket.due_at <= clock.now() and ticket.due_kind in ("accept", "resolve", "decision"):
        return _("This should have happened by %(when)s. The level above was told.") % when
    return _PROMISES["reply" if ticket.question_since else ticket.due_kind] % when


_PROMISES = {
    "accept": gettext_lazy("Somebody will have taken it on by %(when)s."),
    "resolve": gettext_lazy("You will have an answer by %(when)s."),
    "review": gettext_lazy("We look at it again on %(day)s."),
    "reply": gettext_lazy("We wait for your reply until %(when)s; after that we go on without it."),
    "delivery": gettext_lazy("Please tell us whether it is solved."),
    "verdict": gettext_lazy(
        "Please tell us whether it is solved; without a word from you it closes on %(day)s."
    ),
    "decision": gettext_lazy("The street leader decides by %(when)s."),
}
