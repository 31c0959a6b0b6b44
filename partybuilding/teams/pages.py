"""Where teams show themselves: the office's side, the desk, the door, and the room of gatherings."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding import access
from partybuilding.access import seen_in
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from partybuilding.gatherings import keepers, people
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.pages import register_kind
from partybuilding.gatherings.people import Whom
from partybuilding.teams.models import Called, CallOut, Shift, Volunteer
from partybuilding.teams.services import enrolling, shifts
from partybuilding.teams.terms import Answer
from partybuilding.teams.workflow import Stage, State
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import Queue, Waiting, fill


def register() -> None:
    """Called once at start-up."""
    nav.register(
        Link(Group.PARTY, _("Teams"), "teams_office", place=60),
        Link(Group.PARTY, _("Volunteers"), "teams_volunteers", place=61),
        Link(Group.PARTY, _("Call-outs"), "teams_calls", place=62),
    )
    queues.register(
        Queue("teams_calls", _("Call-outs running"), "teams/queue_calls.html", 76, running),
        Queue("teams_volunteers", _("Volunteers to confirm"), "teams/queue_volunteers.html", 77, to_confirm),
    )
    hats.register(of_phone)
    people.register(as_volunteer)
    keepers.register(shifts.led_by)
    register_kind(_("Shift of a team"), _office_page, own_url_of=_own_page, related="teams_shift__activity")


def running(user: User, limit: int) -> Waiting | None:
    """Call-outs that are not over."""
    if not access.may_write(user):
        return None
    found = CallOut.objects.visible_to(user).running().with_counts().order_by("-pk")
    return fill(found, list, limit=limit, more=reverse("teams_calls"))


def to_confirm(user: User, limit: int) -> Waiting | None:
    """Volunteers who signed up, the oldest first."""
    if not access.may_write(user):
        return None
    found = Volunteer.objects.filter(seen_in(user), state=State.SIGNED_UP).select_related("community")
    more = f"{reverse('teams_volunteers')}?state={State.SIGNED_UP}"
    return fill(found.defer("community__boundary").order_by("pk"), list, limit=limit, more=more)


def of_phone(phone_hash: str) -> Iterable[Hat]:
    """Called out just now; a volunteer; the leader of teams."""
    called = Called.objects.of_phone(phone_hash).exclude(call__stage=Stage.ENDED).select_related("call")
    for row in called.order_by("-pk"):
        said = row.get_answer_display() if row.answer != Answer.SILENT else gettext("Please answer.")
        yield Hat(_("You are called out"), f"{row.call} · {said}", reverse("teams_call", args=[row.call_id]))
    volunteer = enrolling.of_phone(phone_hash)
    if volunteer is None:
        return
    yield Hat(_("Volunteer"), _standing(volunteer), reverse("teams_me"))
    if volunteer.is_confirmed:
        for team in volunteer.leads.standing().order_by("pk"):
            yield Hat(_("Leader of a team"), team.name, reverse("teams_team", args=[team.pk]))


def _standing(volunteer: Volunteer) -> str:
    where = str(volunteer.community or gettext("The whole street"))
    return f"{where} · {volunteer.get_state_display()}"


def as_volunteer(phone_hash: str) -> Whom | None:
    """What a volunteer is called when they sign up for a gathering."""
    found = enrolling.of_phone(phone_hash)
    return Whom(name=found.name, phone=found.phone) if found else None


def _office_page(gathering: Gathering) -> str:
    return _page(gathering, "teams_team_office")


def _own_page(gathering: Gathering) -> str:
    return _page(gathering, "teams_team")


def _page(gathering: Gathering, name: str) -> str:
    shift: Shift | None = getattr(gathering, "teams_shift", None)
    return reverse(name, args=[shift.activity.team_id]) if shift else ""
