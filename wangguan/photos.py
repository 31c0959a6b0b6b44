"""Photos of strangers: decoded, cleaned, made again; nothing of the file they sent is kept.

What a decoder can read is painted onto a fresh picture and encoded anew, so that place,
device, comments and anything hidden behind the picture stay outside. Cleaned photos of a
refused form wait in a stash, so that nobody has to choose them a second time.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any, Protocol, TypeVar

import pillow_heif
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError

from wangguan import clock
from wangguan.refusals import Refused

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# The largest pictures of 50-megapixel phones (8192 × 6144) pass.
MAX_PIXELS = 52_000_000
MAX_SIDE = 2048
THUMBNAIL_SIDE = 320
QUALITY = 82
STASH = "stash"
STASH_FOR = timedelta(hours=1)
# How a picture has to be turned for each EXIF orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_STASH_ID = re.compile(r"[0-9a-f]{32}")


class PhotoRefused(Refused):
    """The file is not a photo that can be kept; the sentence tells the sender what to do."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence, field="photos")


class Readable(Protocol):
    """An uploaded or opened file."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class CleanPhoto:
    """A photo as it may be stored and shown.

    Attributes:
        image: JPEG, longest side at most `MAX_SIDE` pixels, upright, without metadata.
        thumbnail: JPEG, longest side at most `THUMBNAIL_SIDE` pixels.
        width: of `image`, pixels.
        height: of `image`, pixels.
        taken_as: format of the file that was sent, one of `FORMATS`.
        sha256: of `image`, hex; the same picture sent twice has the same one.
    """

    image: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    width: int
    height: int
    taken_as: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.image).hexdigest()

    @property
    def preview(self) -> str:
        """The thumbnail as a `data:` address, for a page that shows a photo not stored yet."""
        return f"data:image/jpeg;base64,{base64.b64encode(self.thumbnail).decode()}"


def clean_photo(file: Readable) -> CleanPhoto:
    """The photo in `file`, made anew.

    Raises:
        PhotoRefused: too large, not a picture of a known kind, or damaged.
    """
    content = _read(file)
    try:
        picture, taken_as = _decode(content)
    except PhotoRefused:
        raise
    except Exception as error:  # decoders fed with hostile bytes raise anything
        raise PhotoRefused(
            _("This photo cannot be read; it may be damaged. Please choose another one.")
        ) from error
    return CleanPhoto(
        image=_encode(picture),
        thumbnail=_encode(_shrunk(picture, THUMBNAIL_SIDE)),
        width=picture.width,
        height=picture.height,
        taken_as=taken_as,
    )


def _read(file: Readable) -> bytes:
    limit: int = settings.PHOTO_MAX_BYTES
    content = file.read(limit + 1)
    if not content:
        raise PhotoRefused(_("This photo is empty. Please choose another one."))
    if len(content) > limit:
        sentence = _("This photo is larger than %(megabytes)s MB. Please send a smaller one.")
        raise PhotoRefused(sentence % {"megabytes": limit // 2**20})
    return content


def _decode(content: bytes) -> tuple[Image.Image, str]:
    """The picture upright, small enough and on a white ground, and the format it came in."""
    with _open(content) as source:
        taken_as = "JPEG" if source.format == "MPO" else str(source.format)
        # A JPEG decodes straight to a smaller size: a quarter of the time and memory.
        source.draft("RGB", (MAX_SIDE, MAX_SIDE))
        small = _shrunk(_plain(source), MAX_SIDE)
        return _on_white(_upright(small, source)), taken_as


def _open(content: bytes) -> Image.Image:
    """The picture before decoding: kind and size come from its head."""
    try:
        source = Image.open(BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise PhotoRefused(
            _("Only JPEG, PNG, WebP and HEIC photos can be sent. Please choose another one.")
        ) from error
    if source.width * source.height > MAX_PIXELS:
        raise _too_many_pixels()
    return source


def _too_many_pixels() -> PhotoRefused:
    return PhotoRefused(_("This picture has too many pixels. Please send a smaller one."))


def _plain(source: Image.Image) -> Image.Image:
    """The decoded picture in a mode that can be scaled smoothly: grey, RGB or RGBA."""
    if source.mode.startswith("I"):  # 16 bits a pixel: converting would clip, not scale
        return source.convert("I").point(lambda value: value / 256).convert("L")
    if source.has_transparency_data:
        return source.convert("RGBA")
    return source.convert("RGB")


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    if max(picture.size) <= side:
        return picture
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return smaller


def _upright(picture: Image.Image, source: Image.Image) -> Image.Image:
    """`picture` turned as the camera noted in `source`."""
    try:
        turn = _TURNS.get(source.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # a good picture with broken notes beside it
        turn = None
    return picture if turn is None else picture.transpose(turn)


def _on_white(picture: Image.Image) -> Image.Image:
    """A fresh RGB picture that carries nothing but the pixels."""
    fresh = Image.new("RGB", picture.size, "white")
    fresh.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return fresh


def _encode(picture: Image.Image) -> bytes:
    encoded = BytesIO()
    picture.save(encoded, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return encoded.getvalue()


class Stored(Protocol):
    """A row that keeps a picture: an image, its thumbnail, size and checksum."""

    image: Any
    thumbnail: Any
    width: int
    height: int
    sha256: str


S = TypeVar("S", bound=Stored)


def store(photo: CleanPhoto, row: S) -> S:
    """Write the files of a cleaned photo and name them in `row`, which is not saved yet.

    Before the transaction, since storage may lie beyond this machine. A file whose row
    never comes is an orphan that nobody can open.
    """
    row.width, row.height, row.sha256 = photo.width, photo.height, photo.sha256
    name = f"{photo.sha256[:32]}.jpg"
    row.image.save(name, ContentFile(photo.image), save=False)
    row.thumbnail.save(f"t-{name}", ContentFile(photo.thumbnail), save=False)
    return row


# --- the stash: photos that are here before their form -------------------------------------
# They outlive the form by design: when the reply was lost and the form comes again, the same
# photos must make the same content (docs/decisions/0002). The sweep removes them in an hour.


def stash(photo: CleanPhoto) -> str:
    """Keep `photo` for `STASH_FOR` and return the id that brings it back (128 random bits)."""
    stash_id = secrets.token_hex(16)
    default_storage.save(f"{STASH}/{stash_id}", ContentFile(_packed(photo)))
    return stash_id


def unstash(ids: Iterable[str]) -> dict[str, CleanPhoto]:
    """The stashed photos of `ids` by their id, in order; unknown, swept and expired ones are left out."""
    wanted = [stash_id for stash_id in dict.fromkeys(ids) if _STASH_ID.fullmatch(stash_id)]
    found = {name: _fetch(f"{STASH}/{name}") for name in wanted[: settings.PHOTO_MAX_COUNT]}
    return {stash_id: photo for stash_id, photo in found.items() if photo is not None}


def discard(ids: Iterable[str]) -> None:
    """Remove stashed photos that nobody wants any more."""
    for stash_id in ids:
        if _STASH_ID.fullmatch(stash_id):
            default_storage.delete(f"{STASH}/{stash_id}")


def sweep_stash() -> int:
    """Remove what has lain longer than `STASH_FOR`; how many photos that were."""
    try:
        names = [f"{STASH}/{name}" for name in default_storage.listdir(STASH)[1]]
    except FileNotFoundError:  # nothing was ever stashed
        return 0
    expired = [name for name in names if _is_expired(name)]
    for name in expired:
        default_storage.delete(name)
    return len(expired)


def _is_expired(name: str) -> bool:
    try:
        return default_storage.get_modified_time(name) + STASH_FOR < clock.now()
    except FileNotFoundError:  # another sweep or the ticket was faster
        return False


def _fetch(name: str) -> CleanPhoto | None:
    try:
        if _is_expired(name):
            return None
        with default_storage.open(name) as file:
            return _unpacked(file.read())
    except FileNotFoundError:
        return None


def _packed(photo: CleanPhoto) -> bytes:
    """One file: a line of JSON, the image, the thumbnail. No browser takes it for a picture."""
    head = {
        "width": photo.width,
        "height": photo.height,
        "taken_as": photo.taken_as,
        "image": len(photo.image),
    }
    return json.dumps(head).encode() + b"\n" + photo.image + photo.thumbnail


def _unpacked(content: bytes) -> CleanPhoto:
    line, _newline, rest = content.partition(b"\n")
    head = json.loads(line)
    return CleanPhoto(
        image=rest[: head["image"]],
        thumbnail=rest[head["image"] :],
        width=head["width"],
        height=head["height"],
        taken_as=head["taken_as"],
    )
