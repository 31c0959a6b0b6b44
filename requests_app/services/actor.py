"""Who acts: somebody of the staff, the ticket's resident, or the system."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import override

from grids.models import Post, User
from requests_app import access
from requests_app.models import Ticket
from requests_app.workflow import RANK_OF_SEAT, ActorKind, Level, Seat


@dataclass(frozen=True)
class Actor:
    kind: ActorKind
    user: User | None = None

    def seats(self, ticket: Ticket) -> frozenset[Seat]:
        """As what this actor meets the ticket."""
        if self.user:
            return access.seats(self.user, ticket)
        if self.kind is ActorKind.RESIDENT:
            return access.resident_seats(ticket)
        return frozenset({Seat.SYSTEM})

    def is_above(self, ticket: Ticket) -> bool:
        """Acts from a unit above the holder, and from no seat in it."""
        held = self.seats(ticket)
        ranks = [RANK_OF_SEAT[seat] for seat in held if seat in RANK_OF_SEAT]
        return Seat.ASSIGNEE not in held and bool(ranks) and min(ranks) > Level(ticket.level).rank

    def title(self, ticket: Ticket) -> str:
        """The post this actor acts in, in the house's language as it stands in the entry; never a name."""
        if not self.user:
            return ""
        posts = sorted(self.user.current_posts, key=lambda post: not _holds(post, ticket))
        with override(settings.LANGUAGE_CODE):
            return posts[0].title if posts else ""


def _holds(post: Post, ticket: Ticket) -> bool:
    match ticket.level:
        case Level.GRID:
            return post.grid_id is not None and post.grid_id == ticket.grid_id
        case Level.COMMUNITY:
            return post.community_id is not None and post.community_id == ticket.community_id
    return post.street_id is not None


RESIDENT = Actor(ActorKind.RESIDENT)
SYSTEM = Actor(ActorKind.SYSTEM)


def staff(user: User) -> Actor:
    """This member of the staff, in the posts they hold today."""
    return Actor(ActorKind.STAFF, user)
