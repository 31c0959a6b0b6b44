"""What is told about exports of personal data: that there is something to decide or to fetch, no more."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from grids.models import User
from wangguan.notify import kinds
from wangguan.notify.outbox import Draft

if TYPE_CHECKING:
    from residents.models import PersonalExport
    from wangguan.notify.kinds import Text

ASKED, READY, REFUSED, FAILED = "export_asked", "export_ready", "export_refused", "export_failed"
_TEXTS: dict[str, tuple["Text", "Text"]] = {
    ASKED: (
        _("An export of personal data is to be decided"),
        _("Export no. %(number)s waits for a second person: please read the reason and decide."),
    ),
    READY: (
        _("Your export is ready"),
        _("Export no. %(number)s was approved and written. It can be fetched for a limited time."),
    ),
    REFUSED: (_("Your export was refused"), _("Export no. %(number)s was refused; the reason stands there.")),
    FAILED: (
        _("Your export could not be written"),
        _("Export no. %(number)s could not be written. Please ask for it anew."),
    ),
}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text) in _TEXTS.items():
        kinds.register(kinds.Kind(name, title, text, "/admin/residents/personalexport/%(number)s/change/"))


def asked(export: "PersonalExport", people: Iterable[User]) -> list[Draft]:
    """To each who may decide."""
    return [_draft(ASKED, export, person) for person in people]


def told(kind: str, export: "PersonalExport") -> list[Draft]:
    """To whoever asked."""
    return [_draft(kind, export, export.asked_by)]


def _draft(kind: str, export: "PersonalExport", person: User) -> Draft:
    return Draft(
        key=f"{kind}:{export.pk}:{person.pk}",
        kind=kind,
        channel="in_app",
        user=person,
        context={"number": str(export.pk)},
    )
