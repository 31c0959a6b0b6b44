"""Secrets that come as files: `SECRET_KEY_FILE=/run/secrets/secret_key` stands for `SECRET_KEY`.

A variable is seen by every child and by `docker inspect`; a file by whom it is mounted for. libpq's own
`PGPASSWORD` may be given so too, which keeps the password out of `DATABASE_URL`.
"""

import os
from collections.abc import MutableMapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SUFFIX = "_FILE"
NAMES = frozenset(
    {
        "ALERT_WECOM_KEY",
        "BACKUP_S3_ACCESS_KEY",
        "BACKUP_S3_SECRET_KEY",
        "DATABASE_REPLICA_URL",
        "DATABASE_URL",
        "EMAIL_URL",
        "FIELD_KEYS",
        "HASH_KEY",
        "MEDIA_S3_URL",
        "METRICS_TOKEN",
        "PGPASSWORD",
        "REDIS_URL",
        "SECRET_KEY",
        "SENTRY_DSN",
        "SMS_GATEWAY_TOKEN",
        "SMS_REPORT_SECRET",
        "WECOM_AES_KEY",
        "WECOM_SECRET",
        "WECOM_TOKEN",
    }
)
"""Only these: other programs' `…_FILE` (`SSL_CERT_FILE`) name files that are meant as files."""


def read(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set each variable whose file is named; an empty file is a variable that is not set.

    Raises:
        ImproperlyConfigured: a named file cannot be read, or the variable is given both ways.
    """
    for name in NAMES:
        if path := environ.get(name + SUFFIX):
            if environ.get(name):
                raise ImproperlyConfigured(f"{name} is given twice, also by {name}{SUFFIX}: leave one out.")
            if value := _content(name, Path(path)):
                environ[name] = value


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"{name}{SUFFIX} names {path}, which cannot be read ({type(error).__name__}): "
            "mount the file, and let the portal's user read it."
        ) from error
