"""allauth made ours: who may have an account, how tries are counted, how second factors are kept."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wangguan.accounts import devices, events, idle, lockout
from wangguan.limits import client_address
from wangguan.privacy import decrypt, encrypt


class StaffOnly(DefaultAccountAdapter):
    """Sign-up is closed: the street makes the accounts, and residents need none."""

    counted: lockout.Try | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """As far as our proxies can be believed."""
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at, in place of allauth's own counting."""
        name = credentials.get("username", "")
        self.counted = lockout.counting(request, name)
        try:
            self.counted.begin()
        except lockout.TooMany as refused:
            events.locked(request, name)
            raise ValidationError(refused.sentence, code="too_many_login_attempts") from refused

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The account whose password this is, or None."""
        try:
            user = super().authenticate(request, **credentials)
        except ValidationError:  # too many tries: this one counts too
            raise
        except Exception:  # the database went away, say: nobody guessed, so nobody is kept waiting for it
            if self.counted:
                self.counted.give_back()
            raise
        if user and self.counted:
            self.counted.was_right()
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write it down, up to what the lockout lets through."""
        events.wrong_password(request, credentials.get("username", ""))

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session and note since when it is open."""
        super().login(request, user)
        idle.begin(request)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Know the device from now on, and write down who signed in."""
        response = super().post_login(request, user, **kwargs)
        devices.remember(request, response, lockout.normal(user.get_username()))
        events.signed_in(request, user)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account's own page, which says that it is done."""
        return reverse("mfa_index")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in need not do so again to set up the second factor."""
        records = get_authentication_records(context.request, context.request.user)
        latest = records[-1]["at"] if records else 0.0
        return bool(time.time() - latest >= app_settings.REAUTHENTICATION_TIMEOUT)


class SecondFactor(DefaultMFAAdapter):
    """Secrets lie encrypted in the database, as personal data does."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right, or was used already. Wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def get_totp_label(self, user: Any) -> str:
        """What the app on the phone calls the account: the user name, never an address of mail."""
        return str(user.get_username())
