"""Encrypted archives: opened whole by their key, or not at all."""

import io
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from wangguan.operations import archive
from wangguan.operations.archive import Unreadable
from wangguan.refusals import Refused

Keys = tuple[str, str]
NEW_KEY = str(pyrage.x25519.Identity.generate())


def pack(keys: Keys, contents: Iterable[bytes] = (b"dump" * 50_000, b"photo"), *, into: Any = None) -> bytes:
    file = io.BytesIO()
    with archive.sealed(into or file, recipients=[keys[1]]) as tar:
        for number, content in enumerate(contents):
            member = tarfile.TarInfo(str(number))
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return file.getvalue()


def unpack(content: bytes, identity: str) -> list[bytes]:
    with archive.opened(io.BytesIO(content), identity=identity) as tar:
        return [tar.extractfile(member).read() for member in tar]  # type: ignore[union-attr]


def test_what_was_packed_comes_out(keys: Keys) -> None:
    assert unpack(pack(keys), keys[0]) == [b"dump" * 50_000, b"photo"]


def test_nothing_of_it_stands_in_the_clear(keys: Keys) -> None:
    assert b"dumpdump" not in pack(keys)


def test_each_of_several_keys_opens_it(keys: Keys) -> None:
    file, second = io.BytesIO(), pyrage.x25519.Identity.generate()
    with archive.sealed(file, recipients=[keys[1], str(second.to_public())]):
        pass
    assert (unpack(file.getvalue(), keys[0]), unpack(file.getvalue(), str(second))) == ([], [])


def test_another_key_is_refused_by_name(keys: Keys) -> None:
    with pytest.raises(Unreadable, match="does not open the backup"):
        unpack(pack(keys), NEW_KEY)


@pytest.mark.parametrize("place", [0, 100, 300, 70_000, 150_000, -1])
def test_a_changed_byte_is_found(keys: Keys, place: int) -> None:
    content = bytearray(pack(keys))
    content[place] ^= 1
    with pytest.raises(Unreadable):
        unpack(bytes(content), keys[0])


@pytest.mark.parametrize("length", [0, 50, 1_000, 65_752, 131_304, -1])
def test_a_file_that_was_broken_off_is_found(keys: Keys, length: int) -> None:
    with pytest.raises(Unreadable):
        unpack(pack(keys)[:length], keys[0])


def test_bytes_behind_the_end_are_found(keys: Keys) -> None:
    with pytest.raises(Unreadable):
        unpack(pack(keys) + b"more", keys[0])


def test_a_full_disk_is_told_as_such(keys: Keys) -> None:
    with (
        Path("/dev/full").open("wb", buffering=0) as file,
        pytest.raises(pyrage.EncryptError, match="No space left"),
    ):
        pack(keys, [bytes(1 << 20)] * 100, into=file)


def test_what_goes_wrong_outside_is_not_taken_for_damage(keys: Keys) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        archive.opened(io.BytesIO(pack(keys)), identity=keys[0]),
    ):
        _ = 1 / 0


@pytest.mark.parametrize("text", ["", "age1abc", "# nothing but a comment"])
def test_a_key_that_is_none_is_refused(keys: Keys, text: str) -> None:
    with pytest.raises(Refused, match="age secret key"):
        unpack(pack(keys), text)


def test_a_recipient_that_is_none_is_refused() -> None:
    with (
        pytest.raises(Refused, match="“age1abc” is no age public key"),
        archive.sealed(io.BytesIO(), recipients=["age1abc"]),
    ):
        pass
