"""What each step changes. Imported once by the package so that `take` knows them all."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any, cast

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import Community, Grid, Post, User
from requests_app import access, clockwork, messages, tables, told_on
from requests_app.models import AnswerKind, OpenRequest, OpenRequestKind, Reached, Ticket
from requests_app.services import answers, duty, following, publishing
from requests_app.services.actor import Actor
from requests_app.services.change import Change
from requests_app.services.steps import TOO_LATE, does, why_not
from requests_app.workflow import LADDER, UNDO, ActorKind, Level, Outcome, Seat, Status, Urgency
from wangguan.notify import outbox
from wangguan.notify.models import Message, State
from wangguan.privacy import mask_phones
from wangguan.refusals import Refused
from wangguan.words import storable
from wangguan.workdays import current_calendar, day_length

TEXT_MAX = 20_000
QUESTION_MAX = 1_000
MET = frozenset({Reached.PHONE, Reached.VISIT, Reached.WECHAT})
WAYS: dict[ActorKind, frozenset[str]] = {
    ActorKind.STAFF: MET | {"unreachable"},
    ActorKind.SYSTEM: frozenset({Reached.SMS, "unreachable"}),
    ActorKind.RESIDENT: frozenset({Reached.OPENED, Reached.VERDICT}),
}
"""How each may say that the answer arrived; only the gateway's report counts for a text message."""


# --- taking and passing on ---------------------------------------------------------------
@does("accept")
def accept(change: Change) -> None:
    ticket = change.ticket
    ticket.status = Status.ACCEPTED
    ticket.assignee = change.user
    ticket.first_handler = ticket.first_handler or change.user
    ticket.accepted_at = change.now


@does("assign")
def assign(change: Change) -> None:
    person = check_person(change.ticket, change.fields)
    change.ticket.assignee = person
    change.detail["assignee"] = person.pk
    change.tell(messages.to_staff("assigned", change.ticket, change.roster.in_charge(change.ticket)))


@does(UNDO)
def undo(change: Change) -> None:
    """Everything as it was before the last move, which nobody has heard of yet."""
    ticket = change.ticket
    last = ticket.events.get(version=ticket.version)
    _call_back(last.detail.get("messages", []))
    told_on.take_back(last)
    columns = {field.attname: field for field in Ticket._meta.concrete_fields}
    for name, value in last.detail["before"].items():
        setattr(ticket, name, columns[name].to_python(value))
    if request := last.detail.get("request"):
        OpenRequest.objects.filter(pk=request).update(decided_at=None)
    change.detail["undone"] = last.step


def _call_back(keys: list[str]) -> None:
    """Take back the messages with these keys.

    Raises:
        Refused: one is on its way already.
    """
    outbox.cancel(keys)
    if Message.objects.filter(key__in=keys).exclude(state=State.CANCELLED).exists():
        raise Refused(TOO_LATE)


@does("escalate")
def escalate(change: Change) -> None:
    ticket = change.ticket
    ticket.level = LADDER[Level(ticket.level).rank + 1]
    if ticket.level == Level.COMMUNITY and ticket.community_id is None:
        ticket.level = Level.STREET
    if ticket.level == Level.STREET:
        ticket.section = ticket.line
    _arrive(change, "came_up")


@does("send_back")
def send_back(change: Change) -> None:
    ticket = change.ticket
    ticket.level = LADDER[Level(ticket.level).rank - 1]
    ticket.section = ""
    _arrive(change, "came_over")


@does("hand_over")
def hand_over(change: Change) -> None:
    ticket, target = change.ticket, check_unit(change.ticket, change.fields)
    if isinstance(target, Grid):
        ticket.grid, ticket.community, ticket.level = target, target.community, Level.GRID
    else:
        ticket.grid, ticket.community, ticket.level = None, target, Level.COMMUNITY
    ticket.section = ""
    change.__dict__.pop("roster", None)
    _arrive(change, "came_over")


