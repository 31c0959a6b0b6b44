"""Good photos come out clean; everything else is refused with a sentence."""

import hashlib
import os
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageDraw, PngImagePlugin
from pytest_django.fixtures import Settings

from wangguan import clock
from wangguan.photos import (
    MAX_SIDE,
    THUMBNAIL_SIDE,
    CleanPhoto,
    PhotoRefused,
    clean_photo,
    discard,
    stash,
    sweep_stash,
    unstash,
)

SECRET = b"117.0203E-36.6511N"


def picture(size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """A scene whose left half is red and right half blue."""
    scene = Image.new("RGB", size, "blue")
    ImageDraw.Draw(scene).rectangle((0, 0, size[0] // 2, size[1]), fill="red")
    return scene.convert(mode)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def clean(content: bytes) -> CleanPhoto:
    return clean_photo(BytesIO(content))


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def tagged_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (36.0, 38.0, 12.0), 3: "E", 4: (116.0, 56.0, 1.0)})
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_clean_photo_takes_the_formats_of_phones(kind: str) -> None:
    photo = clean(encoded(picture(), kind))

    assert (photo.taken_as, photo.width, photo.height) == (kind, 640, 480)
    assert opened(photo.image).format == opened(photo.thumbnail).format == "JPEG"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_clean_photo_takes_every_png_mode(mode: str) -> None:
    source = Image.new(mode, (20, 10)) if mode == "I;16" else picture((20, 10), mode)

    assert clean(encoded(source, "PNG")).width == 20


def test_clean_photo_takes_cmyk_jpeg() -> None:
    assert clean(encoded(picture(mode="CMYK"), "JPEG")).height == 480


def test_clean_photo_takes_multi_picture_jpeg() -> None:
    content = encoded(picture(), "MPO", save_all=True, append_images=[picture((320, 240))])

    assert clean(content).taken_as == "JPEG"


def test_clean_photo_scales_sixteen_bit_greys() -> None:
    photo = clean(encoded(Image.new("I;16", (20, 10), 32_768), "PNG"))

    assert opened(photo.image).getpixel((5, 5)) == (128, 128, 128)


def test_clean_photo_puts_transparency_on_white() -> None:
    photo = clean(encoded(Image.new("RGBA", (20, 10), (255, 0, 0, 0)), "PNG"))

    assert opened(photo.image).getpixel((5, 5)) == (255, 255, 255)


def test_clean_photo_shrinks_keeping_proportions() -> None:
    photo = clean(encoded(picture((4000, 1000)), "JPEG"))

    assert (photo.width, photo.height) == (MAX_SIDE, 512)
    assert opened(photo.thumbnail).size == (THUMBNAIL_SIDE, 80)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_clean_photo_turns_upright(kind: str, orientation: int) -> None:
    upright = picture((120, 80))
    turned = clean(encoded(as_camera_stores(upright, orientation), kind, exif=tagged_exif(orientation)))

    assert opened(turned.image).size == (120, 80)
    assert reddish(opened(turned.image).getpixel((20, 40)))


def as_camera_stores(upright: Image.Image, orientation: int) -> Image.Image:
    """What lies on the sensor when `orientation` is noted beside it."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    return upright.transpose(undo[orientation]) if orientation in undo else upright


def reddish(pixel: Any) -> bool:
    red, green, blue = pixel
    return bool(red > 180 and green < 80 and blue < 80)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_clean_photo_strips_place_and_device(kind: str) -> None:
    source = encoded(picture(), kind, exif=tagged_exif())
    assert SECRET in source

    photo = clean(source)

    assert SECRET not in photo.image + photo.thumbnail
    assert not opened(photo.image).getexif()


def test_clean_photo_strips_comments_profiles_and_tails() -> None:
    source = encoded(picture(), "JPEG", comment=SECRET, icc_profile=b"\0" * 128 + SECRET) + SECRET

    assert SECRET not in clean(source).image


def test_clean_photo_strips_text_chunks() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())

    assert SECRET not in clean(encoded(picture(), "PNG", pnginfo=notes)).image


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_clean_photo_survives_broken_exif() -> None:
    source = encoded(picture(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")

    assert clean(source).width == 640


def test_clean_photo_does_not_mind_a_wrong_name() -> None:
    upload = SimpleUploadedFile("notes.txt", encoded(picture(), "PNG"), content_type="text/plain")

    assert clean_photo(upload).taken_as == "PNG"


def test_clean_photo_keeps_the_first_frame_of_an_animation() -> None:
    content = encoded(picture(), "WEBP", save_all=True, append_images=[picture(), picture()])

    assert clean(content).width == 640


def test_same_photo_has_the_same_hash() -> None:
    first, second = (clean(encoded(picture(), "PNG")) for _ in range(2))

    assert first.sha256 == second.sha256 == hashlib.sha256(first.image).hexdigest()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that unpacks to `width` × `height` zeros."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = zlib.compress(bytes(1000) * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A good PNG with a compressed note of 100 MB."""
    good = encoded(picture((20, 10)), "PNG")
    note = png_chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(100_000_000), 9))
    return good[:33] + note + good[33:]


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: "路灯不亮".encode(),
    "html": lambda: b"<html><script>alert(1)</script></html>",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "pdf": lambda: encoded(picture(), "PDF"),
    "gif": lambda: encoded(picture(mode="P"), "GIF"),
    "bmp": lambda: encoded(picture(), "BMP"),
    "tiff": lambda: encoded(picture(), "TIFF"),
    "eps": lambda: encoded(picture(), "EPS"),
    "zip": lambda: b"PK\x03\x04" + bytes(100),
    "elf": lambda: b"\x7fELF" + bytes(100),
    "gif with jpeg behind": lambda: b"GIF89a" + encoded(picture(), "JPEG"),
    "random": lambda: os.urandom(5000),
    "jpeg head and noise": lambda: b"\xff\xd8\xff\xe0" + os.urandom(5000),
    "png head and noise": lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(5000),
    "webp head and noise": lambda: b"RIFF\x88\x13\0\0WEBPVP8 " + os.urandom(5000),
    "heic head and noise": lambda: b"\0\0\0\x18ftypheic\0\0\0\0" + os.urandom(5000),
    "truncated jpeg": lambda: (full := encoded(picture(), "JPEG"))[: len(full) // 2],
    "truncated png": lambda: (full := encoded(picture(), "PNG"))[: len(full) // 2],
    "truncated webp": lambda: (full := encoded(picture(), "WEBP"))[: len(full) // 2],
    "truncated heic": lambda: (full := encoded(picture(), "HEIF"))[: len(full) // 2],
    "53 megapixels": lambda: bomb(7300, 7300),
    "100 megapixels": lambda: bomb(10_000, 10_000),
    "900 megapixels": lambda: bomb(30_000, 30_000),
    "no pixels": lambda: bomb(0, 0),
    "text bomb": text_bomb,
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_clean_photo_refuses_with_a_sentence(make: Callable[[], bytes]) -> None:
    with pytest.raises(PhotoRefused) as refused:
        clean(make())

    assert len(str(refused.value)) > 5


def test_clean_photo_refuses_more_than_the_limit(settings: Settings) -> None:
    content = encoded(picture(), "JPEG")
    settings.PHOTO_MAX_BYTES = len(content) - 1

    with pytest.raises(PhotoRefused):
        clean(content)


def test_clean_photo_takes_exactly_the_limit(settings: Settings) -> None:
    content = encoded(picture(), "JPEG")
    settings.PHOTO_MAX_BYTES = len(content)

    assert clean(content).width == 640


def test_preview_is_an_address_of_the_thumbnail() -> None:
    assert clean(encoded(picture(), "JPEG")).preview.startswith("data:image/jpeg;base64,/9j/")


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def photo() -> CleanPhoto:
    return clean(encoded(picture(), "JPEG"))


@pytest.mark.usefixtures("media")
def test_stash_gives_the_photos_back_in_order(photo: CleanPhoto) -> None:
    other = clean(encoded(picture((100, 50)), "PNG"))
    ids = [stash(photo), stash(other)]

    assert list(unstash(reversed(ids)).values()) == [other, photo]
    assert list(unstash(ids).values()) == [photo, other]


@pytest.mark.usefixtures("media")
def test_stash_ids_cannot_be_guessed(photo: CleanPhoto) -> None:
    assert len(stash(photo)) == 32
    assert stash(photo) != stash(photo)


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize("stash_id", ["", "../secret", "0" * 32, "0" * 31 + "/", "0" * 32 + "\n"])
def test_unstash_leaves_out_what_it_does_not_know(stash_id: str) -> None:
    assert unstash([stash_id]) == {}


def test_unstash_cannot_leave_its_folder(media: Path, photo: CleanPhoto) -> None:
    (media / "secret").write_bytes(b"{}\n")

    assert unstash(["../secret"]) == {}


@pytest.mark.usefixtures("media")
def test_stash_forgets_after_an_hour(photo: CleanPhoto) -> None:
    stash_id = stash(photo)

    with clock.at(clock.now() + timedelta(minutes=61)):
        assert unstash([stash_id]) == {}


@pytest.mark.usefixtures("media")
def test_sweep_removes_only_what_is_old(photo: CleanPhoto) -> None:
    stash_id = stash(photo)
    assert sweep_stash() == 0

    with clock.at(clock.now() + timedelta(minutes=61)):
        assert sweep_stash() == 1
    assert not default_storage.exists(f"stash/{stash_id}")


@pytest.mark.usefixtures("media")
def test_sweep_of_nothing_is_quiet() -> None:
    assert sweep_stash() == 0


@pytest.mark.usefixtures("media")
def test_discard_removes_at_once(photo: CleanPhoto) -> None:
    stash_id = stash(photo)
    discard([stash_id, "../x", "0" * 32])

    assert unstash([stash_id]) == {}
