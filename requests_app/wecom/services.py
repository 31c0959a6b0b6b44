"""Taking a message in: at once a matter at the duty desk, so that every rule of matters holds for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction

from grids.locate import Place
from requests_app.models import Ticket
from requests_app.services import Matter, add_note, submit
from requests_app.services.paste import place_told
from requests_app.wecom.models import Incoming
from requests_app.workflow import Source, Status
from wangguan import clock
from wangguan.privacy import keyed_hash
from wangguan.words import storable

JOINED_WITHIN = timedelta(minutes=10)
FEWEST = 5
"""Characters; less is a greeting or thanks."""


@dataclass(frozen=True)
class Words:
    """A text that somebody wrote to the app."""

    msg_id: str
    sender: str = field(repr=False)
    text: str = field(repr=False)


def take_in(words: Words) -> Ticket | None:
    """The matter that these words made or were added to; None when there is none in them.

    The same message again finds what it made the first time, also at the same moment.

    Raises:
        Refused: too many words.
    """
    with transaction.atomic(), _one_by_one(words.sender):
        if row := Incoming.objects.filter(msg_id=words.msg_id).select_related("ticket").first():
            return row.ticket
        ticket = latest(words.sender)
        if ticket:
            add_note(ticket, words=words.text)
        elif is_matter(words.text):
            ticket = _told(words)
        Incoming.objects.create(
            msg_id=words.msg_id, sender=words.sender, sender_hash=keyed_hash(words.sender), ticket=ticket
        )
        return ticket


def latest(sender: str) -> Ticket | None:
    """What this person told in the last minutes, as long as nobody has accepted it."""
    since = clock.now() - JOINED_WITHIN
    theirs = Incoming.objects.filter(sender_hash=keyed_hash(sender), arrived_at__gt=since)
    waiting = theirs.filter(ticket__status=Status.SUBMITTED).select_related("ticket")
    row = waiting.order_by("-id").first()
    return row.ticket if row else None


def is_matter(text: str) -> bool:
    """Whether there is enough in it to look after; “你好” and “谢谢” are answered kindly, no more."""
    return len("".join(storable(text).split())) >= FEWEST


def _told(words: Words) -> Ticket:
    """Without a category: whoever accepts it says what it is. Where, if the words name a place."""
    place = place_told(words.text) or Place()
    ticket, _is_new = submit(Matter(description=words.text, place=place, source=Source.API))
    return ticket


@contextmanager
def _one_by_one(sender: str) -> Iterator[None]:
    """Messages of one person wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [keyed_hash(sender)])
    yield
