"""Of two who move a row at once, one does: compare and swap on its `version`."""

from typing import Any

from django.db.models import F, Model, Q
from django.utils.translation import gettext as _

from wangguan.refusals import Refused


class MovedMeanwhile(Refused):
    """Somebody else was faster; nothing was written."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("Somebody else was faster; please look at the page again."))


def swap(row: Model, where: Q | None = None, /, **fields: Any) -> None:
    """Write these fields of a row with a `version`, if nobody has moved it since it was read.

    Args:
        where: what must still be true of it besides.

    Raises:
        MovedMeanwhile: somebody else moved it.
    """
    version = row.version  # type: ignore[attr-defined]
    mine = type(row)._default_manager.filter(where or Q(), pk=row.pk, version=version)
    if not mine.update(version=F("version") + 1, **fields):
        raise MovedMeanwhile
    for name, value in {**fields, "version": version + 1}.items():
        setattr(row, name, value)
