"""Who says which WeCom account is whose, and whether there is a sign-in by WeCom at all."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from grids import access

View = Callable[[HttpRequest], HttpResponse]


def register() -> None:
    """Say so to the admin's door; called once at start-up."""
    access.register("wecom.linkedaccount", view=access.OVERSEERS, edit=access.EDITORS, delete=access.EDITORS)


def signs_in() -> bool:
    """Whether staff may sign in by WeCom."""
    return all((settings.WECOM_CORP_ID, settings.WECOM_AGENT_ID, settings.WECOM_SECRET))


def sign_in_only(view: View) -> View:
    """A page that is none while WeCom is not set up."""

    @wraps(view)
    def looked_at(request: HttpRequest) -> HttpResponse:
        if not signs_in():
            raise Http404
        return view(request)

    return looked_at