@does("reclassify")
def reclassify(change: Change) -> None:
    ticket, fields = change.ticket, change.fields
    before = ticket.resolve_due
    if fields.get("named_staff") is not None:
        _name_staff(change)
    category, urgency = fields.get("category"), fields.get("urgency")
    if not category and not urgency and fields.get("named_staff") is None:
        raise Refused(_("Please choose another category or urgency."), field="category")
    if urgency and urgency not in Urgency.values:
        raise Refused(_("Please choose an urgency from A to D."), field="urgency")
    if category:
        ticket.category = category
    ticket.urgency = urgency or (category.urgency if category else ticket.urgency)
    if category or urgency:
        clockwork.restart_limits(ticket, at=change.now)
    if ticket.level == Level.STREET:
        ticket.section = ticket.line
    later = before and ticket.resolve_due and ticket.resolve_due > before
    if later and not change.actor.seats(ticket) & {Seat.COMMUNITY, Seat.STREET, Seat.STREET_LEADER}:
        raise Refused(
            _("This would give a later deadline; only the community or the street may do that."),
            field="urgency",
        )
    change.detail |= {"category": ticket.category_id, "urgency": ticket.urgency}
    if ticket.urgency < change.before["urgency"]:
        _tell_duty(change)


# --- working on it -----------------------------------------------------------------------
@does("contact")
def contact(change: Change) -> None:
    change.detail["how"] = _how(change, MET | {"no_reply"})
    reached = change.detail["how"] != "no_reply"
    if reached and change.ticket.first_contact_at is None:
        first = Ticket.objects.filter(pk=change.ticket.pk, first_contact_at__isnull=True)
        first.update(first_contact_at=change.now)


@does("handle")
def handle(change: Change) -> None:
    """Only the entry: what was done, with photos."""


@does("remark")
def remark(change: Change) -> None:
    """Only the entry: words among colleagues."""


@does("refer_to_steward")
def refer_to_steward(change: Change) -> None:
    """The table learns what it shall talk over, never who told it (handbook §3)."""
    ticket, words = change.ticket, change.note
    names = (ticket.contact_name, ticket.contact_phone)
    if mask_phones(words) != words or any(len(name) > 1 and name in words for name in names):
        said = _("The table never learns who told it: please leave out the name and the number.")
        raise Refused(said, field="note")
    change.detail |= tables.bring(ticket, by=change.user, words=words)


@does("request_extension")
def request_extension(change: Change) -> None:
    hours = change.fields.get("hours")
    if not isinstance(hours, int) or not 1 <= hours <= settings.EXTENSION_MAX_HOURS:
        raise Refused(
            _("Please give the hours you need, from 1 to %(most)d.") % {"most": settings.EXTENSION_MAX_HOURS},
            field="hours",
        )
    _ask_above(change, OpenRequestKind.EXTENSION, hours=hours)


@does("request_hold")
def request_hold(change: Change) -> None:
    _ask_above(change, OpenRequestKind.HOLD, review_on=_review_on(change))


@does("grant_extension")
def grant_extension(change: Change) -> None:
    asked = _decide(change, granted=True)
    shift = clockwork.extend(change.ticket, hours=asked.hours or 0)
    change.detail |= {"hours": asked.hours, "shift": shift.total_seconds()}


@does("refuse_extension")
def refuse_extension(change: Change) -> None:
    _decide(change, granted=False)


@does("refuse_hold")
def refuse_hold(change: Change) -> None:
    _decide(change, granted=False)


@does("hold")
def hold(change: Change) -> None:
    ticket = change.ticket
    if ticket.open_request == OpenRequestKind.HOLD:
        asked = _decide(change, granted=True)
        review_on = _review_on(change, asked.review_on)
    else:
        if ticket.open_request:
            raise Refused(_("Please decide on the extension that was asked for first."))
        if not change.note:
            raise Refused(_("Please write why it cannot be solved now."), field="note")
        review_on = _review_on(change)
    ticket.status = Status.ON_HOLD
    ticket.held_since = change.now
    ticket.review_at = clockwork.review_moment(review_on)
    change.detail["review_on"] = review_on.isoformat()
    change.tell(messages.to_resident("on_hold", ticket))


@does("ask")
def ask(change: Change) -> None:
    """The question stands beside the entry; the matter rests until the reply, or for so many working days."""
    ticket = change.ticket
    change.note = storable(str(change.fields.get("question") or ""))
    if not 0 < len(change.note) <= QUESTION_MAX:
        raise Refused(
            _("Please write the question, in up to %(most)d characters.") % {"most": QUESTION_MAX},
            field="question",
        )
    ticket.status = Status.ON_HOLD
    ticket.held_since = ticket.question_since = change.now
    ticket.review_at = current_calendar().add(change.now, settings.ASK_WORKING_DAYS * day_length())
    change.detail["reply_by"] = ticket.review_at.isoformat()
    change.tell(messages.to_resident("question", ticket))


