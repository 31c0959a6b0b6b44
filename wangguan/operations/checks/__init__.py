"""What must be so before residents are let in: one function each, all of them in one table."""

from collections.abc import Iterator
from dataclasses import replace

from wangguan.operations.checks import database, doors, keys, outside, people, running
from wangguan.operations.checks.finding import Check, Finding, Severity, unsafe

TABLE: tuple[Check, ...] = (
    doors.demo,
    doors.debug,
    doors.address,
    doors.hosts,
    doors.proxies,
    doors.deployment,
    keys.secrets,
    keys.field_keys,
    keys.readable,
    keys.metrics,
    database.embedded,
    database.version,
    database.letters,
    database.extensions,
    database.superuser,
    database.lasting,
    database.migrations,
    database.clock,
    running.broker,
    running.worker,
    running.beat,
    running.backups,
    running.disks,
    running.media,
    people.second_factor,
    people.superusers,
    people.demo_accounts,
    outside.sms,
    outside.email,
    outside.map_tiles,
    outside.record_number,
    outside.calendar,
)
__all__ = ["TABLE", "Check", "Finding", "Severity", "look"]


def look(table: tuple[Check, ...] = TABLE) -> list[Finding]:
    """Everything that is unsafe or missing, the worst first; a check that fails is a finding itself."""
    found = [finding for check in table for finding in _ask(check)]
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def _ask(check: Check) -> Iterator[Finding]:
    name = f"{check.__module__.rsplit('.', 1)[-1]}.{check.__name__}"
    try:
        yield from (replace(finding, check=name) for finding in check())
    except Exception as error:  # whatever it is, the other checks still have something to say
        broken = unsafe(
            f"{name} could not be checked ({type(error).__name__})",
            "What it looks at does not answer, so nobody knows whether it is safe.",
            "Look whether database, broker and disks answer, then ask again.",
        )
        yield replace(broken, check=name)
