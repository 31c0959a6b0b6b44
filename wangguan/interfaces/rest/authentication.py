"""Who calls: another system by its key (RFC 6750), or a page of ours by its session."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from wangguan.interfaces import keys
from wangguan.interfaces.models import ApiKey
from wangguan.interfaces.rest.problems import KINDS

SCHEME = "Bearer"
REALM = f'{SCHEME} realm="wangguan"'


class BearerKey(BaseAuthentication):
    """`Authorization: Bearer wg_…`: the request acts as the key's account, `request.auth` is the key."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        """The key's account and the key; nothing where no bearer key came.

        Raises:
            AuthenticationFailed: the key is unknown, expired or withdrawn, or its account closed.
        """
        scheme, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        key = keys.find(text.strip())
        if key is None:
            raise AuthenticationFailed(str(KINDS["authentication_failed"].says))
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401 (RFC 9110 §11.6.1); a key that came was not taken (RFC 6750 §3.1)."""
        came = request.META.get("HTTP_AUTHORIZATION", "").lower().startswith(SCHEME.lower())
        return f'{REALM}, error="invalid_token"' if came else REALM


class SessionOfPages(SessionAuthentication):
    """Whoever is signed in to the portal; what changes something needs the form's key (CSRF) besides."""

    def enforce_csrf(self, request: HttpRequest | Request) -> None:
        """Raises: PermissionDenied: the form's key is missing or old."""
        try:
            super().enforce_csrf(request)  # type: ignore[arg-type]
        except PermissionDenied:
            raise PermissionDenied(
                _("Please send the header X-CSRFToken with the value of the cookie “csrftoken”.")
            ) from None
