"""One gathering as a file for the phone's own calendar (RFC 5545)."""

from datetime import UTC, datetime

from django.conf import settings

from partybuilding.gatherings.models import Gathering
from wangguan import clock

TYPE = "text/calendar; charset=utf-8"
OCTETS = 73
"""Of one line; the standard asks for 75 at the most, with the blank of a continued line."""


def of(gathering: Gathering, *, link: str) -> bytes:
    """The file. `link`: the page of it, without the site."""
    address = settings.SITE_URL + link
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Wangguan Grid//Gatherings//ZH",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:gathering-{gathering.pk}@{settings.SITE_URL.partition('://')[2]}",
        f"SEQUENCE:{gathering.version}",
        f"DTSTAMP:{_moment(clock.now())}",
        f"DTSTART:{_moment(gathering.starts_at)}",
        f"DTEND:{_moment(gathering.ends_at)}",
        f"SUMMARY:{_text(gathering.title)}",
        f"LOCATION:{_text(gathering.place)}",
        f"DESCRIPTION:{_text(gathering.words)}",
        f"URL:{address}",
        f"STATUS:{'CANCELLED' if gathering.is_off else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """Commas, semicolons, backslashes and ends of lines have a meaning in this format."""
    marked = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(marked.splitlines())


def _folded(line: str) -> str:
    """Broken after so many octets, never within a letter; a continued line begins with a blank."""
    parts, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > OCTETS:
            parts.append("")
            size = 0
        parts[-1] += letter
        size += octets
    return "\r\n ".join(parts)
