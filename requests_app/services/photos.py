"""Keeping the photos of a ticket: files first, rows within the transaction of their entry."""

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.utils.translation import ngettext

from grids.models import User
from requests_app.models import Photo, Ticket, TicketEvent
from wangguan import clock
from wangguan.photos import CleanPhoto, PhotoRefused


def check_count(count: int, most: int) -> None:
    """Raises: PhotoRefused: more photos than one form may carry."""
    if count > most:
        sentence = ngettext(
            "Please choose at most %(most)d photo.", "Please choose at most %(most)d photos.", most
        )
        raise PhotoRefused(sentence % {"most": most})


def store(pictures: Iterable[CleanPhoto]) -> list[Photo]:
    """Write the files of cleaned photos to storage; the rows are not saved yet.

    Before the transaction, since storage may lie beyond this machine. A file whose row
    never comes is an orphan that nobody can open.
    """
    kept = []
    for picture in pictures:
        photo = Photo(width=picture.width, height=picture.height, sha256=picture.sha256)
        name = f"{picture.sha256[:32]}.jpg"
        photo.image.save(name, ContentFile(picture.image), save=False)
        photo.thumbnail.save(f"t-{name}", ContentFile(picture.thumbnail), save=False)
        kept.append(photo)
    return kept


def attach(photos: list[Photo], *, ticket: Ticket, event: TicketEvent | None, by: User | None) -> list[Photo]:
    """Save the rows of stored photos with the entry they belong to."""
    for photo in photos:
        photo.ticket, photo.event, photo.taken_by, photo.added_at = ticket, event, by, clock.now()
    return Photo.objects.bulk_create(photos) if photos else []