@does("resume")
def resume(change: Change) -> None:
    """By the holder, by the resident's reply, or by the clock, which is silence where a question was open."""
    ticket, by = change.ticket, change.actor.kind
    shift = clockwork.resume(ticket, at=change.now)
    change.detail["shift"] = shift.total_seconds()
    ticket.status = Status.ACCEPTED
    kind = {ActorKind.SYSTEM: "review", ActorKind.RESIDENT: "replied"}.get(by)
    if ticket.question_since:
        ticket.question_since = None
        change.detail["question"] = {
            ActorKind.SYSTEM: "unanswered",
            ActorKind.RESIDENT: "answered",
            ActorKind.STAFF: "dropped",
        }[by]
        kind = "unanswered" if by is ActorKind.SYSTEM else kind
    if kind:
        change.tell(messages.to_staff(kind, ticket, change.roster.in_charge(ticket)))


# --- answering ---------------------------------------------------------------------------
@does("resolve")
def resolve(change: Change) -> None:
    ticket = change.ticket
    text = _answer_text(change)
    _drop_request(change)
    ticket.status = Status.RESOLVED
    ticket.resolved_at = change.now
    answers.write(change, text=text, kind=AnswerKind.RESOLVED)


@does("decline")
def decline(change: Change) -> None:
    ticket = change.ticket
    text = _answer_text(change)
    _drop_request(change)
    ticket.status = Status.DECLINED
    ticket.resolved_at = change.now
    answers.write(change, text=text, kind=AnswerKind.DECLINED)


@does("answer")
def answer(change: Change) -> None:
    """Record that the answer reached the resident, or that it could not."""
    ticket, given = change.ticket, answers.open_answer(change.ticket)
    by_hotline = ticket.is_from_hotline and change.actor.kind is ActorKind.STAFF
    how = _how(change, WAYS[change.actor.kind] | ({Reached.HOTLINE} if by_hotline else set()))
    change.detail |= {"how": how, "answer": given.pk}
    if how == "unreachable" and not answers.give_up(change, given):
        change.step, change.free = "answer_try", True
        return
    if how != "unreachable":
        answers.reached(given, how=how, at=change.now)
    ticket.answered_at = change.now
    ticket.call_since = None
    if ticket.status == Status.RESOLVED:
        ticket.status = Status.ANSWERED
        if how not in ("unreachable", Reached.VERDICT):
            change.tell(messages.to_resident("verdict_ask", ticket, phase=f"a{given.pk}"))


@does("close")
def close(change: Change) -> None:
    ticket = change.ticket
    outcomes = {
        ActorKind.RESIDENT: Outcome.CONFIRMED,
        ActorKind.SYSTEM: Outcome.SILENT,
        ActorKind.STAFF: Outcome.FINAL,
    }
    ticket.status = Status.CLOSED
    ticket.outcome = outcomes[change.actor.kind]
    ticket.closed_at = change.now
    ticket.contested_at = None


@does("reopen")
def reopen(change: Change) -> None:
    """One level above the one that resolved it; the second time to the street."""
    ticket = change.ticket
    third = ticket.round >= 2
    if third and Seat.STREET_LEADER not in change.actor.seats(ticket):
        raise Refused(_("It was reopened twice already; now the street leader decides."))
    if ticket.round >= 1 or ticket.level == Level.STREET or ticket.community_id is None:
        ticket.level = Level.STREET
    else:
        ticket.level = LADDER[Level(ticket.level).rank + 1]
    ticket.section = ticket.line if ticket.level == Level.STREET else ""
    ticket.status = Status.ACCEPTED
    ticket.round += 1
    ticket.outcome = ""
    ticket.accepted_at = ticket.accepted_at or change.now
    ticket.resolved_at = ticket.answered_at = ticket.closed_at = None
    ticket.call_since = ticket.contested_at = None
    clockwork.start(ticket, at=change.now)
    ticket.assignee = change.user if third else change.roster.duty(ticket)
    ticket.first_handler = ticket.first_handler or ticket.assignee
    change.detail |= {"assignee": ticket.assignee.pk, "fresh_clock": True}
    publishing.hide(ticket)
    change.tell(messages.to_staff("reopened", ticket, [ticket.assignee]))
    _tell_duty(change, apart_from=[ticket.assignee])
    change.tell(messages.to_resident("reopened_resident", ticket))


@does("withdraw")
def withdraw(change: Change) -> None:
    ticket = change.ticket
    _drop_request(change)
    ticket.status, ticket.outcome = Status.CLOSED, Outcome.WITHDRAWN
    ticket.closed_at = change.now
    ticket.held_since = ticket.review_at = None
    change.tell(messages.to_staff("withdrawn", ticket, change.roster.in_charge(ticket)))
    change.tell(following.about_withdrawal(ticket))
    answers.set_children_free(change)


