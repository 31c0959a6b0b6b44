"""Lists by keyset: no page counts rows, none is slower than the first."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from requests_app.api.answers import Unclear

LONGEST_KEY = 18
"""Digits of a primary key."""


class Newest(CursorPagination):
    """Newest first, with links to the next and the previous page."""

    ordering = "-id"
    page_size = 20

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The place in the list that a link named.

        Raises:
            Unclear: it is none of ours.
        """
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise _no_cursor() from None
        position = str((cursor and cursor.position) or "0")
        if not position.isdecimal() or len(position) > LONGEST_KEY:
            raise _no_cursor()
        return cursor


class Oldest(Newest):
    """In the order in which it happened."""

    ordering = "id"
    page_size = 50


def _no_cursor() -> Unclear:
    sentence = _("This is no page of the list. Take the address from “next” or “previous”, or start anew.")
    return Unclear({"cursor": [sentence]})
