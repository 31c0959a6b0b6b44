"""Who is told what of a firm: a link alone, never the firm's name, its people's, or anybody's words."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding.sectors.models import Firm
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.choices import Group, chosen
from wangguan.notify.outbox import Draft

_PATH = "/worker/sectors/%(firm)s/"
# name: (title, text)
_KINDS = {
    "firm_adviser": (
        _("You are the adviser of a firm"),
        _("You were named adviser of a firm or site in the emerging sectors: %(link)s"),
    ),
    "firm_visit_due": (
        _("A visit to a firm is due"),
        _("A firm or site that you advise is to be visited: %(link)s"),
    ),
    "firm_adviser_left": (
        _("A firm has no adviser in post"),
        _("A visit is due and the adviser holds no post any more; please name another: %(link)s"),
    ),
}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text) in _KINDS.items():
        sms = f"STAFF_{name.upper()}"
        kinds.register(kinds.Kind(name, title, text, _PATH, sms_template=sms))


def named(firm: Firm, adviser: User) -> list[Draft]:
    """To the new adviser, once for each naming."""
    return [_draft("firm_adviser", firm, adviser, f"v{firm.version}")]


def due(kind: str, firm: Firm, person: User, on: date) -> list[Draft]:
    """Once for each day a visit fell due; by text message too for whoever chose so."""
    mark = f"{on:%Y%m%d}"
    found = [_draft(kind, firm, person, mark)]
    if person.phone and chosen(person.told_by, Group.VISITS, "sms"):
        start = hours.window(clock.now())
        found.append(_draft(kind, firm, person, mark, channel="sms", not_before=start))
    return found


def _draft(kind: str, firm: Firm, person: User, mark: str, *, channel: str = "in_app", **more: Any) -> Draft:
    key = f"{kind}:{firm.pk}:{mark}:{channel}:{person.pk}"
    return Draft(key=key, kind=kind, channel=channel, user=person, context={"firm": firm.pk}, **more)
