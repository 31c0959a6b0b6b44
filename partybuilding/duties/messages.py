"""Who is told what of duties: counts and a link, never an item, a name or what somebody wrote."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding.duties.models import Turn
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.choices import Group, chosen
from wangguan.notify.outbox import Draft

# name: (title, text, path, what an SMS carries)
_LIST, _TURN = "/worker/duties/", "/worker/duties/%(turn)s/"
_LATE = "/admin/party/duties/?state=late"
_KINDS = {
    "duty_soon": (
        _("Duties are due soon"),
        _("Of your duties, %(count)s are due within the next 7 days."),
        _LIST,
        ("count", "link"),
    ),
    "duty_late": (
        _("Duties are late"),
        _("Of your duties, %(count)s were not reported done by their day."),
        _LIST,
        ("count", "link"),
    ),
    "duty_late_below": (
        _("Duties of the list are late"),
        _("%(count)s duties that you check were not reported done by their day."),
        _LATE,
        ("count", "link"),
    ),
    "duty_returned": (
        _("A duty came back to you"),
        _("What you reported done was looked at, and something is wanting. Please read the reason."),
        _TURN,
        ("link",),
    ),
    "duty_checked": (_("A duty was checked"), _("What you reported done was checked."), _TURN, ("link",)),
    "duty_cancelled": (
        _("A duty was cancelled"),
        _("One of your duties is not asked for any more. Please read the reason."),
        _TURN,
        ("link",),
    ),
}
BY_SMS = frozenset({"duty_soon", "duty_late", "duty_late_below", "duty_returned"})
"""Also by text message, to whoever chose to hear of deadlines that way."""
OF_STEP = {"check": "duty_checked", "return": "duty_returned", "cancel": "duty_cancelled"}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text, path, sent) in _KINDS.items():
        template = f"STAFF_{name.upper()}"
        kinds.register(kinds.Kind(name, title, text, path, sms_template=template, sms_params=sent))


def of_step(step: str, turn: Turn, people: Iterable[User]) -> list[Draft]:
    """To the owner of a turn that somebody moved; once per version of it."""
    kind = OF_STEP[step]
    key = f"{kind}:{turn.pk}:v{turn.version}"
    return [draft for person in people for draft in _to(person, kind, key, {"turn": turn.pk})]


def of_many(kind: str, person: User, turns: Iterable[Turn]) -> list[Draft]:
    """One message for all turns of a sweep; a turn is told of once, so the lowest key names the message."""
    keys = [turn.pk for turn in turns]
    return _to(person, kind, f"{kind}:{min(keys)}", {"count": len(keys)})


def _to(person: User, kind: str, key: str, context: Mapping[str, Any]) -> list[Draft]:
    """In the portal, and by text message where the kind and the person want it."""
    common: dict[str, Any] = {"kind": kind, "user": person, "context": context}
    found = [Draft(key=f"{key}:in_app:{person.pk}", channel="in_app", **common)]
    if kind in BY_SMS and person.phone and chosen(person.told_by, Group.DEADLINES, "sms"):
        start = hours.window(clock.now())
        found.append(Draft(key=f"{key}:sms:{person.pk}", channel="sms", not_before=start, **common))
    return found
