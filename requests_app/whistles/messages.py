"""Who is told what of a whistle. Texts carry its number and a link, never places, names or words."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from grids.models import User
from requests_app.whistles.models import Call, Whistle
from requests_app.whistles.workflow import Kind
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.outbox import Draft

if TYPE_CHECKING:
    from wangguan.notify.kinds import Text

DEPARTMENT_PATH = "/worker/whistles/%(number)s/"
OFFICE_PATH = "/admin/whistles/%(number)s/"

# name: (title, text). Each goes to departments in the portal and by text message.
_TO_DEPARTMENTS: "dict[str, tuple[Text, Text]]" = {
    "whistle_called": (
        _("Your department is called"),
        _("%(number)s: the street has called your department. Please check in: %(link)s"),
    ),
    "whistle_half": (
        _("Please check in"),
        _("%(number)s: half of the time to check in is over: %(link)s"),
    ),
    "whistle_late": (
        _("Not checked in"),
        _("%(number)s: the time to check in is over and the street's leaders were told: %(link)s"),
    ),
    "whistle_urged": (
        _("The street urges you"),
        _("%(number)s: the street waits for your department: %(link)s"),
    ),
    "whistle_nudge": (
        _("Please conclude"),
        _("%(number)s: your department has checked in and not concluded yet: %(link)s"),
    ),
    "whistle_off": (
        _("Called off"),
        _("%(number)s: the street has called it off; your department need not come: %(link)s"),
    ),
}
# name: (title, text). Each goes to the office in the portal.
_TO_OFFICE: "dict[str, tuple[Text, Text]]" = {
    "whistle_approve": (_("A whistle waits for your approval"), _("%(number)s was drafted: %(link)s")),
    "whistle_approved": (_("Your whistle is approved"), _("%(number)s may be blown now: %(link)s")),
    "whistle_returned": (_("Your whistle came back"), _("%(number)s is to be changed: %(link)s")),
    "whistle_reported": (
        _("A department did not check in"),
        _("%(number)s: a department did not check in within its limit: %(link)s"),
    ),
    "whistle_nobody": (
        _("A department has nobody in post"),
        _("%(number)s: nobody of a called department can be reached: %(link)s"),
    ),
    "whistle_concluded": (
        _("All departments have concluded"),
        _("%(number)s: please rate the departments: %(link)s"),
    ),
}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for kind in (*_kinds(_TO_DEPARTMENTS, DEPARTMENT_PATH), *_kinds(_TO_OFFICE, OFFICE_PATH)):
        kinds.register(kind)


def _kinds(table: "dict[str, tuple[Text, Text]]", path: str) -> Iterator[kinds.Kind]:
    for name, (title, text) in table.items():
        yield kinds.Kind(
            name=name,
            title=title,
            text=text,
            path=path,
            sms_template=name.upper(),
            sms_params=("number", "link"),
        )


def to_department(kind: str, call: Call, people: Iterable[User], *, occasion: object = "") -> list[Draft]:
    """One in the portal and one text message to each; by night only of an emergency.

    `occasion` tells repeats of one kind apart.
    """
    urgent = call.whistle.kind == Kind.EMERGENCY
    start = None if urgent else hours.window(clock.now())
    return list(_to(kind, call.whistle, people, f"c{call.pk}:{occasion}", sms_from=start, urgent=urgent))


def to_office(kind: str, whistle: Whistle, people: Iterable[User], *, occasion: object = "") -> list[Draft]:
    """One in the portal to each; of an emergency a text message too."""
    by_sms = whistle.kind == Kind.EMERGENCY
    return list(_to(kind, whistle, people, f"{occasion}", sms=by_sms, urgent=by_sms))


def _to(
    kind: str,
    whistle: Whistle,
    people: Iterable[User],
    occasion: str,
    *,
    urgent: bool,
    sms: bool = True,
    sms_from: datetime | None = None,
) -> Iterator[Draft]:
    for person in {person.pk: person for person in people}.values():
        common: dict[str, Any] = {
            "kind": kind,
            "user": person,
            "topic": whistle.number,
            "context": {"number": whistle.number},
            "urgent": urgent,
        }
        key = f"{kind}:{whistle.number}:{occasion}"
        yield Draft(key=f"{key}:in_app:{person.pk}", channel="in_app", **common)
        if sms and person.phone:
            yield Draft(key=f"{key}:sms:{person.pk}", channel="sms", not_before=sms_from, **common)
