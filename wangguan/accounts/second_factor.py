"""The second factor: whether a session showed one, who sets one up first, and taking away a lost one."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from wangguan import auditlog
from wangguan.accounts import messages, sessions
from wangguan.answers import wants_json
from wangguan.auditlog import Kind
from wangguan.notify import outbox

SHOWN = "second_factor"
"""In the session: this browser showed, or has just set up, a second factor."""
OPEN = ("/accounts/", "/i18n/", "/static/")
"""Addresses one needs to set one up, or to leave."""


class First:
    """Middleware: whoever is signed in without a second factor sets one up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.MFA_REQUIRED or request.path_info.startswith(OPEN):
            return self.get_response(request)
        if not request.user.is_authenticated or was_shown(request):
            return self.get_response(request)
        if wants_json(request):
            sentence = _("Set up your second factor in the portal first.")
            return JsonResponse({"sentence": sentence}, status=403)
        return HttpResponseRedirect(_way(request))


def was_shown(request: HttpRequest) -> bool:
    """Whether this session came in with a second factor."""
    return bool(request.session.get(SHOWN))


def shown(request: HttpRequest) -> None:
    """From now on it did."""
    request.session[SHOWN] = True


def forget(request: HttpRequest) -> None:
    """No longer: the last one was given up."""
    request.session.pop(SHOWN, None)


def has_one(user: Any) -> bool:
    """Whether this account has an app or a key; codes on paper alone are none."""
    rows = Authenticator.objects.filter(user_id=user.pk)
    return rows.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def reset(user: Any, *, by: Any, request: HttpRequest | None = None) -> bool:
    """Take away every second factor of a lost device, end all sessions, and tell; False: there was none.

    `by` is None where the machine's administrator does it.
    """
    with transaction.atomic():
        gone, _by_model = Authenticator.objects.filter(user_id=user.pk).delete()
        sessions.end_all(user)
        if gone:
            subject = f"grids.user:{user.pk}"
            outbox.add(messages.of_reset(user))
            auditlog.write(Kind.SECOND_FACTOR_RESET, actor=by, subject=subject, request=request)
    return bool(gone)


def _way(request: HttpRequest) -> str:
    """Setting one up; or showing it, where it was set up in another session after this one began."""
    page = "mfa_reauthenticate" if has_one(request.user) else "mfa_activate_totp"
    came_for = request.get_full_path() if request.method == "GET" else settings.LOGIN_REDIRECT_URL
    return f"{reverse(page)}?{urlencode({'next': came_for})}"
