"""Hostile files at the doors for photos: refused with a sentence, or come out as nothing but pixels."""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from requests_app.categories import load_categories
from requests_app.models import Ticket
from tests.cast import Cast
from tests.requests_app.matters import told
from tests.wangguan.interfaces.caller import key_of
from wangguan.interfaces.models import Scope

SCRIPT = b"<script>alert('matrix')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
AT_MOST = 2.0
"""Seconds for one file, whatever it is."""


def picture(kind: str, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def png(width: int, height: int, pixels: bytes) -> bytes:
    """A PNG that declares this size over whatever `pixels` hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zipped() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as parts:
        parts.writestr("page.html", SCRIPT)
    return out.getvalue()


def noted() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    return picture("JPEG", exif=exif, icc_profile=SCRIPT * 20, comment=SCRIPT)


def moving(frames: int) -> bytes:
    out = BytesIO()
    first, *others = (Image.new("P", (8, 8), number % 256) for number in range(frames))
    first.save(out, "GIF", save_all=True, append_images=others)
    return out.getvalue()


REFUSED: dict[str, Callable[[], bytes]] = {
    "an SVG with a script": lambda: SVG,
    "HTML": lambda: b"<!doctype html>" + SCRIPT,
    "a GIF that is a page": lambda: b"GIF89a/*" + SCRIPT + b"*/=0;",
    "a real GIF with a script": lambda: picture("GIF") + SCRIPT,
    "a TIFF": lambda: picture("TIFF"),
    "a zip": zipped,
    "nothing": lambda: b"",
    "a JPEG cut off": lambda: picture("JPEG", (640, 480))[:400],
    "JPEG's first bytes and a script": lambda: b"\xff\xd8\xff\xe0" + SCRIPT,
    "WebP's first bytes and rubbish": lambda: b"RIFF\xff\xff\xff\x7fWEBPVP8 " + b"\x00" * 200,
    "HEIC's first bytes and rubbish": lambda: b"\x00\x00\x00\x18ftypheic" + b"\xff" * 400,
    "a PNG of 50,000 x 50,000": lambda: png(50_000, 50_000, zlib.compress(b"\0" * 1_000_000)),
    "a GIF of two thousand frames": lambda: moving(2_000),
    "more bytes than a photo may have": lambda: picture("JPEG") + b"\0" * settings.PHOTO_MAX_BYTES,
}
CLEANED: dict[str, Callable[[], bytes]] = {
    "a JPEG with a page behind it": lambda: picture("JPEG") + SCRIPT,
    "a JPEG with a zip behind it": lambda: picture("JPEG") + zipped(),
    "a PNG with a page behind it": lambda: picture("PNG") + SCRIPT,
    "a JPEG with scripts in its notes": noted,
    "a PNG whose pixels unfold to 100 MB": lambda: png(64, 48, zlib.compress(b"\0" * 100_000_000)),
}
NAMES = {
    "up": "../../../tmp/x.jpg",
    "drive": r"C:\windows\x.jpg",
    "root": "/etc/x.jpg",
    "long": "很" * 200 + ".jpg",
    "turned": "x\u202egpj.exe",
    "script": "<script>alert(1)</script>.jpg",
    "page": "x.html",
    "server": "x.php;.jpg",
}


@dataclass(frozen=True)
class Doors:
    """Each way in for a photo, as its sender uses it; what comes back is the answer."""

    client: Client
    cast: Cast
    ticket: Ticket

    def ahead(self, file: SimpleUploadedFile) -> Any:
        return self.client.post("/photos/", {"photo": file})

    def report(self, file: SimpleUploadedFile) -> Any:
        fields = {
            "description": "楼道灯不亮，老人晚上看不清。",
            "consent": "on",
            "submission_id": str(uuid4()),
        }
        return self.client.post("/report/", {**fields, "address": "九区3号楼", "photos": file})

    def reply(self, file: SimpleUploadedFile) -> Any:
        return self.client.post(
            f"/t/{self.ticket.token}/notes/", {"note": "再补充一点情况。", "photos": file}
        )

    def step(self, file: SimpleUploadedFile) -> Any:
        self.client.force_login(self.cast.worker)
        path = f"/worker/tickets/{self.ticket.number}/steps/handle/"
        return self.client.post(path, {"note": "已经到现场。", "photos": file})

    def interface(self, file: SimpleUploadedFile) -> Any:
        self.client.force_login(self.cast.worker)
        return self.client.post(f"/api/v1/tickets/{self.ticket.number}/attachments/", {"photos": file})

    def open311(self, file: SimpleUploadedFile) -> Any:
        _key, text = key_of(self.cast.dispatcher, Scope.OPEN311)
        fields = {"api_key": text, "service_code": "0603", "address_string": "九区3号楼"}
        told = {**fields, "description": "楼道灯不亮，老人晚上看不清。", "media": file}
        return self.client.post("/open311/v2/requests.json", told)


DOORS = ("ahead", "report", "reply", "step", "interface", "open311")


@pytest.fixture
def doors(cast: Cast, client: Client) -> Doors:
    load_categories()
    return Doors(client, cast, told(cast))


@pytest.fixture(autouse=True)
def disk(tmp_path: Path, settings: Any) -> Path:
    """Where everything that is kept lies, empty at first."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path


def kept(disk: Path) -> list[Path]:
    return [path for path in disk.rglob("*") if path.is_file()]


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("door", DOORS)
def test_hostile_file_is_refused_and_nothing_kept(door: str, what: str, doors: Doors, disk: Path) -> None:
    file = SimpleUploadedFile("photo.jpg", REFUSED[what](), "image/jpeg")
    begun = perf_counter()

    answer = getattr(doors, door)(file)

    assert answer.status_code in (400, 413, 422)
    assert perf_counter() - begun < AT_MOST
    assert kept(disk) == []


def test_refused_photo_loses_nothing_that_was_typed(doors: Doors) -> None:
    answer = doors.report(SimpleUploadedFile("photo.jpg", SVG, "image/jpeg"))

    assert "老人晚上看不清" in answer.content.decode()


@pytest.mark.parametrize("what", CLEANED)
def test_picture_with_something_behind_it_is_kept_without(what: str, doors: Doors, disk: Path) -> None:
    answer = doors.ahead(SimpleUploadedFile("photo.jpg", CLEANED[what](), "image/jpeg"))

    assert answer.status_code == 201
    assert [
        path for path in kept(disk) if re.search(rb"script|PK\x03\x04|page\.html", path.read_bytes())
    ] == []
    assert kept(disk)


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_file_never_reaches_the_disk(name: str, doors: Doors, disk: Path) -> None:
    file = SimpleUploadedFile("x.jpg", picture("JPEG"), "image/jpeg")
    file._name = NAMES[name]  # type: ignore[attr-defined]  # as a hostile client writes it

    assert doors.ahead(file).status_code == 201
    assert [path.name for path in kept(disk) if not re.fullmatch(r"[0-9a-f]{32}", path.name)] == []
