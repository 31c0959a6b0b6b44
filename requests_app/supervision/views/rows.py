"""A case as one row of a list."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from requests_app.supervision.models import Case
from requests_app.supervision.terms import State
from requests_app.views.cards import Due, day_and_hour, title


@dataclass(frozen=True)
class CaseRow:
    """`due` is a card as parts/due.html shows it; None when nothing is waited for."""

    case: Case
    title: str
    due: Due | None


def rows(cases: Iterable[Case]) -> list[CaseRow]:
    return [CaseRow(case, title(case.ticket), due(case)) for case in cases]


def due(case: Case) -> Due | None:
    """Until when what is waited for, or since when it is late."""
    if case.due_at is None:
        return None
    late, waits = case.is_late, case.state == State.WAITING
    if late:
        words = _("Answer was due %(when)s") if waits else _("Judgement was due %(when)s")
    else:
        words = _("To be answered by %(when)s") if waits else _("To be judged by %(when)s")
    return Due("red" if late else "ok", words % {"when": day_and_hour(case.due_at)})
