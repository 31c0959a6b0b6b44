"""Who may do what with supervision: together with `Case.objects.visible_to`, the only door."""

from grids.models import Post, Role, User
from grids.roles import COMMUNITY_ROLES
from requests_app.models import Ticket
from requests_app.supervision.models import Case
from requests_app.supervision.queries import ANSWERING
from requests_app.supervision.terms import TABLE, Act, Over, State
from requests_app.workflow import Level

STREET = frozenset({Role.DISPATCHER, Role.STREET_LEADER})


def is_named(user: User, ticket: Ticket) -> bool:
    """Whether the matter complains about this person."""
    return ticket.about_staff and user.pk in ticket.named_staff


def may_open(user: User, ticket: Ticket) -> bool:
    """The dispatch centre and the street's leaders for every matter they see, a community for its grids'."""
    if not ticket.is_open or is_named(user, ticket):
        return False
    return any(_opens(post, ticket) for post in user.current_posts)


def is_of_dispatch(user: User) -> bool:
    return any(post.role in STREET for post in user.current_posts)


def may_answer(user: User, case: Case) -> bool:
    """Whether a post of this person belongs to the unit that is asked, and an answer is waited for."""
    return case.state == State.WAITING and in_unit(user, case)


def in_unit(user: User, case: Case) -> bool:
    own = any(_answers(post, case) for post in user.current_posts)
    return own and not is_named(user, case.ticket)


def may_judge(user: User, case: Case) -> bool:
    """Whether this person stands where the case is judged, or above. Nobody judges an answer of their own."""
    return case.state == State.ANSWERED and stands_over(user, case) and case.answered_by_id != user.pk


def may_withdraw(user: User, case: Case) -> bool:
    return case.is_open and stands_over(user, case)


def stands_over(user: User, case: Case) -> bool:
    if is_named(user, case.ticket):
        return False
    ranks = [over.rank for post in user.current_posts if (over := _over(post, case))]
    return bool(ranks) and max(ranks) >= Over(case.judge).rank


def may(user: User, act: Act, case: Case) -> bool:
    """Whether this person may take the act on the case as it stands."""
    if case.state not in TABLE[act].sources:
        return False
    check = {Act.ANSWER: may_answer, Act.WITHDRAW: may_withdraw}.get(act, may_judge)
    return check(user, case)


def _opens(post: Post, ticket: Ticket) -> bool:
    if post.role in STREET:
        return True
    own = post.role in COMMUNITY_ROLES and post.community_id == ticket.community_id
    return own and ticket.grid_id is not None and not ticket.about_staff


def _answers(post: Post, case: Case) -> bool:
    match case.level:
        case Level.GRID:
            return post.role in ANSWERING and post.grid_id == case.grid_id
        case Level.COMMUNITY:
            return post.role in COMMUNITY_ROLES and post.community_id == case.community_id
    if post.role == Role.SECTION_STAFF:
        return bool(case.section) and case.section in post.user.sections
    return post.role == Role.DISPATCHER


def _over(post: Post, case: Case) -> Over | None:
    if post.role == Role.STREET_LEADER:
        return Over.LEADERS
    if post.role == Role.DISPATCHER:
        return Over.STREET
    own = post.role in COMMUNITY_ROLES and post.community_id == case.community_id
    return Over.COMMUNITY if own else None
