"""Personal data on its way out: asked for with a reason, allowed by a second person, marked, gone in time.

    asked → approved → ready → expired
         ↘ refused    ↘ failed

A community's is decided by its leader or the street leader, the street's by a street leader, never by
whoever asked (a constraint says so too). Only the asker fetches it, each time with a `Download`.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from io import BytesIO

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.models import Community, Grid, Post, User
from grids.roles import Role
from residents import messages
from residents.models import Download, PersonalExport, Policy
from residents.services.exchange import listing, places
from residents.terms import ExportState, RegisterKind
from wangguan import clock
from wangguan.celery import app
from wangguan.exchange import sealed
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.words import for_the_record, storable

log = logging.getLogger(__name__)

WRITE = "residents.tasks.write_export"
STUCK = timedelta(minutes=10)
"""Approved for so long and not written: the task was lost, the sweep starts it again."""
GIVEN_UP = timedelta(hours=2)


# --- asking and deciding -----------------------------------------------------------------
@transaction.atomic
def ask(
    kind: RegisterKind,
    *,
    by: User,
    reason: str,
    community: Community | None = None,
    grid: Grid | None = None,
    in_the_open: bool = False,
) -> PersonalExport:
    """Ask for the register of a grid, a community, or (with neither) the street.

    Raises:
        Refused: not one's own, no reason, or nobody there to decide.
    """
    community = grid.community if grid else community
    _check_scope(by, community)
    if not (reason := storable(reason)):
        raise Refused(_("Say what it is needed for."), field="reason")
    export = PersonalExport(
        kind=kind, community=community, grid=grid, in_the_open=in_the_open, reason=reason, asked_by=by
    )
    people = deciders(export)
    if not people:
        raise Refused(_("There is nobody to decide this: no other leader holds a post today."))
    export.save()
    _tell(messages.EXPORT_ASKED, export, people)
    return export


def deciders(export: PersonalExport) -> list[User]:
    """Who decides today: of a community its leaders, without another one the street leaders."""
    street, own = Q(role=Role.STREET_LEADER), Q(role=Role.COMMUNITY_LEADER, community=export.community_id)
    posts = Post.objects.current().filter(user__is_active=True).exclude(user=export.asked_by)
    for wanted in (own, street) if export.community_id else (street,):
        people = {post.user_id: post.user for post in posts.filter(wanted).select_related("user")}
        if people:
            return list(people.values())
    return []


def may_decide(export: PersonalExport, user: User) -> bool:
    """Whether this person decides it: a leader of its unit or above, and never whoever asked."""
    if export.state != ExportState.ASKED or export.asked_by_id == user.pk:
        return False
    return any(
        post.role == Role.STREET_LEADER
        or (post.role == Role.COMMUNITY_LEADER and post.community_id == export.community_id is not None)
        for post in user.current_posts
    )


@transaction.atomic
def decide(export: PersonalExport, *, by: User, approve: bool, why: str = "") -> None:
    """Allow it, or refuse it with a reason.

    Raises:
        Refused: not this person's to decide, decided already, or no reason for a refusal.
    """
    if export.asked_by_id == by.pk:
        raise Refused(_("Somebody else has to decide."))
    if not may_decide(export, by):
        raise Refused(_("This is decided already, or not yours to decide."))
    why = storable(why)
    if not approve and not why:
        raise Refused(_("Say why it is refused."), field="decision")
    state = ExportState.APPROVED if approve else ExportState.REFUSED
    fields = {"state": state, "decided_by": by, "decided_at": clock.now(), "decision": why}
    if not PersonalExport.objects.filter(pk=export.pk, state=ExportState.ASKED).update(**fields):
        raise Refused(_("This is decided already, or not yours to decide."))
    export.refresh_from_db()
    if approve:
        transaction.on_commit(partial(_start, export.pk))
    else:
        _tell(messages.EXPORT_REFUSED, export, [export.asked_by])


def _tell(kind: str, export: PersonalExport, people: Iterable[User]) -> None:
    context = {"number": str(export.pk)}
    outbox.add(draft for person in people for draft in messages.to(person, kind, export.pk, context))


def _check_scope(user: User, community: Community | None) -> None:
    scope = places.writes(user)
    if not user.is_active or not (scope.everywhere or (community and community.pk in scope.communities)):
        raise Refused(_("You take out the registers of your own community only."))


def _start(pk: int) -> None:
    """Hand it to a worker; when the broker is away, the sweep does so later."""
    try:
        app.send_task(WRITE, args=[pk], retry=False)
    except Exception as error:
        log.error("export %s could not be queued: %s", pk, type(error).__name__)


# --- writing and fetching ----------------------------------------------------------------
def write(pk: int) -> None:
    """Write the file of an approved export; a second run of the same leaves nothing behind."""
    rows = PersonalExport.objects.select_related("asked_by", "decided_by", "community", "grid")
    export = rows.filter(pk=pk, state=ExportState.APPROVED).first()
    if export is None:
        return
    try:
        content, export.rows = listing.write(export)
    except SoftTimeLimitExceeded:
        _fail(export)
        return
    except Exception as error:  # its message may hold somebody's data
        log.error("export %s failed: %s", pk, type(error).__name__)
        _fail(export)
        return
    sealed.put(export.file, content)
    _ready(export)


def _ready(export: PersonalExport) -> None:
    now = clock.now()
    fields = {
        "state": ExportState.READY,
        "file": export.file.name,
        "rows": export.rows,
        "made_at": now,
        "expires_at": now + timedelta(hours=Policy.current().export_hours),
    }
    with transaction.atomic():
        ours = PersonalExport.objects.filter(pk=export.pk, state=ExportState.APPROVED).update(**fields)
        if ours:
            _tell(messages.EXPORT_READY, export, [export.asked_by])
    if not ours:
        sealed.discard(export.file)


def _fail(export: PersonalExport) -> None:
    with transaction.atomic():
        failed = PersonalExport.objects.filter(pk=export.pk, state=ExportState.APPROVED)
        if failed.update(state=ExportState.FAILED):
            _tell(messages.EXPORT_FAILED, export, [export.asked_by])


def may_fetch(export: PersonalExport, user: User) -> bool:
    """Whether this person fetches it now: the asker, as long as it stands and their post does."""
    if export.asked_by_id != user.pk or export.state != ExportState.READY:
        return False
    scope = places.writes(user)
    within = scope.everywhere or export.community_id in scope.communities
    return within and export.expires_at is not None and clock.now() < export.expires_at


def fetch(export: PersonalExport, *, by: User) -> BytesIO:
    """The file, with a line in the log that nobody can change.

    Raises:
        Refused: somebody else's, expired, or gone.
    """
    if not may_fetch(export, by):
        raise Refused(_("This export has expired, or is somebody else's. Ask for a new one."))
    try:
        content = sealed.get(export.file)
    except FileNotFoundError as error:
        raise Refused(_("This export has expired, or is somebody else's. Ask for a new one.")) from error
    Download.objects.create(export=export, by=by)
    return content


def file_name(export: PersonalExport) -> str:
    """What the file is called where it is saved; says no more than its number."""
    return f"{for_the_record(export.get_kind_display())}-{export.pk}.xlsx"


# --- sweeping ----------------------------------------------------------------------------
def restart_stuck() -> int:
    """Start again what was approved and never written; how many. What stays so, has failed."""
    now = clock.now()
    stuck = PersonalExport.objects.filter(state=ExportState.APPROVED, decided_at__lt=now - STUCK)
    for export in stuck.filter(decided_at__lt=now - GIVEN_UP).select_related("asked_by"):
        _fail(export)
    again = list(stuck.filter(decided_at__gte=now - GIVEN_UP).values_list("pk", flat=True))
    for pk in again:
        _start(pk)
    return len(again)
