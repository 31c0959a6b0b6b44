"""How a day by which something is to be done stands on a page (parts/due.html)."""

from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.models import today
from residents import rhythm
from wangguan.workdays import current_calendar

SOON = 7
"""Days before the day from which it stands out."""


@dataclass(frozen=True)
class Due:
    """`state` is ok, yellow or red; the words say the same, for whoever sees no colour."""

    state: str
    words: str


def due(on: date | None) -> Due | None:
    """Late, today, soon, or by which day."""
    if on is None:
        return None
    left = (on - today()).days
    if left < 0:
        late = ngettext("%(count)d day late", "%(count)d days late", -left)
        return Due("red", late % {"count": -left})
    if left == 0:
        return Due("yellow", _("due today"))
    by_when = _("by %(day)s") % {"day": date_format(on, _("M j") if on.year == today().year else _("M j, Y"))}
    return Due("yellow" if left <= SOON else "ok", by_when)


def visit_due(on: date | None) -> Due | None:
    """As `due`, of a visit: late only from the first working day after, and today asks for it by name."""
    if on is None or on > today():
        return due(on)
    if on == today():
        return Due("yellow", _("To be visited today"))
    if today() < rhythm.overdue_since(on, calendar=current_calendar()):
        return Due("yellow", _("Was due on %(day)s") % {"day": date_format(on, _("M j"))})
    return due(on)
