"""Who did what that matters for safety: a log that only grows, each row chained to the one before.

`write` is the one door in; `inspection` finds a row that was removed, changed or put in (decision 0049).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from wangguan.auditlog.kinds import Kind

if TYPE_CHECKING:
    from wangguan.auditlog.models import Entry

__all__ = ["Kind", "write"]


def write(
    kind: Kind | str,
    *,
    actor: Any,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> "Entry":
    """Add one row at the end of the chain, within the caller's transaction: both stand or neither.

    Call it last: until the commit everybody else who writes here waits. `actor` is the account that did
    it, None for a machine or somebody unknown; `subject` names what it was done to by label and key
    (`grids.post:12`), never by a resident's name or number; `detail` holds words, whole numbers and
    truths. `request` gives the address it came from.
    """
    # Django loads this package before there are models.
    from wangguan.auditlog import chain

    return chain.append(Kind(kind), actor=actor, subject=subject, detail=dict(detail or {}), request=request)
