"""Who may enter which pages, and what stands around a worker's page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from grids import access
from grids.models import Grid, Role, User
from wangguan.answers import wants_json
from wangguan.notify.models import Message
from wangguan.pages import left_page

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

WITHOUT_HOMES = frozenset({Role.PART_TIME_WORKER, Role.DEPARTMENT_STAFF})
"""Posts that never enter the rooms about residents' homes (design: “Doors”)."""
LEADING = frozenset(
    {
        *(Role.GRID_LEADER, Role.COMMUNITY_LEADER, Role.COMMUNITY_STAFF),
        *(Role.DISPATCHER, Role.SECTION_STAFF, Role.STREET_LEADER),
    }
)
"""Posts that move matters by the dozen."""


def member(request: HttpRequest) -> User:
    """The signed-in member of the staff."""
    return cast(User, request.user)


def signed_in(page: Page[P]) -> Page[P]:
    """Whoever is not signed in does that first and comes back here, after a form to the page it stood on.

    A script is told so instead, and keeps what waits.
    """

    @wraps(page)
    def door(request: HttpRequest, *args: P.args, **options: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return page(request, *args, **options)
        if wants_json(request):
            return JsonResponse({"sentence": _("Please sign in again; nothing is lost.")}, status=401)
        came_for = request.get_full_path() if request.method == "GET" else left_page(request)
        return redirect_to_login(came_for or settings.LOGIN_REDIRECT_URL)

    return door


def for_staff(page: Page[P]) -> Page[P]:
    """Open to everybody signed in who holds a post today."""

    @signed_in
    @wraps(page)
    def guarded(request: HttpRequest, *args: P.args, **options: P.kwargs) -> HttpResponseBase:
        if not member(request).current_posts:
            raise PermissionDenied(_("You hold no post today. Ask the street's administrator to enter one."))
        return page(request, *args, **options)

    return guarded


def may_enter_homes(user: User) -> bool:
    """Whether one of this person's posts opens the rooms about residents' homes."""
    return any(post.role not in WITHOUT_HOMES for post in user.current_posts)


def serves(user: User, grid: Grid) -> bool:
    """Whether a post of this person is held in the grid or in its community, or overlooks the street."""
    return any(
        post.grid_id == grid.pk or post.community_id == grid.community_id or post.role in access.OVERSEERS
        for post in user.current_posts
    )


def is_called_only(user: User) -> bool:
    """Whether this person serves departments alone, which work on what a whistle calls them to."""
    return all(post.role == Role.DEPARTMENT_STAFF for post in user.current_posts)


def for_homes(page: Page[P]) -> Page[P]:
    """Open to staff who also hold a post other than part-time worker and department."""

    @for_staff
    @wraps(page)
    def guarded(request: HttpRequest, *args: P.args, **options: P.kwargs) -> HttpResponseBase:
        if not may_enter_homes(member(request)):
            raise PermissionDenied(_("This room is about residents' homes; your post does not include it."))
        return page(request, *args, **options)

    return guarded


def for_code_keepers(page: Page[P]) -> Page[P]:
    """Open to those who keep QR codes of some unit: grid leaders, communities, the dispatch centre."""

    @for_staff
    @wraps(page)
    def guarded(request: HttpRequest, *args: P.args, **options: P.kwargs) -> HttpResponseBase:
        if not access.keeping(member(request)):
            raise PermissionDenied(_("QR codes are kept by grid leaders, communities and the street."))
        return page(request, *args, **options)

    return guarded


def moves_several(user: User) -> bool:
    """Whether this person may take a step on several matters at once."""
    return any(post.role in LEADING for post in user.current_posts)


def unit_of(user: User) -> str:
    """What stands at the head of a worker's page: the unit of the first post."""
    post = user.current_posts[0]
    return str(post.unit or post.title)


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What every worker's page needs around its content; the count of unread messages stops at 100."""
    user = member(request)
    return {
        "here": here,
        "unit": unit_of(user),
        "unread": Message.objects.unread_count(user, cap=100),
    }
