"""What the settings say about backups; read before any app is ready, so nothing heavy is imported."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Backups:
    """Where backups go, and who alone can read them.

    Attributes:
        folder: on this machine.
        recipients: age public keys (`age1…`); the portal holds no key that opens what it wrote.
        bucket: options of an S3-compatible store that takes a copy of each; empty: none.
    """

    folder: Path
    recipients: tuple[str, ...] = ()
    bucket: dict[str, str] = field(default_factory=dict, repr=False)


S3 = {
    "BACKUP_S3_BUCKET": "bucket_name",
    "BACKUP_S3_ENDPOINT": "endpoint_url",
    "BACKUP_S3_REGION": "region_name",
    "BACKUP_S3_ACCESS_KEY": "access_key",
    "BACKUP_S3_SECRET_KEY": "secret_key",
}
"""Variable → option of django-storages."""


def backups(env: Any, data: Path) -> Backups:
    """Read from the environment; `data` is where they lie when nothing is said."""
    options = {option: env.str(name, default="") for name, option in S3.items()}
    return Backups(
        folder=Path(env.str("BACKUP_DIR", default=str(data / "backups"))),
        recipients=tuple(env.list("BACKUP_RECIPIENTS", default=[])),
        bucket={option: value for option, value in options.items() if value}
        if options["bucket_name"]
        else {},
    )
