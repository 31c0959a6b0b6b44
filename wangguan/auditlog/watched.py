"""Registers whose edits belong into the audit log too, wherever somebody edits: who may what, the rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from wangguan import auditlog
from wangguan.auditlog.kinds import Kind


@dataclass(frozen=True)
class Watched:
    """What an edit of one register is, and the columns that say what it gave: keys and words, no names."""

    kind: Kind
    columns: tuple[str, ...] = ()


_UNIT = ("grid_id", "community_id", "street_id", "department_id")
_RULES = Watched(Kind.RULES_CHANGED)
TABLE: dict[str, Watched] = {
    "grids.user": Watched(Kind.PERMISSION_CHANGED, ("is_active", "is_superuser")),
    "grids.post": Watched(Kind.PERMISSION_CHANGED, ("user_id", "role", *_UNIT, "starts_on", "ends_on")),
    "grids.leave": Watched(Kind.PERMISSION_CHANGED, ("post_id", "deputy_id", "starts_on", "ends_on")),
    "grids.dutyshift": Watched(Kind.PERMISSION_CHANGED, ("user_id", "community_id")),
    "interfaces.apikey": Watched(Kind.PERMISSION_CHANGED, ("prefix", "user_id", "scopes")),
    "webhooks.subscriber": Watched(Kind.PERMISSION_CHANGED, ("user_id", "state")),
    "wecom.linkedaccount": Watched(Kind.PERMISSION_CHANGED, ("user_id",)),
    "notify.wording": _RULES,
    "residents.checkitem": _RULES,
    "residents.policy": _RULES,
    "requests_app.calendarday": _RULES,
    "requests_app.category": _RULES,
    "requests_app.standardtext": _RULES,
    "requests_app.urgencyrule": _RULES,
    "supervision.limitrule": _RULES,
    "whistles.kindrule": _RULES,
}
PASSWORD = "password"


def edited(
    rows: Iterable[Model],
    *,
    actor: Any,
    what: str,
    fields: Iterable[str] = (),
    request: HttpRequest | None = None,
) -> None:
    """Write down what `actor` did (`what`: added, changed, deleted) to those of the rows that are watched."""
    names = list(fields)
    for row in rows:
        if watched := TABLE.get(row._meta.label_lower):
            kind = Kind.PASSWORD_CHANGED if names == [PASSWORD] else watched.kind
            detail = {"what": what, "fields": names, **_given(row, watched.columns)}
            subject = f"{row._meta.label_lower}:{row.pk}"
            auditlog.write(kind, actor=actor, subject=subject, detail=detail, request=request)


def _given(row: Model, columns: Iterable[str]) -> dict[str, Any]:
    """The columns that are filled, as the log keeps them."""
    found = {name: getattr(row, name) for name in columns}
    plain = bool, int, list
    return {
        name: value if isinstance(value, plain) else str(value)
        for name, value in found.items()
        if value is not None
    }
