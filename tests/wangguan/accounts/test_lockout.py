"""Wrong passwords: guessing does not pay, and nobody can keep somebody else out."""

import pytest
from django.db import OperationalError
from django.test import Client

from tests.cast import Cast
from tests.wangguan.accounts.signing import is_in, sign_in, with_password
from wangguan.accounts import lockout
from wangguan.auditlog.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _password(cast: Cast) -> None:
    with_password(cast.director)


@pytest.fixture
def own_phone(cast: Cast) -> Client:
    """A browser on which the director signed in before."""
    client = Client()
    sign_in(client, "director")
    client.post("/accounts/logout/")
    return client


def guess(client: Client, times: int, *, name: str = "director", addresses: int = 1) -> None:
    for number in range(times):
        sign_in(client, name, f"wrong {number}", address=f"198.51.100.{number % addresses}")


def test_right_password_waits_after_five_wrong_ones(client: Client) -> None:
    guess(client, 5)
    sign_in(client, "director", address="198.51.100.0")
    assert not is_in(client)


def test_right_password_is_let_in_after_four_wrong_ones(client: Client) -> None:
    guess(client, 4)
    sign_in(client, "director", address="198.51.100.0")
    assert is_in(client)


def test_try_that_broke_on_our_side_counts_against_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    with monkeypatch.context() as broken:
        broken.setattr("django.contrib.auth.authenticate", _no_database)
        broken.setattr("allauth.account.adapter.authenticate", _no_database)
        guess(client, 6)
    sign_in(client, "director", address="198.51.100.0")
    assert is_in(client)


def test_page_says_how_long_to_wait(client: Client) -> None:
    guess(client, 5)
    page = sign_in(client, "director", address="198.51.100.0").content.decode()
    assert "15" in page[page.index("notice-error") :][:800]


def test_stranger_does_not_lock_the_owner_out(own_phone: Client) -> None:
    guess(Client(), 60, addresses=20)
    sign_in(own_phone, "director")
    assert is_in(own_phone)


def test_stranger_at_the_same_address_does_not_lock_the_owner_out(own_phone: Client) -> None:
    guess(Client(), 40)
    sign_in(own_phone, "director", address="198.51.100.0")
    assert is_in(own_phone)


def test_stranger_at_many_addresses_has_to_wait_all_the_same(client: Client) -> None:
    guess(client, 12, addresses=12)
    sign_in(client, "director", address="198.51.100.99")
    assert not is_in(client)


def test_known_device_has_five_tries_of_its_own(own_phone: Client) -> None:
    guess(own_phone, 5)
    sign_in(own_phone, "director")
    assert not is_in(own_phone)


def test_known_device_of_one_person_is_unknown_for_another(own_phone: Client, cast: Cast) -> None:
    with_password(cast.worker)
    guess(Client(), 10, name="worker", addresses=10)
    sign_in(own_phone, "worker")
    assert not is_in(own_phone)


def test_cookie_that_is_not_ours_makes_no_known_device(client: Client, own_phone: Client) -> None:
    client.cookies["device"] = own_phone.cookies["device"].value[:-3] + "xyz"
    guess(Client(), 10, addresses=10)
    sign_in(client, "director")
    assert not is_in(client)


def test_right_password_forgives_wrong_ones_from_the_same_place(client: Client) -> None:
    guess(client, 4)
    for _ in range(2):
        sign_in(client, "director", address="198.51.100.0")
        client.post("/accounts/logout/")
    guess(client, 4)
    sign_in(client, "director", address="198.51.100.0")
    assert is_in(client)


def test_address_has_thirty_tries_for_whatever_names(client: Client) -> None:
    for number in range(30):
        sign_in(client, f"nobody{number}", "wrong", address="198.51.100.7")
    sign_in(client, "director", address="198.51.100.7")
    assert not is_in(client)


def test_unknown_name_is_answered_like_a_known_one(client: Client) -> None:
    known = sign_in(client, "director", "wrong").content.decode()
    unknown = sign_in(client, "somebody", "wrong").content.decode()
    assert _without_key(known.replace("director", "somebody")) == _without_key(unknown)


def test_unknown_name_waits_like_a_known_one(client: Client) -> None:
    guess(client, 5, name="somebody")
    waits = sign_in(client, "somebody", address="198.51.100.0")
    guess(client, 5)
    assert (
        waits.context["form"].errors
        == sign_in(client, "director", address="198.51.100.0").context["form"].errors
    )


@pytest.mark.parametrize("typed", ["Director", " director ", "ｄｉｒｅｃｔｏｒ"])
def test_spelling_does_not_multiply_tries(typed: str) -> None:
    assert lockout.normal(typed) == "director"


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_one_line_is_one_address(address: str, line: str) -> None:
    assert lockout.household(address) == line


def test_flood_of_guesses_is_no_flood_of_rows(client: Client) -> None:
    guess(client, 40)
    told = [entry.detail["step"] for entry in Entry.objects.filter(kind="sign_in_failed").order_by("number")]
    assert told == ["password"] * 5 + ["waiting"]


def test_typed_name_that_is_nobodys_is_not_kept(client: Client) -> None:
    sign_in(client, "my secret password", "x")
    entry = Entry.objects.get()
    assert (entry.subject, entry.actor, entry.detail) == ("", None, {"step": "password", "known": False})


def _no_database(*args: object, **credentials: object) -> None:
    raise OperationalError


def _without_key(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
