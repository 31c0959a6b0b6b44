"""Pages of one's own account that allauth has not: open sessions, one by one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wangguan.accounts import sessions as open_sessions
from wangguan.answers import see_other


@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in, this browser first."""
    return render(request, "account/sessions.html", {"sessions": open_sessions.of(request)})


@require_POST
@login_required
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Sign out on another device, at once."""
    return _back(request, ended=open_sessions.end(request, key))


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    return _back(request, ended=open_sessions.end_others(request))


def _back(request: HttpRequest, *, ended: bool) -> HttpResponse:
    if ended:
        messages.success(request, _("Signed out there."))
    else:
        messages.info(request, _("That session had ended already."))
    return see_other(reverse("usersessions_list"))
