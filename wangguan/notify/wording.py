"""The office's own words for a kind of message, in place of those that the program brings.

Written with placeholders in braces, "{number} is overdue": the same that the kind's own texts name.
They are the house's language; whoever reads the portal in another one gets the program's words.
Kept by each process for half a minute, so that a list of messages asks the database nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language

from wangguan.notify.kinds import Kind

REFRESH_AFTER = 30.0
"""Seconds after which a process reads the office's words again."""
SAMPLES = {
    "number": "WG-20261126-0001",
    "category": "路灯",
    "count": "3",
    "closes_on": "2026-12-03",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-05",
}
"""Values that a preview and a test message show; other placeholders show their own name."""
_NAMED = re.compile(r"%\((\w+)\)[sd]")
_BRACES = re.compile(r"\{(\w+)\}")


class Words(NamedTuple):
    """What the office wrote for one kind; an empty one keeps the program's own."""

    title: str = ""
    text: str = ""
    sms_template: str = ""


@dataclass(frozen=True)
class _Kept:
    words: Mapping[str, Words]
    until: float


_kept: _Kept | None = None
_loader: Callable[[], Mapping[str, Words]] = dict


def load_from(loader: Callable[[], Mapping[str, Words]]) -> None:
    """Ask `loader` for the office's words by kind from now on."""
    global _loader
    _loader = loader
    forget()


def keep(words: Mapping[str, Words]) -> Mapping[str, Words]:
    """Use `words` in this process until they are due for refreshing."""
    global _kept
    _kept = _Kept(words, monotonic() + REFRESH_AFTER)
    return words


def forget() -> None:
    """Read them again at the next question: this process has just changed them."""
    global _kept
    _kept = None


def worded(kind: Kind) -> Kind:
    """The kind as it is to be read now: with the office's words where the house's language is spoken."""
    own = _current().get(kind.tells)
    if own is None:
        return kind
    sms_template = own.sms_template or kind.sms_template
    if get_language() != settings.LANGUAGE_CODE:
        return replace(kind, sms_template=sms_template)
    return spoken(kind, own._replace(sms_template=sms_template))


def spoken(kind: Kind, own: Words) -> Kind:
    """The kind in these words, whatever is kept."""
    text = as_template(own.text) if own.text else kind.text
    return replace(
        kind,
        title=as_template(own.title) if own.title else kind.title,
        text=text,
        # A robot says the same as everybody else.
        markdown="" if own.text else kind.markdown,
        sms_template=own.sms_template or kind.sms_template,
    )


def placeholders(kind: Kind) -> list[str]:
    """What the kind's words may leave open: what its own texts name, and the link where it has a page."""
    named = (_NAMED.findall(str(part)) for part in (kind.title, kind.text, kind.markdown))
    offered = dict.fromkeys(name for names in named for name in names)
    return list(offered | ({"link": None} if kind.path else {}))


def unknown(kind: Kind, words: str) -> list[str]:
    """Placeholders in `words` that nothing would fill in."""
    return [name for name in _BRACES.findall(words) if name not in placeholders(kind)]


def in_braces(template: str) -> str:
    """A %-template as an office reads it: "%(number)s" becomes "{number}"."""
    return _NAMED.sub(r"{\1}", template).replace("%%", "%")


def as_template(words: str) -> str:
    """What an office wrote as a %-template."""
    return _BRACES.sub(r"%(\1)s", words.replace("%", "%%"))


def sample(kind: Kind) -> dict[str, str]:
    """A context that fills the kind's texts and its address, made up."""
    named = (_NAMED.findall(str(part)) for part in (kind.title, kind.text, kind.markdown, kind.path))
    names = {name for found in named for name in found} | set(kind.sms_params)
    return {name: SAMPLES.get(name, name) for name in names - {"link"}}


def _current() -> Mapping[str, Words]:
    if _kept is None or _kept.until < monotonic():
        return keep(_loader())
    return _kept.words
