"""What browsers are told, over kinds of pages, and what cookies look like where we are reached by https."""

import environ
import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast
from tests.wangguan.accounts.signing import sign_in, with_password
from wangguan.accounts.configuration import doors
from wangguan.accounts.headers import UNUSED, USED

pytestmark = pytest.mark.django_db

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGES = ("/", "/report/", "/board/", "/accounts/login/", "/no-such-page/", "/places/outlines.json")
STAFF = (
    "/worker/",
    "/worker/tickets/",
    "/worker/residents/",
    "/admin/",
    "/accounts/2fa/",
    "/accounts/sessions/",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_tells_the_same(client: Client, page: str) -> None:
    told = client.get(page).headers
    assert {name: told.get(name) for name in EVERYWHERE} == EVERYWHERE


@pytest.mark.parametrize("page", PAGES)
def test_every_page_forbids_what_it_does_not_use(client: Client, page: str) -> None:
    told = dict(part.split("=") for part in client.get(page).headers["Permissions-Policy"].split(", "))
    assert told == {**dict.fromkeys(USED, "(self)"), **dict.fromkeys(UNUSED, "()")}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_the_policy_of_contents(client: Client, page: str) -> None:
    policy = client.get(page).headers["Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert (rules["default-src"], rules["script-src"], rules["style-src"], rules["frame-ancestors"]) == (
        "'none'",
        "'self'",
        "'self'",
        "'none'",
    )


@pytest.mark.parametrize("page", STAFF)
def test_page_of_the_staff_stays_in_no_cache(client: Client, cast: Cast, page: str) -> None:
    client.force_login(cast.director)
    assert "no-store" in client.get(page).headers["Cache-Control"]


def test_page_that_may_be_kept_says_so_itself(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)
    assert "no-store" not in client.get("/sw.js").headers["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts(client: Client, cast: Cast) -> None:
    with_password(cast.worker)
    client.get("/accounts/login/")
    sign_in(client, "worker")
    told = {name: (morsel["httponly"], morsel["samesite"]) for name, morsel in client.cookies.items()}
    lax = dict.fromkeys(("csrftoken", "messages", "sessionid"), (True, "Lax"))
    assert told == {**lax, "device": (True, "Strict")}


def test_cookies_are_bound_to_our_host_where_we_are_reached_by_https() -> None:
    told = doors(environ.Env(), secure=True, testing=False)
    assert (told["SESSION_COOKIE_NAME"], told["CSRF_COOKIE_NAME"], told["SESSION_COOKIE_SECURE"]) == (
        "__Host-sessionid",
        "__Host-csrftoken",
        True,
    )


def test_https_is_promised_for_a_year_and_for_all_below() -> None:
    told = doors(environ.Env(), secure=True, testing=False)
    assert (told["SECURE_HSTS_SECONDS"], told["SECURE_HSTS_INCLUDE_SUBDOMAINS"]) == (31536000, True)


def test_passwords_are_hashed_by_argon2_first() -> None:
    told = doors(environ.Env(), secure=True, testing=False)
    assert told["PASSWORD_HASHERS"][0].endswith(".Argon2PasswordHasher")


def test_older_hash_is_renewed_at_sign_in(client: Client, cast: Cast, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [
        f"django.contrib.auth.hashers.{name}" for name in ("PBKDF2PasswordHasher", "Argon2PasswordHasher")
    ]
    with_password(cast.worker)
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[::-1]
    sign_in(client, "worker")
    cast.worker.refresh_from_db()
    assert cast.worker.password.startswith("argon2$argon2id$")
