"""What a matter pasted from a group seems to be, and the reply that goes back to the group."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from grids.addresses import MAX_LENGTH
from grids.locate import Place, locate
from grids.models import User
from requests_app import wechat
from requests_app.category_words import suggest
from requests_app.models import Ticket

LIKENESSES = 50
"""Open matters of the same buildings that are looked through."""
ALIKE = 0.25
TITLE = 24


@dataclass(frozen=True)
class Suggestion:
    """Where a matter lies, of which kind it is, and which open one may be the same."""

    place: Place
    category: str
    alike: Ticket | None = None

    @property
    def address(self) -> str:
        return self.place.building.address if self.place.building else ""


def look_at(matters: list[wechat.Matter], user: User) -> list[Suggestion]:
    """A suggestion for each; one statement more than the atlas takes, however many there are."""
    places = [place_told(matter.words) or place_told(matter.sender) or own_place(user) for matter in matters]
    kinds = [suggest(matter.words) for matter in matters]
    around = _open_in({place.building.pk for place in places if place.building}, user)
    return [
        Suggestion(place, kind, _alike(matter.words, place, kind, around))
        for matter, place, kind in zip(matters, places, kinds, strict=True)
    ]


def place_told(words: str) -> Place | None:
    """The place that a text names, looked for in pieces as long as an address may be."""
    step = MAX_LENGTH - 40
    pieces = (words[start : start + MAX_LENGTH] for start in range(0, min(len(words), 2000), step))
    found = (locate(address=piece) for piece in pieces if piece.strip())
    return next((place for place in found if place.grid or place.community), None)


def own_place(user: User) -> Place:
    """Where a place that nothing names is: where the worker serves."""
    post = user.current_posts[0]
    if post.grid:
        return Place(post.grid, post.grid.community, how="desk")
    return Place(None, post.community, how="desk")


def _open_in(buildings: set[int], user: User) -> list[Ticket]:
    if not buildings:
        return []
    seen = Ticket.objects.visible_to(user).open().filter(building__in=buildings)
    return list(seen.select_related("category").order_by("-id")[:LIKENESSES])


def _alike(words: str, place: Place, kind: str, around: Iterable[Ticket]) -> Ticket | None:
    """An open matter of the same building that speaks alike, or of the same kind."""
    for ticket in around:
        if place.building is None or ticket.building_id != place.building.pk:
            continue
        same_kind = bool(kind) and ticket.category is not None and ticket.category.code == kind
        if same_kind or _likeness(words, ticket.description) >= ALIKE:
            return ticket
    return None


def _likeness(one: str, other: str) -> float:
    """Pairs of neighbouring characters that both have, of all that the shorter has."""
    pairs, others = _pairs(one), _pairs(other)
    return len(pairs & others) / max(min(len(pairs), len(others)), 1)


def _pairs(text: str) -> set[str]:
    text = "".join(text.split())
    return {text[place : place + 2] for place in range(len(text) - 1)}


# --- back to the group -------------------------------------------------------------------
def reply(ticket: Ticket) -> str:
    """What the worker copies back to the resident, in the language of the house."""
    with override(settings.LANGUAGE_CODE):
        return _(
            "Hello, we have your matter “%(title)s” under the number %(number)s. %(unit)s takes care of it "
            "and answers by %(when)s. See how it goes at any time: %(link)s"
        ) % _words(ticket)


def joint_reply(tickets: list[Ticket]) -> str:
    """One reply for all that a paste told."""
    with override(settings.LANGUAGE_CODE):
        head = _("Hello neighbours, %(count)d matters of this group are noted down:") % {
            "count": len(tickets)
        }
        line = _("%(place)d. “%(title)s”, number %(number)s, answer by %(when)s: %(link)s")
        told = [line % {"place": place, **_words(ticket)} for place, ticket in enumerate(tickets, start=1)]
    return "\n".join([head, *told])


def _words(ticket: Ticket) -> dict[str, str]:
    first = ticket.description.strip().partition("\n")[0]
    due = ticket.resolve_due or ticket.due_at
    when = date_format(timezone.localtime(due), _("M j, H:i")) if due else ""
    return {
        "title": first if len(first) <= TITLE else first[: TITLE - 1] + "…",
        "number": ticket.number,
        "unit": str(ticket.holder or _("the street")),
        "when": when,
        "link": settings.SITE_URL + ticket.tracking_url,
    }
