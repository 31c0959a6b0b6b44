"""The desk as one reader sees it: its queues, rendered and stamped, so that only changed ones are swapped."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from grids.doors import member, moves_several
from requests_app.desk import queues
from requests_app.desk.queues import MOST, WIDE_UNTIL, Queue, Waiting
from requests_app.desk.terms import AT_LEAST_EVERY, ROWS
from requests_app.roster import Roster
from wangguan import clock
from wangguan.privacy import keyed_hash

_ONCE = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>')
_TROUBLED = 200
"""Messages given up are counted to here when the desk asks whether something changed."""


@dataclass(frozen=True)
class Part:
    """One queue of the page. `stamp` is another as soon as it looks otherwise."""

    queue: Queue
    waiting: Waiting
    html: SafeString
    stamp: str

    @property
    def is_wide(self) -> bool:
        return self.queue.place < WIDE_UNTIL


@dataclass(frozen=True)
class Board:
    """Everything that waits for one reader."""

    parts: Sequence[Part]
    stamp: str

    @property
    def wide(self) -> list[Part]:
        return [part for part in self.parts if part.is_wide]

    @property
    def narrow(self) -> list[Part]:
        return [part for part in self.parts if not part.is_wide]

    @property
    def count(self) -> int:
        """How many things there are to do."""
        return sum(part.waiting.count for part in self.wide)

    @property
    def said(self) -> str:
        """The count as the heading says it."""
        is_more = any(part.waiting.count >= MOST for part in self.wide)
        return f"{self.count - 1}+" if is_more else str(self.count)


def look(request: HttpRequest) -> Board:
    """Ask every queue; the roster is read once for all of them."""
    stamp = stamp_for(request)
    with Roster.names().standing():
        found = queues.look(member(request), ROWS)
    first = next((queue.key for queue, waiting in found if waiting.rows), "")
    return Board([_part(request, *each, is_first=each[0].key == first) for each in found], stamp)


def _part(request: HttpRequest, queue: Queue, waiting: Waiting, *, is_first: bool) -> Part:
    count = f"{MOST - 1}+" if waiting.count >= MOST else str(waiting.count)
    context = {
        "queue": queue,
        "waiting": waiting,
        "rows": waiting.rows,
        "count": count,
        "pick": moves_several(member(request)),
        "is_first": is_first and queue.place < WIDE_UNTIL,
    }
    html = render_to_string(queue.template, context, request)
    return Part(queue, waiting, html, _hash(_ONCE.sub("", html) + count))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_STATE = f"""
    SELECT (SELECT max(id) FROM requests_app_ticketevent), (SELECT max(id) FROM desk_handover),
        (SELECT count(*) FROM (SELECT FROM notify_message
            WHERE state IN ('dead', 'unknown') LIMIT {_TROUBLED}) troubled)
"""


def stamp_for(request: HttpRequest) -> str:
    """Another one after every entry of any matter, and every minute; it says nothing else. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        state = cursor.fetchone()
    minute = int(clock.now().timestamp() // AT_LEAST_EVERY.total_seconds())
    return keyed_hash(f"desk:{member(request).pk}:{state}:{minute}")[:16]
