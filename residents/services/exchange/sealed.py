"""Files with personal data in them: ciphertext on the disk, under a name that nobody guesses."""

import secrets
from io import BytesIO

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from wangguan.privacy import decrypt_file, encrypt_file


def put(field: FieldFile, content: bytes) -> None:
    """Store the content; the row is not saved."""
    field.save(f"{secrets.token_urlsafe(24)}.sealed", ContentFile(encrypt_file(content)), save=False)


def get(field: FieldFile) -> BytesIO:
    """The content.

    Raises:
        FileNotFoundError: the file has gone.
    """
    with field.open("rb") as stored:
        return BytesIO(decrypt_file(stored.read()))


def remove(field: FieldFile) -> None:
    """Take the file away; the row is not saved, its column still names what was there."""
    if field:
        field.storage.delete(str(field.name))
