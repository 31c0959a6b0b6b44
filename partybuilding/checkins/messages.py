"""Who is told what of check-ins: a link, never a name, a phone or a skill."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding.checkins.models import MemberCheckIn, Need, UnitCheckIn
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.outbox import Draft

SUBMITTED, CONFIRMED, ASKED = "party_submitted", "party_confirmed", "party_asked"
_KINDS = {
    SUBMITTED: (
        _("A check-in to confirm"),
        _("%(what)s: please confirm a check-in: %(link)s"),
        "/admin/party/checkins/%(path)s/%(key)s/",
    ),
    CONFIRMED: (
        _("Your check-in is confirmed"),
        _("The community has confirmed your check-in: %(link)s"),
        "/together/me/",
    ),
    ASKED: (
        _("A neighbour's hand is needed"),
        _("Your community asks whether you can help on %(day)s: %(link)s"),
        "/together/service/",
    ),
}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text, path) in _KINDS.items():
        params = ("day", "link") if name == ASKED else ("link",)
        kinds.register(kinds.Kind(name, title, text, path, sms_template=name.upper(), sms_params=params))


def of_submitted(row: UnitCheckIn | MemberCheckIn, people: Iterable[User]) -> list[Draft]:
    """To the community's office, in the portal."""
    path = "units" if isinstance(row, UnitCheckIn) else "members"
    context = {"what": str(row._meta.verbose_name), "path": path, "key": row.pk}
    return [
        Draft(
            key=f"{SUBMITTED}:{path}:{row.pk}:in_app:{person.pk}",
            kind=SUBMITTED,
            channel="in_app",
            user=person,
            topic=f"CHECKIN-{path}-{row.pk}",
            context=context,
        )
        for person in people
    ]


def of_confirmed(row: UnitCheckIn | MemberCheckIn) -> list[Draft]:
    """To the person, by text message."""
    phone = row.unit.contact_phone if isinstance(row, UnitCheckIn) else row.phone
    path = "units" if isinstance(row, UnitCheckIn) else "members"
    return [_sms(CONFIRMED, f"{path}:{row.pk}", phone, {})]


def of_asked(need: Need, members: Iterable[MemberCheckIn]) -> list[Draft]:
    """To each member who is asked, by text message."""
    day = timezone.localdate(need.starts_at).isoformat()
    return [_sms(ASKED, f"{need.pk}:{member.pk}", member.phone, {"day": day}) for member in members]


def _sms(kind: str, occasion: str, phone: str, context: dict[str, Any]) -> Draft:
    """Within the window of reminders: nobody is woken for it."""
    return Draft(
        key=f"{kind}:{occasion}:sms",
        kind=kind,
        channel="sms",
        to=phone,
        context=context,
        not_before=hours.window(clock.now()),
    )
