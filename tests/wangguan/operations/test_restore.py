"""What is lost comes back: dumped, destroyed, restored, counted, audited."""

import hashlib
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone
from PIL import Image

from requests_app.models import LedgerDay, Ticket
from requests_app.services import staff, take
from tests.cast import Cast
from tests.requests_app.matters import accepted, answered, told
from tests.wangguan.operations.conftest import Proof
from wangguan.operations import backing_up, manifest, media
from wangguan.photos import clean_photo

pytestmark = pytest.mark.usefixtures("own_media")


@pytest.fixture
def key_file(tmp_path: Path, keys: tuple[str, str]) -> str:
    (tmp_path / "key").write_text(f"# from the safe\n{keys[0]}\n")
    return str(tmp_path / "key")


def photo() -> object:
    file = BytesIO()
    Image.new("RGB", (40, 30), "orange").save(file, "JPEG")
    return clean_photo(SimpleUploadedFile("lamp.jpg", file.getvalue()))


def fill(cast: Cast) -> None:
    """Matters at different points of their way, one with a photo."""
    told(cast)
    take(accepted(cast), "handle", by=staff(cast.worker), note="换灯泡", photos=[photo()])
    answered(cast)


def fingerprint() -> dict[str, str]:
    """Table → hash of all its rows."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = {}
        for table in tables:
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            found[table] = cursor.fetchone()[0]
    return found


def files() -> dict[str, str]:
    root = Path(settings.MEDIA_ROOT)
    return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in media.names()}


def nothing() -> manifest.Manifest:
    """The manifest of a backup of an empty portal."""
    return manifest.Manifest(timezone.now(), "0", [], {}, "", 0, "", 0, 0)


def backup() -> str:
    """Path of a fresh backup."""
    return str(settings.BACKUPS.folder / backing_up.make())


def test_everything_comes_back_on_an_empty_machine(own_database: Proof, cast: Cast, key_file: str) -> None:
    fill(cast)
    made, rows, photos = backup(), fingerprint(), files()
    own_database.destroy()
    shutil.rmtree(settings.MEDIA_ROOT)
    call_command("restore", made, identity=key_file)
    ledger = LedgerDay.objects.get()
    assert (ledger.is_clean, ledger.told, len(photos)) == (True, 3, 2)
    ledger.delete()
    assert (fingerprint(), files()) == (rows, photos)
    told(cast)  # sequences, triggers and all


def test_what_is_there_is_lost_only_on_demand(own_database: Proof, cast: Cast, key_file: str) -> None:
    fill(cast)
    made = backup()
    told(cast)
    with pytest.raises(CommandError, match="There is something already: a database with"):
        call_command("restore", made, identity=key_file)
    assert Ticket.objects.count() == 4
    call_command("restore", made, identity=key_file, replace=True)
    assert Ticket.objects.count() == 3


def test_a_database_that_does_not_take_the_dump_stays_as_it_was(
    own_database: Proof, cast: Cast, key_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup()
    told(cast)
    monkeypatch.setattr("wangguan.operations.restoring.BEGIN", "BEGIN; CREATE SCHEMA grids_user; SELECT 1/0;")
    with pytest.raises(CommandError, match="did not take the dump"):
        call_command("restore", made, identity=key_file, replace=True)
    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_older_schema_is_brought_up_to_date(key_file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`upgrade` comes before the audit, which asks for columns of today."""
    done = []
    monkeypatch.setattr("wangguan.operations.restoring.restore", lambda *a, **k: nothing())
    monkeypatch.setattr("wangguan.operations.upgrading.unapplied", lambda: ["grids.9999_new"])
    name = "wangguan.operations.management.commands.restore.call_command"
    monkeypatch.setattr(name, lambda command, **k: done.append(command))
    call_command("restore", "any", identity=key_file)
    assert done == ["upgrade", "audit_loop"]


def test_a_backup_of_a_newer_portal_is_refused(
    own_database: Proof, key_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "applied_migrations", lambda: ["grids.0001_initial", "grids.9999_later"])
    made = backup()
    with pytest.raises(CommandError, match=r"grids\.9999_later is unknown here"):
        call_command("restore", made, identity=key_file, replace=True)


def test_counts_that_differ_are_named(
    own_database: Proof, key_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = manifest.count_rows
    with monkeypatch.context() as patch:
        patch.setattr(manifest, "count_rows", lambda: honest() | {"requests_app_ticket": 7})
        made = backup()
    with pytest.raises(CommandError, match="differ from the manifest: requests_app_ticket"):
        call_command("restore", made, identity=key_file, replace=True)
