"""Where the data lies: the database, a copy to read figures from, and files.

Everything here follows from the environment; README.md ("Configuration") explains the variables.
"""

from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from wangguan.embedded import places

REPLICA = "replica"
"""The alias of the copy, where `DATABASE_REPLICA_URL` names one."""
IGNORES_NOTHING = "-c pgtrigger.ignore={}"
"""pgtrigger asks for this in every trigger, and pays for a missing one with a rolled back subtransaction."""


def databases(env: environ.Env, *, testing: bool) -> dict[str, dict[str, Any]]:
    """Django's `DATABASES`.

    With `PGBOUNCER=1` nothing is asked of a connection that PgBouncer does not keep from one transaction to
    the next: no start-up options (give them to the role instead, docs/scaling.md), no cursors on the
    server, no prepared statements.
    """
    main = env.db("DATABASE_URL") if "DATABASE_URL" in env else places.database()
    # A worker that the tests start is told the name of their database.
    main["NAME"] = env.str("DATABASE_NAME", default=main["NAME"])
    found = {"default": main}
    if env.str("DATABASE_REPLICA_URL", default=""):
        found[REPLICA] = env.db("DATABASE_REPLICA_URL") | {"TEST": {"MIRROR": "default"}}
        found[REPLICA].setdefault("OPTIONS", {})["connect_timeout"] = 2
    for database in found.values():
        _tune(database, bouncer=env.bool("PGBOUNCER", default=False), pool=not testing)
    return found


def _tune(database: dict[str, Any], *, bouncer: bool, pool: bool) -> None:
    # A restarted database costs no request: a connection is tried before it leaves the pool.
    database |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    options = database.setdefault("OPTIONS", {})
    if bouncer:
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
        options["prepare_threshold"] = None
    else:
        options.setdefault("options", IGNORES_NOTHING)
    if pool:
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}


def storages(media: str, *, collected: bool) -> dict[str, dict[str, Any]]:
    """Django's `STORAGES`: files on this machine, or where `media` says; `collected`: static files are.

    Args:
        media: empty, or `s3://KEY:SECRET@host/bucket?region=…` (`s3+http://` without TLS).
    """
    static = (
        "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    return {"default": _media(media), "staticfiles": {"BACKEND": static}}


def _media(address: str) -> dict[str, Any]:
    if not address:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(address)
    schemes = {"s3": "https", "s3+http": "http"}
    bucket = parts.path.strip("/")
    if parts.scheme not in schemes or not all((parts.username, parts.password, parts.hostname, bucket)):
        raise ImproperlyConfigured("MEDIA_S3_URL must read s3://KEY:SECRET@host/bucket?region=REGION")
    return {
        "BACKEND": "wangguan.objects.PrivateObjects",
        "OPTIONS": {
            "endpoint_url": f"{schemes[parts.scheme]}://{parts.netloc.rpartition('@')[2]}",
            "access_key": unquote(str(parts.username)),
            "secret_key": unquote(str(parts.password)),
            "region_name": _region(parts),
            "bucket_name": bucket,
        },
    }


def _region(parts: SplitResult) -> str | None:
    name, _equals, value = parts.query.partition("=")
    return value if name == "region" and value else None
