"""Files with personal data in them: ciphertext on the disk, under a name that nobody guesses."""

import secrets
from io import BytesIO
from typing import Any, Protocol

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from wangguan.privacy import decrypt_file, encrypt_file


class WithFile(Protocol):
    """A row that names a sealed file."""

    pk: Any
    file: Any


def put(field: FieldFile, content: bytes) -> None:
    """Store the content; the row is not saved."""
    field.save(f"{secrets.token_urlsafe(24)}.sealed", ContentFile(encrypt_file(content)), save=False)


def get(field: FieldFile) -> BytesIO:
    """The content.

    Raises:
        FileNotFoundError: the file has gone.
    """
    if not field:
        raise FileNotFoundError
    with field.open("rb") as stored:
        return BytesIO(decrypt_file(stored.read()))


def remove(row: WithFile) -> None:
    """Take the file away, then the word of where it was."""
    if row.file:
        row.file.storage.delete(str(row.file.name))
        type(row)._default_manager.filter(pk=row.pk).update(file="")  # type: ignore[attr-defined]


def discard(field: FieldFile) -> None:
    """Take away a file that no row names."""
    field.storage.delete(str(field.name))
