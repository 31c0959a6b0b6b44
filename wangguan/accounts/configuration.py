"""What `wangguan.settings` says of people and doors: passwords, sign-in, sessions, cookies, headers.

Why each of these stands as it does: docs/decisions/0049-sign-in.md.
"""

from typing import Any

from csp.constants import NONE, SELF
from environ import Env

MINUTE = 60
HOUR = 60 * MINUTE


def doors(env: Env, *, secure: bool, testing: bool) -> dict[str, Any]:
    """Settings by name; `secure`: residents reach the portal by https."""
    return {
        **_passwords(testing=testing),
        **_sign_in(),
        **_second_factor(env),
        **_sessions(secure=secure),
        **_headers(secure=secure),
    }


def _passwords(*, testing: bool) -> dict[str, Any]:
    """At least twelve characters, none of the common ones, nothing of the name; hashed by Argon2id.

    What an older hasher made is hashed anew when its owner signs in.
    """
    checks = "django.contrib.auth.password_validation"
    hashers = ("Argon2PasswordHasher", "ScryptPasswordHasher", "PBKDF2PasswordHasher")
    return {
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{checks}.UserAttributeSimilarityValidator"},
            {"NAME": f"{checks}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": f"{checks}.CommonPasswordValidator"},
            {"NAME": f"{checks}.NumericPasswordValidator"},
        ],
        # Tests sign in by the thousand.
        "PASSWORD_HASHERS": [
            f"django.contrib.auth.hashers.{name}" for name in (("MD5PasswordHasher",) if testing else hashers)
        ],
    }


def _sign_in() -> dict[str, Any]:
    """allauth without sign-up. Wrong codes are counted here, wrong passwords by `accounts.lockout`."""
    return {
        "LOGIN_URL": "account_login",
        "LOGOUT_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "wangguan.accounts.adapter.StaffOnly",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_LOGOUT_ON_GET": False,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": False,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 5 * MINUTE,
        "ACCOUNT_RATE_LIMITS": {
            "login": "60/m/ip",
            "login_failed": "5/15m/key,30/15m/ip",
            "reauthenticate": "10/m/user",
        },
    }


def _second_factor(env: Env) -> dict[str, Any]:
    """A code of six digits from a phone's app, codes on paper for when the phone is lost; keys if wished."""
    kinds = ["totp", "recovery_codes"]
    return {
        "MFA_ADAPTER": "wangguan.accounts.adapter.SecondFactor",
        "MFA_SUPPORTED_TYPES": [*kinds, *(["webauthn"] if env.bool("MFA_WEBAUTHN", default=False) else [])],
        "MFA_TOTP_ISSUER": env.str("MFA_ISSUER", default="王官网格"),
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        # A phone's clock may be half a minute off.
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_RECOVERY_CODE_COUNT": 10,
        "MFA_FORMS": {
            "authenticate": "wangguan.accounts.forms.SignInCode",
            "reauthenticate": "wangguan.accounts.forms.ConfirmCode",
            "activate_totp": "wangguan.accounts.forms.FirstCode",
        },
    }


def _sessions(*, secure: bool) -> dict[str, Any]:
    """Half an hour without a press ends a session, and twelve hours end every one."""
    # Browsers take a cookie of this name from no other host and from no plain page.
    prefix = "__Host-" if secure else ""
    return {
        "SESSION_ENGINE": "django.contrib.sessions.backends.cached_db",
        "SESSION_COOKIE_AGE": 12 * HOUR,
        "SESSION_COOKIE_NAME": f"{prefix}sessionid",
        "CSRF_COOKIE_NAME": f"{prefix}csrftoken",
        "SESSION_COOKIE_SECURE": secure,
        "CSRF_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        # Strict would sign out whoever follows a link in a message.
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "LANGUAGE_COOKIE_SECURE": secure,
        "LANGUAGE_COOKIE_HTTPONLY": True,
        "LANGUAGE_COOKIE_SAMESITE": "Lax",
        "CSRF_FAILURE_VIEW": "wangguan.pages.csrf_failure",
    }


def _headers(*, secure: bool) -> dict[str, Any]:
    """Plain HTTP in the demo alone; nobody frames us, and no other site learns an address of ours."""
    return {
        "SECURE_SSL_REDIRECT": secure,
        "SECURE_HSTS_SECONDS": 31536000 if secure else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": secure,
        "SECURE_HSTS_PRELOAD": secure,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if secure else None,
        # A tracking page's address is its key: no other site may learn it.
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "X_FRAME_OPTIONS": "DENY",
    }


def content_security_policy(*tile_hosts: str) -> dict[str, Any]:
    """Nothing inline, nothing from elsewhere but a map's tiles."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:", "blob:", *tile_hosts],
            "connect-src": [SELF],
            "font-src": [SELF],
            "manifest-src": [SELF],
            "worker-src": [SELF],
            "form-action": [SELF],
            "base-uri": [NONE],
            "frame-ancestors": [NONE],
        }
    }
