"""A request that may be sent twice: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).

A row claims the key before the work begins and keeps the answer after it. No transaction spans the work:
what it reaches may lie beyond this machine. When a process dies between the two, the claim lapses and the
request may run again; `own_id` then names the same action, which the services recognise (decision 0045).
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from wangguan import clock
from wangguan.interfaces.models import ApiKey, KeptAnswer
from wangguan.interfaces.rest import problems
from wangguan.interfaces.rest.problems import InProgress, KeyReused, Unclear
from wangguan.privacy import keyed_hash

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
SHAPE = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')
KEPT_FOR = timedelta(hours=48)
CLAIMED_FOR = timedelta(seconds=60)
"""How long a request may take; longer than any server of ours lets one run."""
KEPT_HEADERS = ("Location", "ETag")
NAMESPACE = UUID("5d0f1b4e-6c0a-4f43-9a55-0f6e0c3a6a11")

View = Callable[..., Response]


def once(view: View) -> View:
    """Answer a POST that comes again under its Idempotency-Key as it was answered first.

    Stands below `@api_view`. Kept is every answer but 400, after which a caller mends the body and sends
    it under the same key, and 5xx, after which the same request is to be tried again.
    """

    @wraps(view)
    def answered(request: Request, *args: Any, **options: Any) -> Response:
        key = _key(request) if request.method == "POST" else ""
        if not key:
            return view(request, *args, **options)
        return _first_or_again(request, key, lambda: view(request, *args, **options))

    return answered


def own_id(request: Request) -> UUID | None:
    """The id of the action that this caller's Idempotency-Key names at this address; none without a key."""
    key = _key(request)
    return uuid5(NAMESPACE, f"{_caller(request)}\n{request.path}\n{key}") if key else None


def forget() -> int:
    """Remove what was kept long enough; how many answers that were."""
    removed, _by_model = KeptAnswer.objects.filter(begun_at__lt=clock.now() - KEPT_FOR).delete()
    return removed


def _key(request: Request) -> str:
    """The key that the caller made, with or without the quotes of a structured field; empty without one.

    Raises:
        Unclear: it is no key.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return ""
    if not (shape := SHAPE.fullmatch(given)):
        raise Unclear({HEADER: [_("Please send 1 to 255 letters, digits or signs, for example a UUID.")]})
    return shape[1]


def _caller(request: Request) -> str:
    return f"key {request.auth.pk}" if isinstance(request.auth, ApiKey) else f"user {request.user.pk}"


def _first_or_again(request: Request, key: str, work: Callable[[], Response]) -> Response:
    fingerprint = _fingerprint(request)
    row, is_mine = _claim(_caller(request), keyed_hash(key), fingerprint)
    if not is_mine:
        return _again(row, fingerprint)
    try:
        response = _worked(request, work)
    except BaseException:
        _mine(row).delete()
        raise
    _keep(row, response)
    return response


def _claim(caller: str, key_hash: str, fingerprint: str) -> tuple[KeptAnswer, bool]:
    """The row of this key, and whether it is this request's to answer."""
    now = clock.now()
    fresh = {"fingerprint": fingerprint, "begun_at": now}
    row, is_new = KeptAnswer.objects.get_or_create(caller=caller, key_hash=key_hash, defaults=fresh)
    if is_new or not _is_over(row, now):
        return row, is_new
    taken = _mine(row).update(**fresh, status=None, headers={}, body="")
    row.begun_at, row.fingerprint, row.status = now, fingerprint, None
    return row, bool(taken)


def _is_over(row: KeptAnswer, now: datetime) -> bool:
    """Kept long enough, or claimed by a process that did not live to answer."""
    return row.begun_at < now - (CLAIMED_FOR if row.status is None else KEPT_FOR)


def _mine(row: KeptAnswer) -> Any:
    """The row, while nobody has claimed it since."""
    return KeptAnswer.objects.filter(pk=row.pk, begun_at=row.begun_at)


def _again(row: KeptAnswer, fingerprint: str) -> Response:
    """The answer that was given first.

    Raises:
        KeyReused: it was given to another request.
        InProgress: it is not given yet.
    """
    if row.fingerprint != fingerprint:
        raise KeyReused
    if row.status is None:
        raise InProgress
    headers = {**row.headers, REPLAYED: "true"}
    media_type = problems.MEDIA_TYPE if row.status >= 400 else None
    return Response(json.loads(row.body), status=row.status, headers=headers, content_type=media_type)


def _worked(request: Request, work: Callable[[], Response]) -> Response:
    """What the view answers, a refusal included; a mistake of ours is raised on."""
    try:
        return work()
    except Exception as error:
        if response := problems.answer(error, {"request": request}):
            return response
        raise


def _keep(row: KeptAnswer, response: Response) -> None:
    if response.status_code == 400 or response.status_code >= 500:
        _mine(row).delete()
        return
    _mine(row).update(
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=JSONRenderer().render(response.data).decode(),
    )


def _fingerprint(request: Request) -> str:
    """SHA-256 of address and content; how a client orders or wraps the same content does not matter."""
    content = json.dumps(list(_content(request.data)), sort_keys=True, default=str)
    return hashlib.sha256(f"{request.path}\n{content}".encode()).hexdigest()


def _content(data: Any) -> Iterator[Any]:
    if not isinstance(data, QueryDict):
        yield data
        return
    for name, values in sorted(data.lists()):
        yield name, [_digest(value) if isinstance(value, UploadedFile) else value for value in values]


def _digest(file: UploadedFile) -> str:
    """SHA-256 of an uploaded file, which stands at its beginning again afterwards."""
    content = hashlib.sha256()
    for chunk in file.chunks():
        content.update(chunk)
    file.seek(0)
    return content.hexdigest()
