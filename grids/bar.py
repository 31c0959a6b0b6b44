"""The bar under a worker's thumb: the rooms one tap away. Rooms register their tabs at start-up.

What a reader may not enter stands on no bar of theirs. Five tabs are what a phone carries.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise

if TYPE_CHECKING:
    from grids.models import User


@dataclass(frozen=True)
class Badge:
    """How much waits behind a tab.

    Attributes:
        count: the number for a reader; from a hundred on it need not be exact.
        page: the name of the address that tells it anew (`wangguan.answers.badge`, js/badges.js).
        words: what is counted, for whoever hears the page.
    """

    count: "Callable[[User], int]"
    page: str
    words: str | Promise

    @property
    def url(self) -> str:
        return reverse(self.page)


@dataclass(frozen=True)
class Tab:
    """One room on the bar.

    Attributes:
        key: what the room's pages call themselves, to be marked as the current one.
        page: the name of its address.
        place: order on the bar, ascending.
        may: whose bar it stands on; empty: everybody's.
        kept: whether a phone keeps the page for places without signal.
    """

    key: str
    label: str | Promise
    icon: str
    page: str
    place: int
    may: "Callable[[User], bool] | None" = None
    badge: Badge | None = None
    kept: bool = False

    @property
    def url(self) -> str:
        return reverse(self.page)


_tabs: list[Tab] = []
_aside: list[Tab] = []


def register(*tabs: Tab) -> None:
    """Offer tabs; called once in `AppConfig.ready`."""
    _tabs.extend(tab for tab in tabs if tab not in _tabs)
    _tabs.sort(key=lambda tab: tab.place)


def lay_aside(*tabs: Tab) -> None:
    """Offer rooms that few enter every day: they stand on the page “Me”, not on the bar."""
    _aside.extend(tab for tab in tabs if tab not in _aside)
    _aside.sort(key=lambda tab: tab.place)


def aside(user: "User") -> list[Tab]:
    """The rooms beside the bar that this reader may enter."""
    return [tab for tab in _aside if tab.may is None or tab.may(user)]


def of(user: "User") -> list[Tab]:
    """The tabs of this reader; the first is where their work begins."""
    return [tab for tab in _tabs if tab.may is None or tab.may(user)]


def counted(user: "User", known: Mapping[str, int]) -> list[tuple[Tab, int]]:
    """The tabs, each with the number of its badge; `known` are those that the page counted, by key."""
    return [(tab, _number(tab, user, known)) for tab in of(user)]


def _number(tab: Tab, user: "User", known: Mapping[str, int]) -> int:
    if tab.badge is None:
        return 0
    return known[tab.key] if tab.key in known else tab.badge.count(user)
