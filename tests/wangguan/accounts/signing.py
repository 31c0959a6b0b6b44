"""What the tests of signing in share: somebody with a password, and a browser at some address."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from grids.models import User
from wangguan.privacy import decrypt

PASSWORD = "a-long-secret-9"
LOGIN = "/accounts/login/"


def with_password(user: User, password: str = PASSWORD) -> User:
    """The same person, who can sign in now."""
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def sign_in(client: Client, username: str, password: str = PASSWORD, *, address: str = "203.0.113.1") -> Any:
    """What the form answers."""
    return client.post(LOGIN, {"login": username, "password": password}, REMOTE_ADDR=address)


def is_in(client: Client) -> bool:
    """Whether this browser is signed in."""
    return "_auth_user_id" in client.session


def with_factor(user: User) -> list[str]:
    """Give somebody an app and codes on paper; the codes."""
    TOTP.activate(user, generate_totp_secret())
    return list(RecoveryCodes.activate(user).get_unused_codes())


def code_of(user: User) -> str:
    """What this person's app shows now."""
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return code_for(decrypt(row.data["secret"]))


def code_for(secret: str) -> str:
    """What an app with this key shows now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))
