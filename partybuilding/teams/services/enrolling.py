"""Becoming a volunteer, being confirmed, and leaving."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Community, Grid, today
from partybuilding import access
from partybuilding.access import By
from partybuilding.checkins.models import MemberCheckIn
from partybuilding.door.already import Known
from partybuilding.organisations.models import Member
from partybuilding.teams import messages
from partybuilding.teams.access import keeps, seats
from partybuilding.teams.models import Membership, Team, Volunteer
from partybuilding.teams.terms import WORDS_MAX, Source
from partybuilding.teams.workflow import VOLUNTEER_STEPS, Seat, State, Step
from wangguan import auditlog, clock, journal
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable


@dataclass(frozen=True)
class Whom:
    """A name, the phone it is reached at, and whether it may be thanked in public by name."""

    name: str
    phone: str
    may_be_named: bool = False


def sign_up(
    whom: Whom,
    *,
    community: Community,
    skills: Sequence[str],
    slots: Sequence[str],
    wish: Team | None,
    form_id: UUID,
) -> Volunteer:
    """Somebody wants to help; the community's office is told. The same form again is the same volunteer.

    Raises:
        Known: somebody with this phone has signed up already.
    """
    if first := Volunteer.objects.filter(form_id=form_id).first():
        return first
    told = {"community": community, "skills": list(skills), "slots": list(slots), "wish": wish}
    with transaction.atomic():
        row = _create(whom, form_id=form_id, **told)
        outbox.add(messages.of_signed_up(row, access.keepers_of(community.pk)))
        return row


@transaction.atomic
def take_over(person: MemberCheckIn | Member, *, by: By) -> Volunteer:
    """Somebody known as a member becomes a volunteer by one press, and is told so.

    Raises:
        Refused: not this office's, no phone on record, or a volunteer already.
    """
    if not keeps(by, community_of(person)):
        raise Refused(_("This is not yours to do."))
    if not person.phone:
        raise Refused(_("No phone number is on record; please enter it first."))
    row = _create(
        Whom(person.name, person.phone),
        community_id=community_of(person),
        state=State.CONFIRMED,
        confirmed_at=clock.now(),
        confirmed_by=by.user,
        **_from(person),
    )
    journal.note(by.user, [row], journal.ADDITION, str(Source(row.source).label))
    outbox.add(messages.of_confirmed(row))
    return row


def community_of(person: MemberCheckIn | Member) -> int | None:
    """The community (key) whose office keeps this member."""
    return person.community_id if isinstance(person, MemberCheckIn) else person.organisation.community_id


def _from(person: MemberCheckIn | Member) -> dict[str, Any]:
    if isinstance(person, Member):
        return {"source": Source.MEMBER}
    same = {name: getattr(person, name) for name in ("grid_id", "skills", "slots")}
    return {"source": Source.CHECK_IN, **same}


def _create(whom: Whom, **fields: Any) -> Volunteer:
    try:
        with transaction.atomic():
            return Volunteer.objects.create(
                name=whom.name, phone=whom.phone, may_be_named=whom.may_be_named, **fields
            )
    except IntegrityError:
        if first := Volunteer.objects.filter(form_id=fields.get("form_id")).exclude(form_id=None).first():
            return first
        said = _("Somebody with this phone is a volunteer already. Enter with your phone to see it.")
        raise Known(said, field="phone") from None


@transaction.atomic
def confirm(volunteer: Volunteer, *, by: By, grid: Grid | None = None) -> None:
    """The office takes a volunteer on, in the team that was wished for if it keeps that; twice is once.

    Raises:
        Refused: not this office's, left meanwhile, or a grid of another community.
        MovedMeanwhile: somebody else moved the row since it was read.
    """
    if volunteer.state == State.CONFIRMED:
        return
    _check(VOLUNTEER_STEPS["confirm"], volunteer, by, "")
    fields: dict[str, Any] = {"confirmed_at": clock.now(), "confirmed_by": by.user}
    swap(volunteer, state=State.CONFIRMED, **fields, **_placed(volunteer, grid))
    if volunteer.wish and volunteer.wish.is_standing and keeps(by, volunteer.wish.community_id):
        Membership.objects.get_or_create(team=volunteer.wish, volunteer=volunteer, until=None)
    journal.note(by.user, [volunteer], journal.CHANGE, str(State.CONFIRMED.label))
    outbox.add(messages.of_confirmed(volunteer))


@transaction.atomic
def place(volunteer: Volunteer, *, grid: Grid | None, by: By) -> None:
    """The office says in which grid a volunteer lives, so that a call-out there reaches them.

    Raises:
        Refused: not this office's, or a grid of another community.
    """
    if Seat.KEEPER not in seats(by, volunteer):
        raise Refused(_("This is not yours to do."))
    swap(volunteer, **(_placed(volunteer, grid) or {"grid": None}))
    journal.note(by.user, [volunteer], journal.CHANGE, str(grid or "—"))


@transaction.atomic
def dial(volunteer: Volunteer, *, by: By) -> str:
    """The number, given out only after the history says who asked for it.

    Raises:
        Refused: not this office's volunteer.
    """
    if Seat.KEEPER not in seats(by, volunteer):
        raise Refused(_("Only the office that keeps the volunteers calls them."))
    journal.note(by.user, [volunteer], journal.CHANGE, _("Phone number shown"))
    about = f"teams.volunteer:{volunteer.pk}"
    auditlog.write(auditlog.Kind.UNMASKED, actor=by.user, subject=about, detail={"field": "phone"})
    return volunteer.phone


def _placed(volunteer: Volunteer, grid: Grid | None) -> dict[str, Any]:
    if grid is None:
        return {}
    if volunteer.community_id not in (None, grid.community_id):
        raise Refused(_("This grid lies in another community."), field="grid")
    return {"grid": grid}


@transaction.atomic
def leave(volunteer: Volunteer, *, by: By, note: str = "") -> None:
    """A volunteer leaves, of their own accord or by the office; memberships end, hours stay.

    Raises:
        Refused: not theirs to do, left before, or no words why.
    """
    note = storable(note)[:WORDS_MAX]
    if volunteer.state == State.LEFT:
        return
    _check(VOLUNTEER_STEPS["leave"], volunteer, by, note)
    swap(volunteer, state=State.LEFT, left_at=clock.now(), reason=note)
    Membership.objects.filter(volunteer=volunteer, until=None).update(until=today())
    Team.objects.filter(leader=volunteer).update(leader=None)
    if by.user:
        journal.note(by.user, [volunteer], journal.CHANGE, str(State.LEFT.label))


def _check(step: Step, volunteer: Volunteer, by: By, note: str) -> None:
    """Refuse, in a sentence, a step that is not this person's, does not start here, or lacks its words."""
    if not step.who & seats(by, volunteer):
        raise Refused(_("This is not yours to do."))
    if volunteer.state not in step.starts:
        raise Refused(_("This is not possible any more; please look at the page again."))
    if step.needs_note and not note:
        raise Refused(_("Please write why."), field="note")


def of_phone(phone_hash: str) -> Volunteer | None:
    """The volunteer with this phone who has not left."""
    return Volunteer.objects.standing().filter(phone_hash=phone_hash).first() if phone_hash else None


def who_may_be_taken_over(by: By) -> tuple[Any, Any]:
    """Check-ins and members of branches kept by this office whose phone is no volunteer's."""
    if by.user is None:
        return MemberCheckIn.objects.none(), Member.objects.none()
    known = Volunteer.objects.standing().values("phone_hash")
    check_ins = MemberCheckIn.objects.here().exclude(phone_hash__in=known)
    members = Member.objects.current().exclude(phone_hash="").exclude(phone_hash__in=known)
    members = members.exclude(phone_hash__in=MemberCheckIn.objects.here().values("phone_hash"))
    if not access.keeps_street(by.user):
        own = access.own_communities(by.user)
        check_ins, members = (
            check_ins.filter(community__in=own),
            members.filter(organisation__community__in=own),
        )
    return check_ins, members
