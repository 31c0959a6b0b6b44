"""Who may enter the office's pages, and what stands around them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from grids import access
from grids.doors import member, signed_in
from grids.models import Role, User
from wangguan.notify.models import Message

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_office(*, needs: str = "") -> Callable[[Page[P]], Page[P]]:
    """Open to whom the admin is open: street, community and auditor posts, and superusers.

    `needs` is a permission in Django's spelling that the page asks for besides.
    """

    def guard(page: Page[P]) -> Page[P]:
        @signed_in
        @wraps(page)
        def guarded(request: HttpRequest, *args: P.args, **options: P.kwargs) -> HttpResponseBase:
            user = member(request)
            if not access.may_open_admin(user):
                raise PermissionDenied(_("This room is for the offices of the street and its communities."))
            if needs and not access.has_perm(user, needs):
                raise PermissionDenied(_("Your post does not include this page."))
            return page(request, *args, **options)

        return guarded

    return guard


def is_of_street(user: User) -> bool:
    """Whether one of this person's posts decides for the whole street."""
    return user.is_superuser or bool(access.roles_of(user) & (access.OVERSEERS - {Role.AUDITOR}))


def leads_street(user: User) -> bool:
    """Whether this person is a street leader today, in their own post or as a deputy."""
    return user.is_superuser or Role.STREET_LEADER in access.roles_of(user)


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What every page of the office needs around its content; `here` is the `key` of its link."""
    user = member(request)
    posts = user.current_posts
    return {
        "here": here,
        "unit": str(posts[0].unit or posts[0].title) if posts else "",
        "unread": Message.objects.unread_count(user, cap=100),
    }
