"""Who is told what of visits, exports and requests about one's own data: kinds and drafts of messages.

Texts carry numbers, units and days: never a name, a home, a phone or a care group (handbook §5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from grids.models import User
from wangguan.notify import kinds
from wangguan.notify.choices import Group, chosen
from wangguan.notify.outbox import Draft

if TYPE_CHECKING:
    from wangguan.notify.kinds import Text

FIGURES = "/worker/residents/figures/"
EXPORT = "/admin/residents/personalexport/%(number)s/change/"
EXPORT_ASKED, EXPORT_READY = "export_asked", "export_ready"
EXPORT_REFUSED, EXPORT_FAILED = "export_refused", "export_failed"
# name: (title, text, page)
_KINDS: dict[str, tuple[Text, Text, str]] = {
    "visits_today": (
        _("Visits of today"),
        _("Due today: %(due)s, overdue: %(overdue)s (homes and venues of your grids)."),
        "/worker/visits/",
    ),
    "visits_overdue": (
        _("Visits are overdue"),
        _("%(total)s visits are overdue: %(where)s."),
        FIGURES,
    ),
    "visits_week": (
        _("Visits of the week"),
        _(
            "%(community)s, %(since)s to %(until)s: %(made)s visits, %(needs)s new needs, "
            "%(requests)s requests from visits. Now: %(due)s due this week, %(overdue)s overdue; "
            "%(errands)s errands open, %(late)s of them overdue."
        ),
        FIGURES + "?unit=%(code)s",
    ),
    "rights_new": (
        _("A resident asks about their data"),
        _("A request about one's own data was taken; it is to be answered by %(due_on)s."),
        "/worker/residents/rights/%(key)s/",
    ),
    "rights_due": (
        _("A resident waits for an answer about their data"),
        _("To be answered by %(due_on)s: a request about one's own data."),
        "/worker/residents/rights/%(key)s/",
    ),
    "rights_overdue": (
        _("A request about one's own data is overdue"),
        _("It was to be answered by %(due_on)s. Please answer it today."),
        "/worker/residents/rights/%(key)s/",
    ),
    EXPORT_ASKED: (
        _("An export of personal data is to be decided"),
        _("Export no. %(number)s waits for a second person: please read the reason and decide."),
        EXPORT,
    ),
    EXPORT_READY: (
        _("Your export is ready"),
        _("Export no. %(number)s was approved and written. It can be fetched for a limited time."),
        EXPORT,
    ),
    EXPORT_REFUSED: (
        _("Your export was refused"),
        _("Export no. %(number)s was refused; the reason stands there."),
        EXPORT,
    ),
    EXPORT_FAILED: (
        _("Your export could not be written"),
        _("Export no. %(number)s could not be written. Please ask for it anew."),
        EXPORT,
    ),
}
GROUPS: dict[str, Group] = {
    "visits_today": Group.VISITS,
    "visits_overdue": Group.VISITS,
    "visits_week": Group.VISITS,
    "rights_overdue": Group.DEADLINES,
}
"""What people choose channels for; without a choice, and the rest always, they wait in the portal's inbox."""
AT_ONCE = frozenset({EXPORT_ASKED, EXPORT_READY, EXPORT_REFUSED, EXPORT_FAILED})
"""Somebody waits for them; all others are routine, for the reminder window."""


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text, path) in _KINDS.items():
        kinds.register(
            kinds.Kind(
                name=name,
                title=title,
                text=text,
                path=path,
                sms_template=f"STAFF_{name.upper()}",
                sms_params=("link",),
                routine=name not in AT_ONCE,
            )
        )


def to(person: User, kind: str, occasion: object, context: Mapping[str, Any]) -> Iterator[Draft]:
    """In the portal, and by what else this person chose. One kind, one occasion, one person: one message."""
    channels = ["in_app"]
    if (group := GROUPS.get(kind)) is not None:
        channels += ["sms"] if person.phone and chosen(person.told_by, group, "sms") else []
        channels += ["email"] if person.email and chosen(person.told_by, group, "email") else []
    for channel in channels:
        key = f"{kind}:{occasion}:{channel}:{person.pk}"
        yield Draft(key=key, kind=kind, channel=channel, user=person, context=context)
