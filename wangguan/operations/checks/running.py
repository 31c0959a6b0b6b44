"""Broker, worker, beat, disks and backups, as they are at this moment."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import redis
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from wangguan import clock, health
from wangguan.operations import shelf
from wangguan.operations.checks.finding import Finding, advice, unsafe, warning

SILENT = timedelta(minutes=5)
"""Figures are counted every minute, by beat and a worker together."""
FREE = 0.1
"""Of a disk that is left before somebody should look."""
WANTED = {
    "appendonly": ("yes", "Queued work is lost when the broker restarts.", "--appendonly yes"),
    "maxmemory-policy": (
        "noeviction",
        "A full broker throws queued answers away, silently.",
        "--maxmemory-policy noeviction",
    ),
}


def broker() -> Iterator[Finding]:
    """It keeps what it is given, and not for everybody."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
        if not client.connection_pool.connection_kwargs.get("password"):
            yield unsafe(
                "The broker has no password",
                "Whoever reaches its port reads sessions and starts any task.",
                "Put one into REDIS_URL (redis://:PASSWORD@…) and start the broker by deploy/broker.sh.",
            )
        try:
            found = {name: client.config_get(name).get(name) for name in WANTED}
        except redis.ResponseError:
            yield advice(
                "The broker does not tell its configuration",
                "Whether it keeps queued work through a restart cannot be seen from here.",
                f"Ask whoever runs it for {' '.join(option for _v, _w, option in WANTED.values())}.",
            )
            return
    for name, (value, why, option) in WANTED.items():
        if found[name] != value:
            yield unsafe(f"The broker runs with {name} {found[name]}", why, f"Start it with {option}.")


def worker() -> Iterator[Finding]:
    """Somebody sends answers."""
    try:
        health.ask_worker()
    except LookupError:
        yield unsafe(
            "No worker answers",
            "No answer, no reminder and no SMS goes out.",
            "docker compose up -d worker worker-bulk, and look at their logs.",
        )


def beat() -> Iterator[Finding]:
    """Figures, counted every minute, are the trace that beat and the worker for bulk leave together."""
    last = apps.get_model("statistics", "AsOf")._default_manager.values_list("at", flat=True).first()
    if last is None or clock.now() - last > SILENT:
        yield unsafe(
            f"What beat starts every minute was last done {last or 'never'}",
            "Deadlines pass unseen: no reminder, no yellow card, no nightly audit.",
            "docker compose up -d beat worker-bulk (exactly one beat); their logs say why they are silent.",
        )


def backups() -> Iterator[Finding]:
    """There is a fresh one, for somebody who can read it, and not only here."""
    if not settings.BACKUPS.recipients:
        yield unsafe(
            "BACKUP_RECIPIENTS is empty",
            "Without a public key nothing is backed up.",
            "docker compose run --rm backup python manage.py backup --make-key, and put its line into .env.",
        )
    newest = shelf.newest_backup()
    if shelf.is_stale(newest):
        yield unsafe(
            f"The newest backup is of {newest or 'never'}",
            "What has happened since would be lost with this machine.",
            "docker compose run --rm backup python manage.py backup, and look at the service's log.",
        )
    if not settings.BACKUPS.bucket:
        yield advice(
            "Backups stay on this machine",
            "A fire or an intruder takes them with the rest.",
            "Set BACKUP_S3_BUCKET and its neighbours, or copy the volume `backups` elsewhere every day.",
        )


def disks() -> Iterator[Finding]:
    """Room for photos and backups."""
    folders = {"backups": settings.BACKUPS.folder}
    if isinstance(default_storage, FileSystemStorage):
        folders["photos"] = Path(settings.MEDIA_ROOT)
    for name, folder in folders.items():
        usage = shutil.disk_usage(_existing(Path(folder)))
        if usage.free < usage.total * FREE:
            yield warning(
                f"The disk of the {name} has {usage.free // 2**30} GB left of {usage.total // 2**30}",
                "When it is full no photo is kept and no backup is made.",
                "Make room (docker system prune, old logs) or move the volume to a larger disk.",
            )


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return folder if os.path.exists(folder) else _existing(folder.parent)


def media() -> Iterator[Finding]:
    """A photo can be stored, read and erased."""
    name = f"check-{uuid4()}"
    try:
        kept = default_storage.save(name, ContentFile(b"check"))
        with default_storage.open(kept) as file:
            whole = file.read() == b"check"
        default_storage.delete(kept)
    except OSError as error:
        whole, name = False, type(error).__name__
    if not whole:
        yield unsafe(
            f"Photos cannot be stored ({name})",
            "A resident who sends one gets an error, and the matter is not told.",
            "Let uid 10001 write to the volume `media`, or mend the object store's address and key.",
        )