# --- one matter told twice ---------------------------------------------------------------
@does("merge")
def merge(change: Change) -> None:
    ticket, parent = change.ticket, cast(Ticket | None, change.fields.get("parent"))
    if parent is None or not Ticket.objects.visible_to(change.user).filter(pk=parent.pk).exists():
        raise Refused(_("There is no such matter, or you may not see it. Check the number."), field="parent")
    check_parent(ticket, change.fields)
    # Whoever answers the parent must see this child: the parent's row is locked until both are written.
    fresh = Ticket.objects.select_for_update().get(pk=parent.pk)
    if not fresh.is_open or fresh.resolved_at:
        raise Refused(_("Merge only into a matter that still waits for its answer."), field="parent")
    _drop_request(change)
    ticket.parent = parent
    change.detail |= {"parent": parent.pk, "was": ticket.status}
    ticket.status = Status.MERGED


@does("unmerge")
def unmerge(change: Change) -> None:
    """Back to where it was; with a fresh clock when its parent's answer did not settle it."""
    ticket = change.ticket
    last = ticket.events.filter(step="merge").order_by("-id").first()
    ticket.status = last.detail["was"] if last else Status.SUBMITTED
    if ticket.resolved_at:
        clockwork.start(ticket, at=change.now)
        change.detail["fresh_clock"] = True
        if ticket.status == Status.ON_HOLD:  # the pause belongs to the clock that ended
            ticket.status, ticket.held_since, ticket.review_at = Status.ACCEPTED, None, None
    ticket.parent = None
    ticket.resolved_at = ticket.answered_at = ticket.call_since = None
    change.tell(messages.to_staff("came_over", ticket, change.roster.in_charge(ticket)))


# --- what can be said before a step is taken ---------------------------------------------
def check_person(ticket: Ticket, fields: Mapping[str, Any]) -> User:
    """Raises: Refused: nobody was chosen, or somebody who does not serve there."""
    person = cast(User | None, fields.get("assignee"))
    if person is None:
        raise Refused(_("Please choose a person."), field="assignee")
    if not _serves(person, ticket):
        raise Refused(_("This person serves another unit; hand the matter over instead."), field="assignee")
    return person


def check_unit(ticket: Ticket, fields: Mapping[str, Any]) -> Grid | Community:
    """Raises: Refused: no unit was chosen, or the one that holds the ticket."""
    target = fields.get("target")
    if not isinstance(target, Grid | Community):
        raise Refused(_("Please choose a grid or a community."), field="grid")
    if target.code == ticket.unit_code:
        raise Refused(_("This unit holds the matter already; choose another."), field="grid")
    return target


def check_parent(ticket: Ticket, fields: Mapping[str, Any]) -> None:
    """Raises: Refused: the ticket cannot follow that parent."""
    parent: Ticket = fields["parent"]
    if parent.about_staff:
        raise Refused(_("Nothing can be merged into a complaint about staff."), field="parent")
    if parent.pk == ticket.pk:
        raise Refused(_("A matter cannot be merged into itself."), field="parent")
    if not parent.is_open or parent.resolved_at:
        raise Refused(_("Merge only into a matter that still waits for its answer."), field="parent")
    if ticket.children.exists():
        raise Refused(_("Others were merged into this one; merge it the other way round."), field="parent")


CHECKS: dict[str, Callable[[Ticket, Mapping[str, Any]], object]] = {
    "assign": check_person,
    "hand_over": check_unit,
    "merge": check_parent,
}


def foreseen(ticket: Ticket, name: str, *, by: Actor, **fields: Any) -> str:
    """Why the step would be refused with these fields, as far as that can be said without taking it."""
    if sentence := why_not(ticket, name, by=by):
        return sentence
    try:
        if check := CHECKS.get(name):
            check(ticket, fields)
    except Refused as refusal:
        return refusal.sentence
    return ""


# --- shared ------------------------------------------------------------------------------
def _arrive(change: Change, kind: str) -> None:
    """The ticket came to another unit: its duty person is in charge at once if it was accepted."""
    ticket = change.ticket
    people = change.roster.team(ticket)
    if ticket.status == Status.ACCEPTED:
        ticket.assignee = change.roster.duty(ticket)
        change.detail["assignee"] = ticket.assignee.pk
        people = [ticket.assignee]
    else:
        ticket.assignee = None
    _drop_request(change)
    change.tell(messages.to_staff(kind, ticket, people))
    _tell_duty(change, apart_from=people)


