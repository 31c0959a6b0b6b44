"""Reading the whole chain: is every row there, unchanged, and none put in?"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangguan.auditlog.chain import GENESIS, digest, seal
from wangguan.auditlog.models import Checkpoint, Entry, Inspection

logger = logging.getLogger(__name__)

MOST_FINDINGS = 50
CHUNK = 2_000


class Wrong(models.TextChoices):
    """What was done to rows."""

    MISSING = "missing", gettext_lazy("removed")
    CHANGED = "changed", gettext_lazy("changed or put in")
    FORGED = "forged", gettext_lazy("a seal that is not ours")


@dataclass(frozen=True)
class Finding:
    """What is wrong with the rows `first` to `last`."""

    wrong: str
    first: int
    last: int

    def __str__(self) -> str:
        rows = str(self.first) if self.first == self.last else f"{self.first}–{self.last}"
        return _("row %(rows)s: %(what)s") % {"rows": rows, "what": Wrong(self.wrong).label}


@dataclass(frozen=True)
class Anchor:
    """A row's number and hash as they were known elsewhere, e.g. in a log line."""

    number: int
    hash: str


def inspect(anchors: Iterable[Anchor] = ()) -> Inspection:
    """Look over the whole chain, write down what was found, and say so in the log.

    `anchors`: rows known from elsewhere, beside those of earlier inspections.
    """
    with transaction.atomic():
        walk = _Walk([*anchors, *_earlier()])
        findings = [*walk.findings()][:MOST_FINDINGS]
        found = Inspection(
            rows=walk.rows,
            last_number=walk.number,
            last_hash=walk.hash,
            findings=[asdict(each) for each in findings],
        )
        found.seal = _sealed(found)
        found.save()
    _tell(found)
    return found


def findings_of(inspection: Inspection) -> list[Finding]:
    """What an inspection found, the earliest row first."""
    return [Finding(**each) for each in inspection.findings]


class _Walk:
    """One way along the chain; `number`, `hash` and `rows` stand at the last row afterwards."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self.rows = 0
        self.start = Checkpoint.objects.first()
        self.number, self.hash = (self.start.number, self.start.hash) if self.start else (0, GENESIS)
        self.anchors: dict[int, set[str]] = {}
        for anchor in anchors:
            if anchor.number > self.number:
                self.anchors.setdefault(anchor.number, set()).add(anchor.hash)

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, in the order of the rows."""
        if self.start and self.start.seal != sealed_checkpoint(self.start):
            yield Finding(Wrong.FORGED, self.start.number, self.start.number)
        rows = Entry.objects.filter(number__gt=self.number).order_by("number")
        for entry in rows.iterator(chunk_size=CHUNK):
            yield from self._step(entry)
        if (known := max(self.anchors, default=0)) > self.number:
            yield Finding(Wrong.MISSING, self.number + 1, known)

    def _step(self, entry: Entry) -> Iterator[Finding]:
        follows = entry.number == self.number + 1
        if not follows:
            yield Finding(Wrong.MISSING, self.number + 1, entry.number - 1)
        is_true = entry.hash == digest(entry) and self.anchors.get(entry.number, set()) <= {entry.hash}
        if not is_true or (follows and entry.prev_hash != self.hash):
            yield Finding(Wrong.CHANGED, entry.number, entry.number)
        self.number, self.hash = entry.number, entry.hash
        self.rows += 1


def sealed_checkpoint(point: Checkpoint) -> str:
    """The seal that only this portal's key makes."""
    return seal("checkpoint", [point.number, point.hash])


def _earlier() -> Iterator[Anchor]:
    """The ends of earlier inspections; one whose seal is not ours is passed over and said."""
    for found in Inspection.objects.all():
        if found.seal == _sealed(found):
            yield Anchor(found.last_number, found.last_hash)
        else:
            logger.error("audit inspection forged", extra={"inspection": found.pk})


def _sealed(found: Inspection) -> str:
    return seal("inspection", [found.rows, found.last_number, found.last_hash, found.findings])


def _tell(found: Inspection) -> None:
    """Into the log, which leaves this machine, with what a later look can be held against."""
    extra = {"rows": found.rows, "number": found.last_number, "hash": found.last_hash}
    if found.is_whole:
        logger.info("audit log whole", extra=extra)
    else:
        logger.error("audit log broken", extra={**extra, "findings": found.findings})
