"""Set up `.venv` from the lock, or remove what was made: `python3 wangguan/runner/environment.py [clean]`.

Runs by path on a bare machine, before anything is installed: standard library only.
"""

import ast
import contextlib
import fcntl
import itertools
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PLACES = CHECKOUT / "wangguan" / "embedded" / "places.py"
VENV = CHECKOUT / ".venv"
LOCK = CHECKOUT / "requirements.lock"
# A copy of the lock, written when everything in it stood installed.
STAMP = VENV / "installed.lock"
PYTHON = VENV / "bin" / "python"
WANTED = (3, 11)


def main() -> int:
    """Make `.venv` agree with the lock; nothing to do when it already does."""
    if STAMP.exists() and STAMP.read_bytes() == LOCK.read_bytes():
        return 0
    if sys.version_info[:2] != WANTED:
        return _refuse(
            f"Python 3.11 is needed; {sys.executable} is {sys.version.split()[0]}. "
            "Install python3.11, or name one: make PYTHON=/path/to/python3.11 …"
        )
    began = time.monotonic()
    _say("Setting up .venv from requirements.lock (once, and again when the lock changes) …")
    if not PYTHON.exists() and not _make_venv():
        return _refuse(
            "Python's venv module does not work here. On Debian or Ubuntu: apt-get install python3.11-venv"
        )
    if not (_install_by_uv() or _install_by_pip()):
        return _refuse("The packages could not be installed; the lines above say why.")
    shutil.copyfile(LOCK, STAMP)
    _say(f"The environment is ready ({time.monotonic() - began:.0f} s).")
    return 0


def clean() -> int:
    """Remove what the make targets made; refuses while the demo is running."""
    data, servers = CHECKOUT / ".data", runpy.run_path(str(PLACES))["home"]()
    with contextlib.suppress(FileNotFoundError), (data / "demo.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _refuse("The demo is running; stop it first (Ctrl-C where it was started).")
    caches = [CHECKOUT / f".{tool}_cache" for tool in ("pytest", "mypy", "ruff", "import_linter")]
    for path in (data, servers, VENV, *caches, CHECKOUT / ".hypothesis"):
        shutil.rmtree(path, ignore_errors=True)
    for compiled in CHECKOUT.glob("locale/*/LC_MESSAGES/*.mo"):
        compiled.unlink()
    return 0


def _make_venv() -> bool:
    shutil.rmtree(VENV, ignore_errors=True)
    return _run(sys.executable, "-m", "venv", VENV)


def _install_by_uv() -> bool:
    """Install with uv, itself pinned by the lock: five times as fast as pip."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as own_lines:
        own_lines.write(_block_of("uv"))
        own_lines.flush()
        pip = (PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes")
        if not _run(*pip, "-r", own_lines.name):
            return False
    _say("Installing the packages …")
    sync = ("pip", "sync", "--require-hashes", "--python", PYTHON, LOCK)
    return _run(VENV / "bin" / "uv", *sync, env=os.environ | _pip_settings_for_uv())


def _install_by_pip() -> bool:
    _say("Installing the packages with pip (slower: a minute or two) …")
    return _run(PYTHON, "-m", "pip", "install", "--require-hashes", "-r", LOCK)


def _block_of(package: str) -> str:
    """The lock's lines of one package: its pin and its hashes."""
    lines = LOCK.read_text().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    hashes = itertools.takewhile(lambda line: line.startswith("    --hash"), lines[first + 1 :])
    return "".join([lines[first], *hashes])


def _pip_settings_for_uv() -> dict[str, str]:
    """The mirrors that pip was told of; uv does not read pip's settings."""
    listed = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}
    # As pip does: any of the mirrors may hold the file that the hash names.
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    for line in listed.stdout.splitlines():
        # global.index-url='https://…'; several addresses stand on lines of their own.
        key, _, value = line.partition("=")
        if name := names.get(key.rpartition(".")[2]):
            settings[name] = " ".join(ast.literal_eval(value).split())
    return settings


def _run(*command: str | Path, env: dict[str, str] | None = None) -> bool:
    return subprocess.run([str(part) for part in command], env=env, check=False).returncode == 0


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(clean() if sys.argv[1:] == ["clean"] else main())
