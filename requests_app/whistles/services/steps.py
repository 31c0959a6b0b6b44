"""Taking a step of a whistle or of one call: the table says whether, a handler says what changes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Department, Role, User
from grids.queries import people_of, serving
from requests_app import deadlines
from requests_app.services.actor import SYSTEM, Actor
from requests_app.whistles import access, messages
from requests_app.whistles.models import Call, Deed, DeedPhoto, Entry, KindRule, Whistle
from requests_app.whistles.services.writing import Move, note_on_tickets
from requests_app.whistles.terms import WORDS_MAX
from requests_app.whistles.workflow import STEPS, CallState, Seat, State, Step
from requests_app.workflow import WHISTLE_OVER, WHISTLED
from wangguan import clock, photos
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile, swap
from wangguan.words import storable
from wangguan.workdays import current_calendar

Handler = Callable[[Move, dict[str, Any]], None]
_HANDLERS: dict[str, Handler] = {}


def _does(name: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        _HANDLERS[STEPS[name].name] = handler
        return handler

    return register


def take(
    target: Whistle | Call,
    name: str,
    *,
    by: Actor,
    note: str = "",
    action_id: UUID | None = None,
    version: int | None = None,
    **fields: Any,
) -> Entry:
    """Take the step called `name` of a whistle or a call, and return its entry.

    `fields` are the step's own: `latitude` and `longitude` (check_in), `pictures` (deed), `rating`
    (rate). `version` is the one the actor saw; the same `action_id` again returns the first entry.

    Raises:
        Refused: it cannot be taken now, by this actor, or with these fields.
        MovedMeanwhile: somebody else was faster; nothing was written.
    """
    step = STEPS[name]
    whistle_id = target.whistle_id if isinstance(target, Call) else target.pk
    fields["kept"] = [photos.store(picture, DeedPhoto()) for picture in fields.pop("pictures", ())]
    if first := _first_of(whistle_id, action_id):
        return first
    try:
        with transaction.atomic():
            return _take(whistle_id, target, step, by, storable(note)[:WORDS_MAX], action_id, version, fields)
    except IntegrityError:
        if first := _first_of(whistle_id, action_id):
            return first
        raise


def _take(
    whistle_id: int,
    target: Whistle | Call,
    step: Step,
    by: Actor,
    note: str,
    action_id: UUID | None,
    version: int | None,
    fields: dict[str, Any],
) -> Entry:
    """Behind the whistle's lock: steps of one whistle wait for each other, and each reads what is so."""
    whistle = Whistle.objects.select_for_update(no_key=True).get(pk=whistle_id)
    if first := _first_of(whistle_id, action_id):
        return first
    call = _fresh(target, whistle) if isinstance(target, Call) else None
    move = Move(whistle, step.name, by, call, note, action_id)
    _check(step, move, version)
    _HANDLERS[step.name](move, fields)
    entry = move.record()
    if step.name == "deed":
        _write_deed(move, entry, fields)
    if step.name == "conclude":
        _end_if_all_did(whistle)
    return entry


def _fresh(call: Call, whistle: Whistle) -> Call:
    row = Call.objects.select_related("department", "checked_in_by").get(pk=call.pk)
    row.whistle = whistle
    return row


def _first_of(whistle_id: int, action_id: UUID | None) -> Entry | None:
    if action_id is None:
        return None
    return Entry.objects.filter(whistle=whistle_id, action_id=action_id).first()


def _check(step: Step, move: Move, version: int | None) -> None:
    row = move.call or move.whistle
    if not access.fits(step, move.whistle, move.call):
        raise MovedMeanwhile(_no_start(step, move))
    if version is not None and version != row.version and not step.free:
        raise MovedMeanwhile
    held = access.seats(move.actor.user, move.whistle, move.call) if move.actor.user else {Seat.SYSTEM}
    if not step.open_to(held):
        raise Refused(_not_yours(step, move))
    if step.needs_note and not move.note and move.actor.user:
        raise Refused(_("Please write a few words, so that everybody can follow it later."), field="note")


def _no_start(step: Step, move: Move) -> str:
    """What is so instead, in a sentence."""
    if step.name == "check_in" and move.call and move.call.checked_in_by:
        return _("%(who)s has already checked in for your department.") % {"who": move.call.checked_in_by}
    row = move.call or move.whistle
    now = row.get_state_display()
    return _("“%(step)s” is not possible now: it is “%(state)s”.") % {"step": step.label, "state": now}


