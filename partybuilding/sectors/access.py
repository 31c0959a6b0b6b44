"""Who may do what with a firm: together with `Firm.objects.visible_to`, the only door."""

from grids import access as doors
from grids.models import Grid, User
from grids.models.territory import GridQuerySet
from partybuilding import access as party
from partybuilding.sectors.models import Firm
from partybuilding.sectors.queries import ADVISING, LOOKING, SURVEYING
from partybuilding.sectors.workflow import STEPS, TABLE, Seat, Step


def may_enter(user: User) -> bool:
    """Whether any firm could be this person's to see."""
    roles = doors.roles_of(user)
    return doors.may_open_admin(user) or bool(roles & (LOOKING | ADVISING))


def surveyed_grids(user: User) -> frozenset[int]:
    """Grids (keys) whose firms this person surveys by a post there."""
    posts = (post for post in user.current_posts if post.role in SURVEYING)
    return frozenset(post.grid_id for post in posts if post.grid_id)


def seats(user: User, firm: Firm) -> frozenset[Seat]:
    """As what this person meets the firm."""
    found = set()
    if party.keeps(user, firm.community_id):
        found.add(Seat.KEEPER)
    if firm.adviser_id == user.pk and doors.roles_of(user) & ADVISING:
        found.add(Seat.ADVISER)
    if firm.grid_id in surveyed_grids(user):
        found.add(Seat.GRID)
    return frozenset(found)


def may(user: User, step: str, firm: Firm) -> bool:
    """Whether this person may take the step on the firm as it stands."""
    return STEPS[step].open_to(seats(user, firm), firm.stage)


def open_steps(user: User, firm: Firm) -> list[Step]:
    """The steps this person may take now, the way forward first."""
    own = seats(user, firm)
    return [step for step in TABLE if step.open_to(own, firm.stage)]


def may_call(user: User, firm: Firm) -> bool:
    """Whether the contact's number is given to this person."""
    return bool(seats(user, firm) & {Seat.KEEPER, Seat.ADVISER})


def may_report(user: User, grid: Grid) -> bool:
    """Whether this person enters new firms of the grid."""
    return grid.pk in surveyed_grids(user) or party.keeps(user, grid.community_id)


def reported_grids(user: User) -> GridQuerySet:
    """Grids whose new firms this person enters, dedicated ones first: there most firms are."""
    found = Grid.objects.in_force().select_related("community").defer("boundary", "community__boundary")
    found = found.order_by("kind", "code")
    if party.keeps_street(user):
        return found
    by_grid = found.filter(pk__in=surveyed_grids(user))
    return by_grid | found.filter(community__in=party.own_communities(user))
