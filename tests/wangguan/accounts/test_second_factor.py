"""The second factor: a code from an app, codes on paper, setting it up first, and losing it."""

import logging
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast
from tests.wangguan.accounts.signing import code_for, code_of, is_in, sign_in, with_factor, with_password
from wangguan.accounts import second_factor
from wangguan.auditlog.models import Entry

pytestmark = pytest.mark.django_db

CODE = "/accounts/2fa/authenticate/"
SET_UP = "/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def _password(cast: Cast) -> None:
    with_password(cast.worker)


def test_password_alone_does_not_let_in(client: Client, cast: Cast) -> None:
    with_factor(cast.worker)
    answer = sign_in(client, "worker")
    assert (answer.headers["location"].split("?")[0], is_in(client)) == (CODE, False)


def test_code_of_the_app_lets_in(client: Client, cast: Cast) -> None:
    with_factor(cast.worker)
    sign_in(client, "worker")
    client.post(CODE, {"code": code_of(cast.worker)})
    assert is_in(client)


def test_code_of_the_app_counts_once(client: Client, cast: Cast) -> None:
    with_factor(cast.worker)
    code = code_of(cast.worker)
    for browser in (client, other := Client()):
        sign_in(browser, "worker")
        browser.post(CODE, {"code": code})
    assert (is_in(client), is_in(other)) == (True, False)


def test_recovery_code_lets_in_once(client: Client, cast: Cast) -> None:
    code, *_ = with_factor(cast.worker)
    for browser in (client, other := Client()):
        sign_in(browser, "worker")
        browser.post(CODE, {"code": code})
    assert (is_in(client), is_in(other)) == (True, False)


def test_guessing_codes_is_limited(client: Client, cast: Cast) -> None:
    with_factor(cast.worker)
    sign_in(client, "worker")
    for number in range(5):
        client.post(CODE, {"code": f"00000{number}"})
    client.post(CODE, {"code": code_of(cast.worker)})
    assert not is_in(client)


def test_secret_lies_encrypted(cast: Cast) -> None:
    with_factor(cast.worker)
    row = Authenticator.objects.get(user=cast.worker, type="totp")
    assert row.data["secret"].startswith("gAAAA")


def test_setting_up_needs_a_code_of_the_new_app(client: Client, cast: Cast) -> None:
    sign_in(client, "worker")
    page = client.get(SET_UP)
    client.post(SET_UP, {"code": "000000"})
    assert (page.status_code, second_factor.has_one(cast.worker)) == (200, False)


def test_setting_up_leads_to_the_recovery_codes(client: Client, cast: Cast) -> None:
    sign_in(client, "worker")
    secret = client.get(SET_UP).context["form"].secret
    answer = client.post(SET_UP, {"code": code_for(secret)})
    assert (answer.headers["location"], second_factor.has_one(cast.worker)) == (
        "/accounts/2fa/recovery-codes/",
        True,
    )


def test_old_sign_in_has_to_be_renewed_before_setting_up(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    sign_in(client, "worker")
    assert client.get(SET_UP).headers["location"].startswith("/accounts/reauthenticate/")


def test_giving_it_up_needs_a_fresh_sign_in(client: Client, cast: Cast, settings: Settings) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    with_factor(cast.worker)
    client.force_login(cast.worker)
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert (answer.status_code, second_factor.has_one(cast.worker)) == (302, True)


def test_setting_up_comes_first_where_it_is_required(client: Client, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    sign_in(client, "worker")
    for page in ("/worker/", "/admin/", "/board/"):
        assert client.get(page).headers["location"].startswith(f"{SET_UP}?next="), page


def test_script_is_told_to_set_it_up_first(client: Client, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    sign_in(client, "worker")
    answer = client.get("/worker/", headers={"accept": "application/json"})
    assert (answer.status_code, list(answer.json())) == (403, ["sentence"])


def test_one_may_leave_without_setting_it_up(client: Client, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    sign_in(client, "worker")
    client.post("/accounts/logout/")
    assert not is_in(client)


@pytest.mark.django_db(transaction=True)
def test_whoever_set_it_up_goes_on(client: Client, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    sign_in(client, "worker")
    secret = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": code_for(secret)})
    assert client.get("/worker/").status_code == 200


def test_whoever_came_in_with_it_goes_on(client: Client, cast: Cast, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    with_factor(cast.worker)
    sign_in(client, "worker")
    client.post(CODE, {"code": code_of(cast.worker)})
    assert client.get("/worker/").status_code == 200


def test_older_session_has_to_show_what_was_set_up_elsewhere(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.MFA_REQUIRED = True
    client.force_login(cast.worker)
    with_factor(cast.worker)
    assert client.get("/worker/").headers["location"].startswith("/accounts/2fa/reauthenticate/")
    client.post("/accounts/2fa/reauthenticate/", {"code": code_of(cast.worker)})
    assert client.get("/worker/").status_code == 200


def test_whoever_gives_it_up_sets_up_another(client: Client, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    sign_in(client, "worker")
    client.post(SET_UP, {"code": code_for(client.get(SET_UP).context["form"].secret)})
    client.post("/accounts/2fa/totp/deactivate/")
    assert client.get("/worker/").headers["location"].startswith(SET_UP)


def test_visitors_are_asked_for_nothing(client: Client, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    assert client.get("/").status_code == 200


def test_command_takes_a_lost_factor_away_and_ends_the_sessions(client: Client, cast: Cast) -> None:
    with_factor(cast.worker)
    sign_in(client, "worker")
    client.post(CODE, {"code": code_of(cast.worker)})
    call_command("reset_second_factor", "worker", stdout=StringIO())
    assert (second_factor.has_one(cast.worker), client.get("/worker/").status_code) == (False, 302)


def test_command_knows_no_such_account() -> None:
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_second_factor", "nobody")


def test_wrong_code_stands_in_the_audit_log(client: Client, cast: Cast) -> None:
    with_factor(cast.worker)
    sign_in(client, "worker")
    client.post(CODE, {"code": "000000"})
    entry = Entry.objects.get()
    assert (entry.kind, entry.subject, entry.detail["step"]) == (
        "sign_in_failed",
        f"grids.user:{cast.worker.pk}",
        "second factor",
    )


def test_neither_code_nor_secret_is_logged(
    client: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code, *_ = with_factor(cast.worker)
    sign_in(client, "worker")
    client.post(CODE, {"code": code})
    assert code not in caplog.text
