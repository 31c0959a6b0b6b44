"""Where the private database and broker live: folders, sockets, addresses.

Settings import this module, so it starts nothing and imports nothing heavy. Servers of
their own run only where `DATABASE_URL` or `REDIS_URL` is not set; their sockets stand at
places that follow from the checkout alone, so `manage.py` finds a running demo with
nothing exported.
"""

import hashlib
import os
import stat
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = CHECKOUT / ".data"
DATABASE = "wangguan"
# A Unix socket's whole path must stay under 108 bytes on Linux (104 on macOS).
SOCKET_PATH_LIMIT = 100
PG_SOCKET = ".s.PGSQL.5432"
BROKER_SOCKET = "broker.sock"


def is_embedded() -> bool:
    """Whether the database is the private one of this checkout."""
    return "DATABASE_URL" not in os.environ


def broker_is_embedded() -> bool:
    """Whether the broker is the private one of this checkout."""
    return "REDIS_URL" not in os.environ


def read_dotenv() -> None:
    """Take variables that the environment does not have from the checkout's `.env`."""
    if (CHECKOUT / ".env").exists():
        import environ  # here, because a bare machine reads this file too, to clean up

        environ.Env.read_env(CHECKOUT / ".env")


def last_url() -> str:
    """Where the demo of this checkout was last started."""
    port = DATA / "port"
    return f"http://127.0.0.1:{port.read_text().strip() if port.exists() else 8000}"


def site_url() -> str:
    """Where links lead without `SITE_URL`: to `PORT` of this machine, or where the demo was started."""
    return f"http://127.0.0.1:{os.environ['PORT']}" if os.environ.get("PORT") else last_url()


def home() -> Path:
    """Folder of the private servers.

    `WANGGUAN_SERVERS` names a throw-away one (tests, benchmarks). Else it is `.data/`,
    unless the servers could not use it there: started by root they run as `nobody`, who
    may not pass through the checkout's parents; and a socket's path has a limit.
    """
    if thrown_away := os.environ.get("WANGGUAN_SERVERS"):
        return Path(thrown_away)
    too_long = len(os.fsencode(DATA / "run" / PG_SOCKET)) > SOCKET_PATH_LIMIT
    if too_long or (os.getuid() == 0 and not reachable_by_all(CHECKOUT)):
        return Path("/var/tmp") / f"wangguan-{hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:12]}"
    return DATA


def reachable_by_all(path: Path) -> bool:
    """Whether any user of the machine may pass through `path` and every folder above it."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def sockets() -> Path:
    """Folder of the private servers' sockets."""
    return home() / "run"


def database() -> dict[str, Any]:
    """Django's `DATABASES` entry of the private database."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": DATABASE,
        "HOST": str(sockets()),
    }


def broker_url() -> str:
    """Address of the private broker, as redis-py writes it."""
    return f"unix://{sockets() / BROKER_SOCKET}"


def cache_url(redis_url: str) -> str:
    """Address of the cache: the next number of the same server, apart from the queues."""
    return numbered(redis_url, _number(redis_url) + 1)


def celery_url(redis_url: str) -> str:
    """The broker's address as Celery writes it."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return f"redis+socket://{urlsplit(redis_url).path}?virtual_host={_number(redis_url)}"


def numbered(redis_url: str, number: int) -> str:
    """Another of the numbered databases of the same server, as redis-py writes it."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return parts._replace(path=f"/{number}").geturl()


def _number(redis_url: str) -> int:
    parts = urlsplit(redis_url)
    written = parse_qs(parts.query).get("db", ["0"])[0] if parts.scheme == "unix" else parts.path.strip("/")
    return int(written or 0)
