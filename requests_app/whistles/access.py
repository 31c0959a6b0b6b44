"""Who may do what with one whistle: together with `visible_to` and `called_to`, the only door."""

from django.utils.translation import gettext as _

from grids import access as doors
from grids.models import Role, User
from grids.queries import people_of
from requests_app.models import Ticket
from requests_app.queries import COMMUNITY_SEEING
from requests_app.services.calls import may_call
from requests_app.whistles.models import Call, Matter, Whistle
from requests_app.whistles.queries import departments_of
from requests_app.whistles.workflow import CALL_STEPS, WHISTLE_STEPS, CallState, Seat, State, Step
from requests_app.workflow import OPEN, Level

DRAFTING = frozenset({Role.DISPATCHER, Role.SECTION_STAFF, Role.STREET_LEADER})
LOOKING = DRAFTING | COMMUNITY_SEEING | {Role.AUDITOR}


def may_look(user: User) -> bool:
    """Whether this person sees the office's pages of whistles."""
    return user.is_superuser or bool(doors.roles_of(user) & LOOKING)


def may_draft(user: User) -> bool:
    return bool(doors.roles_of(user) & DRAFTING)


def may_approve(user: User) -> bool:
    """Whether drafts of others wait for this person."""
    return Role.STREET_LEADER in doors.roles_of(user)


def is_of_department(user: User) -> bool:
    return bool(departments_of(user))


def seats(user: User, whistle: Whistle, call: Call | None = None) -> frozenset[Seat]:
    """As what `user` meets the whistle, or one call of it, today."""
    found = set()
    roles = doors.roles_of(user) if user.is_active else frozenset()
    if roles & {Role.DISPATCHER, Role.SECTION_STAFF}:
        found.add(Seat.OFFICE)
    if Role.STREET_LEADER in roles:
        found.add(Seat.LEADER)
        if whistle.drafted_by_id != user.pk or _is_alone(user):
            found.add(Seat.APPROVER)
    if call and call.department_id in departments_of(user):
        found.add(Seat.DEPARTMENT)
    return frozenset(found)


def _is_alone(user: User) -> bool:
    """The street has no other leader today."""
    return all(person.pk == user.pk for person in people_of(Role.STREET_LEADER))


def fits(step: Step, whistle: Whistle, call: Call | None = None) -> bool:
    """Whether it starts from where whistle and call stand."""
    if step.of_call:
        running = whistle.state in (State.BLOWN, State.CONCLUDED)
        return call is not None and running and step.starts_at(call.state)
    return step.starts_at(whistle.state)


def allowed(user: User, whistle: Whistle) -> list[Step]:
    """Steps of the whole whistle to offer, in the order of the table."""
    held = seats(user, whistle)
    return [step for step in WHISTLE_STEPS if step.open_to(held) and fits(step, whistle)]


def allowed_for(user: User, call: Call) -> list[Step]:
    """Steps of one call to offer."""
    held = seats(user, call.whistle, call)
    return [step for step in CALL_STEPS if step.open_to(held) and fits(step, call.whistle, call)]


def why_not_whistled(ticket: Ticket) -> str:
    """Why no whistle can be drafted for this matter; empty when one can."""
    if ticket.about_staff:
        return _("A complaint about staff is never shown to departments.")
    if ticket.level != Level.STREET:
        return _("Only a matter of the street's level can be whistled for; pass it up first.")
    return "" if ticket.status in OPEN else _("The matter is closed.")


def may_record_consent(user: User, ticket: Ticket) -> bool:
    """Whether this person works on the matter, or above, and so hears what its resident says."""
    return may_call(user, ticket)


def reporter_open_to_departments(whistle: Whistle, matter: Matter) -> bool:
    """Whether the called departments see who told it: with consent, while they work, and not a complaint."""
    return whistle.state == State.BLOWN and matter.consent == "yes" and not matter.ticket.about_staff


def works_on(call: Call) -> bool:
    """Whether the department still has something to do."""
    return call.state in (CallState.CALLED, CallState.CHECKED_IN)
