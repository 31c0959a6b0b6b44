"""Personal data: encrypted at rest, looked up by keyed hash, masked on screen.

Keys come from `settings.FIELD_KEYS` (the first encrypts, all decrypt, so that keys can
rotate) and `settings.HASH_KEY`. Masks follow 王官网格's handbook §7:
张**, 138****8000, 370103********0016.
"""

import hmac
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(plain: str) -> str:
    """Ciphertext of `plain`; the empty string stays empty."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(plain.encode()).decode() if plain else ""


def decrypt(cipher: str) -> str:
    """The text that `encrypt` was given.

    Raises:
        InvalidToken: no key in `settings.FIELD_KEYS` fits.
    """
    return _box(tuple(settings.FIELD_KEYS)).decrypt(cipher.encode()).decode() if cipher else ""


def encrypt_file(content: bytes) -> bytes:
    """Ciphertext of a whole file, a third longer; for files of some megabytes that do not stay long."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(content)


def decrypt_file(cipher: bytes) -> bytes:
    """What `encrypt_file` was given.

    Raises:
        InvalidToken: no key in `settings.FIELD_KEYS` fits.
    """
    return _box(tuple(settings.FIELD_KEYS)).decrypt(cipher)


def keyed_hash(plain: str) -> str:
    """HMAC-SHA256 of `plain` in hex (64 characters), for lookup; the empty string stays empty."""
    if not plain:
        return ""
    return hmac.digest(settings.HASH_KEY.encode(), plain.encode(), "sha256").hex()


if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """Text that the database sees only as Fernet ciphertext; cannot be searched."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None else decrypt(value)

    def get_prep_value(self, value: Any) -> str | None:
        return value if value is None else encrypt(str(value))


def mask_name(name: str) -> str:
    """张三丰 → 张**: the family name stays, two stars follow whatever the length."""
    return f"{name[0]}**" if name else ""


def mask_phone(phone: str) -> str:
    """13800138000 → 138****8000; anything shorter than seven digits is hidden whole."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "*" * len(phone)


class Masked:
    """Of a row with a `name` and a `phone`: both as a list shows them."""

    name: Any
    phone: Any

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)


def mask_id_number(number: str) -> str:
    """370103194912310016 → 370103********0016: place and last four stay, the birth date goes."""
    return f"{number[:6]}********{number[-4:]}" if len(number) >= 15 else "*" * len(number)


_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
# Up to the last building; else up to what looks like a door: 2单元, 501室, 3-2-501.
_BUILDING = re.compile(r"^.*(?:号楼|[\dA-Za-z一二三四五六七八九十]\s*[栋幢座])")
_DOOR = re.compile(r"[\s\-－—]*\d+\s*(?:单元|室|户|门).*$|(?<=\d)(?:[\-－—]\d+)+.*$")


def mask_phones(text: str) -> str:
    """The same text with every mobile number in it masked."""
    return _MOBILE.sub(r"\1****\2", text)


def mask_address(address: str) -> str:
    """九区3号楼2单元501 → 九区3号楼: the building stays, the door goes."""
    building = _BUILDING.match(address)
    return building[0] if building else _DOOR.sub("", address)


__all__ = [
    "EncryptedTextField",
    "InvalidToken",
    "Masked",
    "decrypt",
    "decrypt_file",
    "encrypt",
    "encrypt_file",
    "keyed_hash",
    "mask_address",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "mask_phones",
]
