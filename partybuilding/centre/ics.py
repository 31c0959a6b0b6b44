"""Calendars as RFC 5545 wants them, written here: three sorts of entry need no library.

Times are local with the zone spelled out (Asia/Shanghai has had one offset and no summer time since 1991),
lines are folded at 75 octets without cutting a character, text is escaped, lines end with CRLF.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone

from wangguan import clock

ZONE = "Asia/Shanghai"
_OCTETS = 75
_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//wangguan//centre//ZH", "CALSCALE:GREGORIAN")
_VTIMEZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19910915T020000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Event:
    """One entry.

    Attributes:
        uid: the same for ever, so that a reader knows the entry again.
        weekly: it comes again every week on that weekday.
        left_out: beginnings of weeks in which it does not come.
        called_off: it is shown as called off.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    words: str = ""
    place: str = ""
    url: str = ""
    weekly: bool = False
    left_out: Sequence[datetime] = ()
    called_off: bool = False


def write(name: str, events: Iterable[Event]) -> bytes:
    """A whole calendar called `name`."""
    lines = [*_HEAD, f"X-WR-CALNAME:{_text(name)}", f"X-WR-TIMEZONE:{ZONE}", *_VTIMEZONE]
    for event in events:
        lines.extend(_event(event))
    lines.append("END:VCALENDAR")
    return b"".join(piece + b"\r\n" for line in lines for piece in _folded(line))


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID={ZONE}:{_local(event.starts_at)}"
    yield f"DTEND;TZID={ZONE}:{_local(event.ends_at)}"
    if event.weekly:
        yield f"RRULE:FREQ=WEEKLY;BYDAY={_DAYS[timezone.localtime(event.starts_at).weekday()]}"
    if event.left_out:
        yield f"EXDATE;TZID={ZONE}:{','.join(map(_local, event.left_out))}"
    yield f"SUMMARY:{_text(event.title)}"
    for key, text in (("DESCRIPTION", event.words), ("LOCATION", event.place)):
        if text:
            yield f"{key}:{_text(text)}"
    if event.url:
        yield f"URL:{event.url}"
    if event.called_off:
        yield "STATUS:CANCELLED"
    yield "END:VEVENT"


def _local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y%m%dT%H%M%S}"


def _text(text: str) -> str:
    """Free text as a value: nothing in it can end its line or begin another property."""
    lines = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").splitlines()
    return "\\n".join("".join(each for each in line if each.isprintable()) for line in lines)


def _folded(line: str) -> Iterator[bytes]:
    """Pieces of at most 75 octets; those after the first begin with a space, which counts."""
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > _OCTETS:
            yield piece
            piece = b" "
        piece += octets
    yield piece