def _not_yours(step: Step, move: Move) -> str:
    if step.name == "approve":
        if Seat.LEADER in access.seats(move.user, move.whistle):
            return _("Whoever drafted it does not approve it; another street leader does.")
        return _("Only a street leader approves it.")
    if Seat.DEPARTMENT in step.who:
        return _("Only somebody of the called department does that.")
    return _("Your post does not include this step.")


# --- the whole whistle -------------------------------------------------------------------
@_does("approve")
def _approve(move: Move, fields: dict[str, Any]) -> None:
    swap(move.whistle, state=State.APPROVED, approved_by=move.user, approved_at=move.now)
    if move.whistle.drafted_by_id != move.user.pk:
        _tell_drafter("whistle_approved", move.whistle)


@_does("return")
def _return(move: Move, fields: dict[str, Any]) -> None:
    swap(move.whistle, state=State.RETURNED, approved_by=None, approved_at=None)
    _tell_drafter("whistle_returned", move.whistle)


@_does("blow")
def _blow(move: Move, fields: dict[str, Any]) -> None:
    """Every clock starts, everybody in post in the departments is told."""
    whistle = move.whistle
    calls = list(whistle.calls.select_related("department").order_by("department__code"))
    people = _people_of(calls)
    _refuse_empty([call.department for call in calls if not people[call.department_id]])
    _refuse_complaints(whistle)
    limit, calendar = KindRule.of(whistle.kind).limit, current_calendar()
    due = deadlines.due(move.now, limit, calendar)
    half = deadlines.half(move.now, limit, calendar)
    swap(whistle, state=State.BLOWN, blown_at=move.now, check_in_due=due)
    drafts = []
    for call in calls:
        call.whistle = whistle
        swap(call, state=CallState.CALLED, called_at=move.now, half_at=half, check_in_due=due, wake_at=half)
        drafts += messages.to_department("whistle_called", call, people[call.department_id])
    outbox.add(drafts)
    note_on_tickets(whistle, WHISTLED, move.actor)


@_does("withdraw")
def _withdraw(move: Move, fields: dict[str, Any]) -> None:
    was_blown = move.whistle.state == State.BLOWN
    swap(move.whistle, state=State.WITHDRAWN)
    unfinished = [CallState.WAITING, CallState.CALLED, CallState.CHECKED_IN]
    calls = list(move.whistle.calls.filter(state__in=unfinished).select_related("department"))
    people = _people_of(calls) if was_blown else {}
    drafts = []
    for call in calls:
        call.whistle = move.whistle
        swap(call, state=CallState.CALLED_OFF, wake_at=None)
        drafts += messages.to_department("whistle_off", call, people.get(call.department_id, ()))
    outbox.add(drafts)
    if was_blown:
        note_on_tickets(move.whistle, WHISTLE_OVER, move.actor)


