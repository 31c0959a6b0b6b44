"""Whether the collected static files are those of this checkout."""

import hashlib
from pathlib import Path

from wangguan.embedded import places


def is_fresh() -> bool:
    """Nothing changed since the files were last collected."""
    return _stamp().exists() and _stamp().read_text() == _digest()


def mark_fresh() -> None:
    """They were collected just now."""
    _stamp().write_text(_digest())


def _stamp() -> Path:
    return places.DATA / "static.stamp"


def _digest() -> str:
    """Names, sizes and times of our own files; the lock stands for those of libraries."""
    digest = hashlib.sha256((places.CHECKOUT / "requirements.lock").read_bytes())
    for path in sorted((places.CHECKOUT / "static").rglob("*")):
        facts = path.stat()
        digest.update(f"{path}{facts.st_size}{facts.st_mtime_ns}".encode())
    return digest.hexdigest()
