"""Validators of a row with a `version` (RFC 9110 §8.8, §13): what was read, and what is still true of it.

An ETag reads `"7.a1b2c3d4e5f60718"`: the version, then a digest of what this caller is shown. `If-None-Match`
compares the whole, `If-Match` the version, since that is what a step is taken on; `"7"` will do there.
"""

import hashlib
import re
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from wangguan.interfaces.rest.problems import PreconditionFailed

TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
OURS = re.compile(r'"([0-9]{1,9})(?:\.[0-9a-f]{16})?"')
VARIES = "Accept, Accept-Language, Authorization, Cookie"


def shown(request: Request, data: Any, *, version: int, status: int = 200, **headers: str) -> Response:
    """The answer with its ETag, or 304 when the caller has it already."""
    tag = f'"{version}.{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Vary": VARIES, "Cache-Control": "private, no-cache", **headers}
    if request.method in ("GET", "HEAD") and _has(request.headers.get("If-None-Match", ""), tag):
        return Response(status=304, headers=headers)
    return Response(data, status=status, headers=headers)


def is_conditional(request: Request) -> bool:
    """Whether the caller says which version they mean."""
    return "If-Match" in request.headers


def check(request: Request, version: int) -> int | None:
    """The version that what follows must still meet when it is written; none where the caller named none.

    Raises:
        PreconditionFailed: it is another one already.
    """
    named = request.headers.get("If-Match", "*").strip()
    if named == "*":
        return None
    tags = (OURS.fullmatch(tag) for tag in TAG.findall(named))
    if version not in {int(tag[1]) for tag in tags if tag}:
        raise PreconditionFailed
    return version


def _has(named: str, tag: str) -> bool:
    """By weak comparison: what a proxy packed is the same to a reader."""
    return named.strip() == "*" or tag in {each.removeprefix("W/") for each in TAG.findall(named)}
