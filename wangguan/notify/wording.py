"""The office's own words for a kind of message, in place of those that the program brings.

Written with placeholders in braces, "{number} is overdue": the same that the kind's own texts name.
They are the house's language; whoever reads the portal in another one gets the program's words.
Kept by each process for half a minute, so that a list of messages asks the database nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language

from wangguan.kept import Kept
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


def _none() -> Mapping[str, Words]:
    return {}


own_words = Kept(_none, seconds=REFRESH_AFTER)
"""The office's words by kind."""
keep, forget, load_from = own_words.keep, own_words.forget, own_words.load_from


def worded(kind: Kind) -> Kind:
    """The kind as it is to be read now: with the office's words where the house's language is spoken."""
    own = own_words().get(kind.tells)
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
