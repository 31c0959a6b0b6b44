"""Lists by keyset: no page counts rows, none is slower than the first."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from wangguan.interfaces.rest.problems import Unclear

LONGEST_KEY = 18
"""Digits of a primary key."""


class Keyset(CursorPagination):
    """A page of a list with links to the next and the previous one, in the body and as `Link` (RFC 8288).

    A list in another order says with `reads` which positions its column can be compared with.
    """

    page_size = 20

    def reads(self, position: str) -> bool:
        """Whether a position from a link is one that the ordering column may have."""
        return position.isdecimal() and position.isascii() and len(position) <= LONGEST_KEY

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The place in the list that a link named.

        Raises:
            Unclear: it is none of ours.
        """
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise _no_cursor() from None
        if cursor and cursor.position is not None and not self.reads(str(cursor.position)):
            raise _no_cursor()
        return cursor

    def get_paginated_response(self, data: Any) -> Response:
        """`next`, `previous` and `results`."""
        response = super().get_paginated_response(data)
        around = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        if links := [f'<{address}>; rel="{rel}"' for rel, address in around.items() if address]:
            response["Link"] = ", ".join(links)
        return response


class Newest(Keyset):
    """Newest first."""

    ordering = "-id"


class Oldest(Keyset):
    """In the order in which it happened."""

    ordering = "id"
    page_size = 50


def _no_cursor() -> Unclear:
    sentence = _("This is no page of the list. Take the address from “next” or “previous”, or start anew.")
    return Unclear({"cursor": [sentence]})
