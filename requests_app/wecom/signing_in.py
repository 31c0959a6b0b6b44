"""Signing in by WeCom: one factor, like a password; a second one is asked for as everywhere."""

import secrets
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.wecom import client
from requests_app.wecom.access import sign_in_only
from requests_app.wecom.models import LinkedAccount

STATE = "wecom_state"
IN_APP = "https://open.weixin.qq.com/connect/oauth2/authorize"
BY_CODE = "https://login.work.weixin.qq.com/wwlogin/sso/login"


@never_cache
@require_safe
@sign_in_only
def begin(request: HttpRequest) -> HttpResponse:
    """To WeCom: inside its app at once, elsewhere to a QR code that its app reads."""
    state = request.session[STATE] = secrets.token_urlsafe(24)
    back = settings.SITE_URL + reverse("wecom_back")
    corp, agent = settings.WECOM_CORP_ID, settings.WECOM_AGENT_ID
    common = {"appid": corp, "redirect_uri": back, "state": state, "agentid": agent}
    if "wxwork" in request.headers.get("User-Agent", "").lower():
        query = urlencode({**common, "response_type": "code", "scope": "snsapi_base"})
        return redirect(f"{IN_APP}?{query}#wechat_redirect")
    return redirect(f"{BY_CODE}?{urlencode({**common, 'login_type': 'CorpApp'})}")


@never_cache
@require_safe
@sign_in_only
def back(request: HttpRequest) -> HttpResponse:
    """From WeCom, with a code that tells who it is. Only the browser that went there may come back."""
    sent, given = request.session.pop(STATE, ""), request.GET.get("state", "")
    if not sent or not constant_time_compare(sent, given):
        return _not_in(request, _("This sign-in was begun elsewhere or long ago. Please begin it here."), 403)
    try:
        userid = client.account_of(request.GET.get("code", ""))
    except client.Unanswered:
        return _not_in(
            request, _("WeCom did not tell us who you are. Please try again, or sign in here."), 502
        )
    link = LinkedAccount.objects.select_related("user").filter(userid=userid).first() if userid else None
    if link is None:
        return _not_in(
            request,
            _("This WeCom account is linked to nobody here. The street's administrator can link it."),
            403,
        )
    record_authentication(request, link.user, "wecom")
    return perform_login(request, link.user, redirect_url=settings.LOGIN_REDIRECT_URL)


def _not_in(request: HttpRequest, sentence: Promise, status: int) -> HttpResponse:
    return render(request, "wecom/not_in.html", {"sentence": sentence}, status=status)
