"""Answers of the admin that are somebody's own."""

from typing import TypeVar

from django.http import HttpResponse

from wangguan.workbook import TYPE

R = TypeVar("R", bound=HttpResponse)


def xlsx(content: bytes, name: str) -> HttpResponse:
    """A workbook to be saved; no cache keeps it."""
    response = HttpResponse(content, content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)


def private(response: R) -> R:
    """No cache outside the browser may keep it."""
    response["Cache-Control"] = "private, no-store"
    return response
