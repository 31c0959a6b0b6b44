"""Kinds of messages: a registry that the higher rooms fill at start-up, in `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from wangguan.notify.models import Message

    Text = str | _StrPromise

Hook = Callable[["Message"], None]
TRIAL = ".trial"
"""Ends the name of a kind that only shows somebody of the office how another one reads."""


class UnknownKind(LookupError):
    """No room registered a kind of this name."""


@dataclass(frozen=True)
class Kind:
    """How one kind of message reads and what follows when it arrived or did not.

    `title`, `text`, `markdown` and `path` are %-templates over the message's context
    (`"%(number)s was answered"`); `text` and `markdown` may also name `%(link)s`.
    Hooks run inside the transaction that records the outcome, once per message.
    """

    name: str
    title: Text
    text: Text
    # The page the message leads to, without the site: "/t/%(token)s/".
    path: str = ""
    # Approved template at the SMS gateway and the only values that leave with it.
    sms_template: str = ""
    sms_params: tuple[str, ...] = ("link",)
    # What a WeCom robot says instead of `text`, in its markdown.
    markdown: Text = ""
    # Waits for the reminder window and may be joined with others into one digest.
    routine: bool = False
    # Somebody stands and waits for it: it goes before whatever else is due.
    swift: bool = False
    # Brings a resident the answer; operators are alerted when one stays unsent.
    is_answer: bool = False
    on_delivered: Hook | None = None
    on_failed: Hook | None = None
    on_unknown: Hook | None = None

    @property
    def tells(self) -> str:
        """The name of the kind whose words it has: its own, or that of the kind it tries out."""
        return self.name.removesuffix(TRIAL)

    def link(self, context: Mapping[str, Any]) -> str:
        """Full address of the page the message leads to; empty without a path."""
        return settings.SITE_URL + self.path % context if self.path else ""

    def fill(self, template: Text, context: Mapping[str, Any]) -> str:
        """`template` in the active language with the values of `context` and the link.

        Raises:
            KeyError: the context lacks a value that the template names.
        """
        return str(template) % {**context, "link": self.link(context)}


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make `kind` known.

    Raises:
        ImproperlyConfigured: another kind has its name.
    """
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ImproperlyConfigured(f"Two kinds of message are called {kind.name!r}.")
    return kind


def get(name: str) -> Kind:
    """The kind called `name`.

    Raises:
        UnknownKind: no room registered it.
    """
    if (kind := find(name)) is None:
        raise UnknownKind(name)
    return kind


def find(name: str) -> Kind | None:
    """The kind called `name`, or None: an old message may outlive its kind.

    "answer.trial" is the kind "answer" without what follows from it.
    """
    kind = _kinds.get(name.removesuffix(TRIAL))
    if kind is None or not name.endswith(TRIAL):
        return kind
    return replace(
        kind, name=name, path="", routine=False, on_delivered=None, on_failed=None, on_unknown=None
    )


def known() -> list[Kind]:
    """Every kind, in the order in which the rooms registered them."""
    return list(_kinds.values())
