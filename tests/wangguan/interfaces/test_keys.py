"""Keys of other systems: shown once, found by their text alone, and worthless once withdrawn or expired."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from wangguan import clock
from wangguan.interfaces import keys
from wangguan.interfaces.models import ApiKey, Scope

pytestmark = pytest.mark.django_db


def made(cast: Cast) -> tuple[ApiKey, str]:
    return keys.issue(
        name="12345",
        user=cast.dispatcher,
        scopes=[Scope.TICKETS_READ],
        expires_at=clock.now() + timedelta(days=90),
        by=cast.director,
    )


def test_key_is_found_by_its_text(cast: Cast) -> None:
    key, text = made(cast)

    assert keys.find(text) == key


def test_text_of_a_key_is_kept_nowhere(cast: Cast) -> None:
    _key, text = made(cast)

    assert text not in str(ApiKey.objects.values())


def test_wrong_secret_behind_a_known_beginning_finds_nothing(cast: Cast) -> None:
    _key, text = made(cast)
    other = text[:-1] + ("A" if text[-1] != "A" else "B")

    assert keys.find(other) is None


@pytest.mark.parametrize("text", ["", "wg_", "wg_000000000000_" + "A" * 43, "\x00", "wg_" + "é" * 56])
def test_what_is_no_key_finds_nothing(cast: Cast, text: str) -> None:
    made(cast)

    assert keys.find(text) is None


def test_withdrawn_key_opens_nothing(cast: Cast) -> None:
    key, text = made(cast)
    keys.withdraw(key)

    assert keys.find(text) is None


def test_expired_key_opens_nothing(cast: Cast) -> None:
    _key, text = made(cast)

    with clock.at(clock.now() + timedelta(days=90)):
        assert keys.find(text) is None


def test_key_of_a_closed_account_opens_nothing(cast: Cast) -> None:
    _key, text = made(cast)
    cast.dispatcher.is_active = False
    cast.dispatcher.save(update_fields=["is_active"])

    assert keys.find(text) is None


def test_last_use_is_written_once_a_minute(cast: Cast) -> None:
    key, text = made(cast)
    first = clock.now()
    for after in (0, 30, 61):
        with clock.at(first + timedelta(seconds=after)):
            keys.find(text)

    key.refresh_from_db()
    assert key.last_used_at == first + timedelta(seconds=61)


def test_key_has_its_scopes_alone(cast: Cast) -> None:
    key, _text = made(cast)

    assert (key.has(Scope.TICKETS_READ), key.has(Scope.TICKETS_WRITE)) == (True, False)
