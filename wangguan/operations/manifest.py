"""What a backup says of itself; its last member, so that it can tell what went before."""

import json
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What stands in a backup.

    Attributes:
        made_at: when the database was looked at; photos may be some minutes younger.
        version: of the portal that wrote it.
        migrations: `app.name` of each that was applied.
        counts: table → rows, at the same moment as the dump.
        database_sha256: of the dump, all its parts joined.
        database_bytes: of the same.
        media_sha256: of the list of files, a line `sha256  name` each, in the order they stand.
        media_files: how many.
        media_bytes: of all of them.
    """

    made_at: datetime
    version: str
    migrations: list[str]
    counts: dict[str, int]
    database_sha256: str
    database_bytes: int
    media_sha256: str
    media_files: int
    media_bytes: int
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self) | {"made_at": self.made_at.isoformat()}, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Raises: ValueError, TypeError, KeyError: another format."""
        given: dict[str, Any] = json.loads(text)
        if given["format"] != FORMAT:
            raise ValueError(given["format"])
        return cls(**given | {"made_at": datetime.fromisoformat(given["made_at"])})

    def unknown_migrations(self) -> list[str]:
        """Applied when it was made, and not part of this portal: it was made by a newer one."""
        ours = MigrationLoader(None).disk_migrations
        return sorted(set(self.migrations) - {f"{app}.{name}" for app, name in ours})


def version() -> str:
    """Of this portal, as pyproject.toml says."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def applied_migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def count_rows() -> dict[str, int]:
    """Table → rows, of every table of the schema; exact, one scan each."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        if not tables:
            return {}
        quoted = [(connection.ops.quote_name(table), table) for table in tables]
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {table}" for table, name in quoted)
        )
        return dict(cursor.fetchall())
