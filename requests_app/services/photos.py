"""Keeping the photos of a ticket: files first, rows within the transaction of their entry."""

from collections.abc import Iterable

from django.utils.translation import ngettext

from grids.models import User
from requests_app.models import Photo, Ticket, TicketEvent
from wangguan import clock, photos
from wangguan.photos import CleanPhoto, PhotoRefused


def check_count(count: int, most: int) -> None:
    """Raises: PhotoRefused: more photos than one form may carry."""
    if count > most:
        sentence = ngettext(
            "Please choose at most %(most)d photo.", "Please choose at most %(most)d photos.", most
        )
        raise PhotoRefused(sentence % {"most": most})


def store(pictures: Iterable[CleanPhoto]) -> list[Photo]:
    """Write the files of cleaned photos to storage; the rows are not saved yet."""
    return [photos.store(picture, Photo()) for picture in pictures]


def attach(kept: list[Photo], *, ticket: Ticket, event: TicketEvent | None, by: User | None) -> list[Photo]:
    """Save the rows of stored photos with the entry they belong to."""
    for photo in kept:
        photo.ticket, photo.event, photo.taken_by, photo.added_at = ticket, event, by, clock.now()
    return Photo.objects.bulk_create(kept) if kept else []
