"""The office's pages, as the side of every one of them lists them. Rooms register theirs at start-up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids import access

if TYPE_CHECKING:
    from grids.models import User


class Group(TextChoices):
    """Headings of the side, in their order."""

    DISPATCH = "dispatch", _("Dispatch")
    GRIDS = "grids", _("Grids")
    HOMES = "homes", _("Homes")
    PARTY = "party", _("Party building")
    RESULTS = "results", _("Results")
    RULES = "rules", _("Rules")


@dataclass(frozen=True)
class Link:
    """One page of the office.

    Attributes:
        page: the name of its address.
        query: what follows the address, e.g. "?status__exact=on_hold".
        place: order within the group, ascending.
        needs: a permission in Django's spelling (`grids.access.has_perm`); empty: everybody in the office.
        may: a further question about the reader, when a permission does not say it.
        key: what a page calls itself to be marked as the current one; its own `page` unless told.
    """

    group: Group
    label: str | Promise
    page: str
    query: str = ""
    place: int = 50
    needs: str = ""
    may: "Callable[[User], bool] | None" = None
    key: str = ""

    @property
    def url(self) -> str:
        return reverse(self.page) + self.query

    def is_open_to(self, user: "User") -> bool:
        permitted = not self.needs or access.has_perm(user, self.needs)
        return permitted and (self.may is None or self.may(user))


_links: list[Link] = []


def register(*links: Link) -> None:
    """Offer pages; called once in `AppConfig.ready`."""
    _links.extend(replace(link, key=link.key or link.page) for link in links)


def side(user: "User") -> list[tuple[str, list[Link]]]:
    """Headings, each with the pages that this person may open; headings without any are left out."""
    seen = sorted((link for link in _links if link.is_open_to(user)), key=lambda link: link.place)
    grouped = [(str(group.label), [link for link in seen if link.group == group]) for group in Group]
    return [(label, links) for label, links in grouped if links]