def _tell_duty(change: Change, *, apart_from: Collection[User] = ()) -> None:
    """Neither who does it nor who is told anyhow hears of it twice."""
    knowing = [*apart_from, *filter(None, [change.actor.user])]
    change.tell(duty.told("on_duty", change.ticket, at=change.now, apart_from=knowing))


def _serves(person: User, ticket: Ticket) -> bool:
    """Has a post in the grid, or in the community or street once it climbed there."""
    posts = person.current_posts
    rank = Level(ticket.level).rank
    is_named = person.pk in ticket.named_staff
    return any(_post_serves(post, ticket, rank) for post in posts) and person.is_active and not is_named


def _post_serves(post: Post, ticket: Ticket, rank: int) -> bool:
    if post.grid_id:
        return post.grid_id == ticket.grid_id and not ticket.about_staff
    if post.community_id:
        return post.community_id == ticket.community_id and not ticket.about_staff
    return post.street_id is not None and rank == Level.STREET.rank


def _how(change: Change, known: frozenset[str]) -> str:
    how = change.fields.get("how") or ""
    if how not in known:
        raise Refused(_("Please say how you reached the resident."), field="how")
    return str(how)


def _answer_text(change: Change) -> str:
    text = storable(str(change.fields.get("answer") or ""))
    if not text:
        raise Refused(_("Please write the answer that the resident will read."), field="answer")
    if len(text) > TEXT_MAX:
        raise Refused(
            _("The answer is too long; please keep it under %(most)d characters.") % {"most": TEXT_MAX},
            field="answer",
        )
    return text


def _review_on(change: Change, asked: date | None = None) -> date:
    """The day given, else the one asked for, as long as it still lies ahead."""
    day = change.fields.get("review_on") or asked
    today = timezone.localdate(change.now)
    if not isinstance(day, date) or not today < day <= today + timedelta(days=366):
        raise Refused(
            _("Please choose the day to look at it again, from tomorrow to a year ahead."), field="review_on"
        )
    return day


def _ask_above(change: Change, kind: OpenRequestKind, **what: object) -> None:
    ticket = change.ticket
    ticket.open_request = kind
    OpenRequest.objects.create(
        ticket=ticket, kind=kind, reason=change.note, asked_by=change.user, asked_at=change.now, **what
    )
    change.detail |= {name: str(value) for name, value in what.items()}
    change.tell(messages.to_staff("asked_above", ticket, change.roster.above(ticket)))


def _decide(change: Change, *, granted: bool) -> OpenRequest:
    ticket = change.ticket
    asked = OpenRequest.objects.select_related("asked_by").get(ticket=ticket, decided_at__isnull=True)
    if asked.asked_by_id == change.user.pk:
        raise Refused(_("You asked for it yourself; somebody else has to decide."))
    asked.granted, asked.decided_by, asked.decided_at = granted, change.user, change.now
    asked.save(update_fields=["granted", "decided_by", "decided_at"])
    ticket.open_request = ""
    asker = [asked.asked_by] if access.seats(asked.asked_by, ticket) else change.roster.in_charge(ticket)
    change.tell(messages.to_staff("decided", ticket, asker))
    return asked


def _drop_request(change: Change) -> None:
    """What was asked falls away when the ticket moves on: of the unit above, or of the resident."""
    ticket = change.ticket
    if ticket.open_request:
        waiting = OpenRequest.objects.get(ticket=ticket, decided_at__isnull=True)
        waiting.decided_at = change.now
        waiting.save(update_fields=["decided_at"])
        change.detail["request"] = waiting.pk
        ticket.open_request = ""
    if ticket.question_since:
        change.detail["question"] = "dropped"
        ticket.question_since = None


def _name_staff(change: Change) -> None:
    """A complaint names somebody: from now on it is hidden from them."""
    if not change.ticket.about_staff or not change.actor.seats(change.ticket) & {
        Seat.STREET,
        Seat.STREET_LEADER,
    }:
        raise Refused(_("Only the street names people in a complaint about staff."), field="named_staff")
    ticket, people = change.ticket, change.fields["named_staff"]
    ticket.named_staff = sorted(person.pk for person in people)
    if ticket.assignee_id in ticket.named_staff:
        ticket.assignee = change.roster.duty(ticket)
        change.detail["assignee"] = ticket.assignee.pk
        change.tell(messages.to_staff("assigned", ticket, [ticket.assignee]))
