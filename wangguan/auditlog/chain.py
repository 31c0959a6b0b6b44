"""Adding a row: its number, and the keyed hash that binds it to the row before."""

import ipaddress
import json
import logging
from datetime import UTC
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest

from wangguan import clock
from wangguan.auditlog.kinds import Kind
from wangguan.auditlog.models import Entry
from wangguan.limits import client_address
from wangguan.privacy import keyed_hash

logger = logging.getLogger(__name__)

GENESIS = "0" * 64
"""The hash before the first row."""
LOCK = 0x57_47_41_55
"""Of PostgreSQL's advisory locks: one writer after another, or two rows would follow the same one."""


def append(
    kind: Kind, *, actor: Any, subject: str, detail: dict[str, Any], request: HttpRequest | None
) -> Entry:
    """The new last row; see `wangguan.auditlog.write`."""
    with transaction.atomic(savepoint=False):
        number, before = _head()
        entry = Entry(
            number=number + 1,
            at=clock.now(),
            kind=kind,
            actor_id=getattr(actor, "pk", None),
            address=_address(request),
            subject=subject,
            detail=detail,
            prev_hash=before,
        )
        entry.hash = digest(entry)
        entry.save(force_insert=True)
        transaction.on_commit(lambda: _tell(entry))
    return entry


def digest(entry: Entry) -> str:
    """HMAC-SHA256 of all that the row says: who has the database alone cannot chain it anew."""
    said = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": str(entry.kind),
        "actor": entry.actor_id,
        "address": entry.address,
        "subject": entry.subject,
        "detail": entry.detail,
        "prev_hash": entry.prev_hash,
    }
    return seal("entry", said)


def seal(what: str, said: Any) -> str:
    """The keyed hash of plain values, for this purpose alone."""
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return keyed_hash(f"auditlog:{what}:{canonical}")


def _head() -> tuple[int, str]:
    """Number and hash of the last row; everybody else who writes waits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # A statement of its own: what was committed while waiting is in this one's view.
        cursor.execute("SELECT number, hash FROM auditlog_entry ORDER BY number DESC LIMIT 1")
        last = cursor.fetchone() or _closed(cursor)
    return last or (0, GENESIS)


def _closed(cursor: Any) -> tuple[int, str] | None:
    """Where the head was closed, if every row has gone behind it."""
    cursor.execute("SELECT number, hash FROM auditlog_checkpoint ORDER BY number DESC LIMIT 1")
    found: tuple[int, str] | None = cursor.fetchone()
    return found


def _address(request: HttpRequest | None) -> str | None:
    """The client's address, or None for what is none (a header that a proxy did not write)."""
    try:
        return str(ipaddress.ip_address(client_address(request))) if request else None
    except ValueError:
        return None


def _tell(entry: Entry) -> None:
    """Number and hash into the log that leaves this machine: a removed end is found there."""
    logger.info("audit entry", extra={"number": entry.number, "hash": entry.hash, "kind": str(entry.kind)})