@_does("urge")
def _urge(move: Move, fields: dict[str, Any]) -> None:
    """Those who have not come, or else those who have not concluded, are told once more."""
    whistle = move.whistle
    if (again := whistle.may_be_urged_at) and move.now < again:
        minutes = -(-(again - move.now) // timedelta(minutes=1))
        raise Refused(_("It was urged a moment ago; again in %(minutes)s minutes.") % {"minutes": minutes})
    Whistle.objects.filter(pk=whistle.pk).update(urged_at=move.now)
    calls = list(whistle.calls.open().select_related("department"))
    late = [call for call in calls if call.state == CallState.CALLED] or calls
    people = _people_of(late)
    drafts = []
    for call in late:
        call.whistle = whistle
        drafts += messages.to_department(
            "whistle_urged", call, people[call.department_id], occasion=int(move.now.timestamp())
        )
    outbox.add(drafts)
    move.detail["departments"] = [call.department.code for call in late]


@_does("finish")
def _finish(move: Move, fields: dict[str, Any]) -> None:
    """Nobody is waited for any more: who never came is recorded as such."""
    calls = list(move.whistle.calls.open())
    for call in calls:
        came = call.state == CallState.CHECKED_IN
        state = CallState.CONCLUDED if came else CallState.MISSED
        swap(call, state=state, wake_at=None, **({"concluded_at": move.now} if came else {}))
    _end(move.whistle, move.actor)


@_does("archive")
def _archive(move: Move, fields: dict[str, Any]) -> None:
    unrated = move.whistle.calls.exclude(state=CallState.RATED).select_related("department")
    if names := ", ".join(str(call.department) for call in unrated):
        raise Refused(_("Please rate first: %(departments)s.") % {"departments": names})
    swap(move.whistle, state=State.ARCHIVED)


def _end_if_all_did(whistle: Whistle) -> None:
    """The last department has concluded: the whistle is over."""
    if whistle.state == State.BLOWN and not whistle.calls.open().exists():
        _end(whistle, SYSTEM)
        Move(whistle, "finish", SYSTEM).record()


def _end(whistle: Whistle, actor: Actor) -> None:
    swap(whistle, state=State.CONCLUDED, concluded_at=clock.now())
    note_on_tickets(whistle, WHISTLE_OVER, actor)
    _tell_drafter("whistle_concluded", whistle)


# --- one department ----------------------------------------------------------------------
@_does("check_in")
def _check_in(move: Move, fields: dict[str, Any]) -> None:
    call = _call(move)
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    whole = latitude is not None and longitude is not None
    swap(
        call,
        state=CallState.CHECKED_IN,
        checked_in_at=move.now,
        checked_in_by=move.user,
        latitude=latitude if whole else None,
        longitude=longitude if whole else None,
        wake_at=move.now + KindRule.of(move.whistle.kind).nudge_after,
    )
    move.detail = {"late": call.is_late(), "place": whole}


@_does("deed")
def _deed(move: Move, fields: dict[str, Any]) -> None:
    """Its words stand as a deed, written with the entry."""


@_does("conclude")
def _conclude(move: Move, fields: dict[str, Any]) -> None:
    swap(
        _call(move),
        state=CallState.CONCLUDED,
        concluded_at=move.now,
        concluded_by=move.user,
        wake_at=None,
    )


@_does("rate")
def _rate(move: Move, fields: dict[str, Any]) -> None:
    rating = fields.get("rating")
    if rating not in range(1, 6):
        raise Refused(_("Please choose from 1 to 5."), field="rating")
    swap(_call(move), state=CallState.RATED, rating=rating, rated_at=move.now, rated_by=move.user)
    move.detail = {"rating": rating}


def _write_deed(move: Move, entry: Entry, fields: Mapping[str, Any]) -> None:
    deed = Deed.objects.create(call=_call(move), entry=entry, words=move.note, by=move.user, at=move.now)
    kept: list[DeedPhoto] = fields["kept"]
    for photo in kept:
        photo.deed = deed
    DeedPhoto.objects.bulk_create(kept)


def _call(move: Move) -> Call:
    if move.call is None:
        raise RuntimeError(f"{move.what} is a step of a call")
    return move.call


# --- who is told -------------------------------------------------------------------------
def _people_of(calls: Iterable[Call]) -> dict[int, list[User]]:
    """Who answers for each department today, deputies in place of those on leave; two queries."""
    wanted = [call.department_id for call in calls]
    found: dict[int, list[User]] = {department: [] for department in wanted}
    for post, person in serving(Role.DEPARTMENT_STAFF, department__in=wanted):
        if post.department_id:
            found[post.department_id].append(person)
    return found


def _refuse_empty(departments: list[Department]) -> None:
    if departments:
        names = ", ".join(department.name for department in departments)
        sentence = _("Nobody is in post in: %(departments)s. Fill a post there, or leave the department out.")
        raise Refused(sentence % {"departments": names})


def _refuse_complaints(whistle: Whistle) -> None:
    """A matter may have become a complaint about staff since it was drafted."""
    if whistle.tickets.filter(about_staff=True).exists():
        raise Refused(_("A complaint about staff is never shown to departments."))


def _tell_drafter(kind: str, whistle: Whistle) -> None:
    """Whoever drafted it, and the dispatch centre once the drafter has left."""
    drafter = whistle.drafted_by
    people = [drafter] if drafter.is_active and drafter.current_posts else people_of(Role.DISPATCHER)
    outbox.add(messages.to_office(kind, whistle, people, occasion=f"v{whistle.version}"))
