"""Renewing keys: what was written with an old one is readable before, meanwhile and afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import override_settings

from residents.models import CarePlan, RegisterEntry, Resident
from residents.services import people
from tests.cast import Cast
from tests.residents.factories import id_number, make_plan, make_resident
from wangguan import rotation
from wangguan.privacy import decrypt, encrypt

OLD, NEW = settings.FIELD_KEYS[0], Fernet.generate_key().decode()
PHONE, NUMBER = "13912345678", id_number()


@contextmanager
def keys(*given: str) -> Iterator[None]:
    with override_settings(FIELD_KEYS=list(given)):
        yield


@pytest.fixture
def resident(cast: Cast) -> Resident:
    """Somebody with a plan and a history, all under the old key."""
    with keys(OLD):
        row = make_resident(building=cast.building, phone=PHONE, id_number=NUMBER, name="王大爷")
        make_plan(row, reason="一人独居")
        people.correct(row, actor=cast.worker, version=1, name="王大伯")
    return row


def rotate(**options: Any) -> dict[str, rotation.Count]:
    return {count.table: count for count in rotation.rotate(**options)}


def ciphertext(row: Resident) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM residents_resident WHERE id = %s", [row.pk])
        return str(cursor.fetchone()[0])


def test_everything_is_readable_with_the_new_key_alone(resident: Resident) -> None:
    with keys(NEW, OLD):
        rotate()

    with keys(NEW):
        row = Resident.objects.get(pk=resident.pk)
        assert (row.phone, row.id_number) == (PHONE, NUMBER)
        assert CarePlan.objects.get().reason == "一人独居"
        assert RegisterEntry.objects.get().changed == {"name": ["王大爷", "王大伯"]}
        assert [Resident.objects.of_phone(PHONE).get(), Resident.objects.of_id_number(NUMBER).get()] == [
            row,
            row,
        ]


def test_both_are_readable_before_it(resident: Resident) -> None:
    with keys(NEW, OLD):
        assert Resident.objects.get(pk=resident.pk).phone == PHONE


def test_the_old_key_alone_reads_nothing_afterwards(resident: Resident) -> None:
    with keys(NEW, OLD):
        rotate()

    with keys(OLD), pytest.raises(InvalidToken):
        Resident.objects.get(pk=resident.pk)


def test_counts_are_those_of_ciphertexts(resident: Resident) -> None:
    with keys(NEW, OLD):
        first, second = rotate(batch=1), rotate()

    people_ = "residents_resident"
    assert (first[people_].rotated, first[people_].current) == (2, 0)
    assert (second[people_].rotated, second[people_].current) == (0, 2)


def test_a_run_that_broke_off_goes_on_where_it_stopped(resident: Resident, cast: Cast) -> None:
    with keys(OLD):
        make_resident(building=cast.building, phone="13912345679")
    with keys(NEW, OLD):
        with patch.object(rotation, "_swap", side_effect=[1, DatabaseError]), pytest.raises(DatabaseError):
            rotate(batch=1)
        again = rotate()

    assert again["residents_resident"].rotated == 3


@pytest.mark.parametrize("kind", ["phone", "gone"])
def test_what_people_write_meanwhile_stays(resident: Resident, kind: str) -> None:
    swap: Callable[..., int] = rotation._swap

    def overtaken(model: Any, field: Any, swaps: Any) -> int:
        if field.name == "phone" and model is Resident:
            value = encrypt("13900000000") if kind == "phone" else ""
            with connection.cursor() as cursor:
                cursor.execute("UPDATE residents_resident SET phone = %s", [value])
        return swap(model, field, swaps)

    with keys(NEW, OLD), patch.object(rotation, "_swap", overtaken):
        counts = rotate()
        assert Resident.objects.get().phone == ("13900000000" if kind == "phone" else "")
    assert counts["residents_resident"].overtaken == 1


def test_checking_writes_nothing(resident: Resident) -> None:
    before = ciphertext(resident)
    with keys(NEW, OLD), pytest.raises(CommandError):
        call_command("rotate_keys", "--check")

    assert ciphertext(resident) == before


def test_the_command_says_when_old_keys_may_go(
    resident: Resident, capsys: pytest.CaptureFixture[str]
) -> None:
    with keys(NEW, OLD):
        call_command("rotate_keys")
        call_command("rotate_keys", "--check")

    printed = capsys.readouterr().out
    assert "residents_registerentry: 1 rotated" in printed
    assert PHONE not in printed


def test_a_missing_key_is_told(resident: Resident) -> None:
    with keys(NEW), pytest.raises(CommandError, match="No key fits"):
        call_command("rotate_keys")


def test_every_encrypted_column_is_known_to_it() -> None:
    found = {(model._meta.label, field.name) for model, fields in rotation.tables() for field in fields}

    assert {
        ("residents.Resident", "phone"),
        ("residents.RegisterEntry", "changes"),
        ("requests_app.Ticket", "contact_phone"),
        ("notify.Message", "to"),
        ("grids.User", "phone"),
    } <= found


def as_rotating(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL wangguan.rotating = 'on'")
        cursor.execute(sql, values)


@pytest.mark.parametrize("words", ["", "想改就改", "{}"])
def test_history_takes_no_other_words_while_rotating(resident: Resident, words: str) -> None:
    with keys(OLD), pytest.raises(DatabaseError):
        as_rotating("UPDATE residents_registerentry SET changes = %s", encrypt(words) or "x")


def test_history_changes_nothing_else_while_rotating(resident: Resident) -> None:
    with pytest.raises(DatabaseError):
        as_rotating('UPDATE residents_registerentry SET "on" = %s', date(2020, 1, 1))


def test_history_is_closed_again_after_rotating(resident: Resident) -> None:
    with keys(NEW, OLD):
        rotate()
        cipher = rotation.Keys([OLD, NEW]).renewed(_changes())
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE residents_registerentry SET changes = %s", [cipher])


def _changes() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT changes FROM residents_registerentry")
        return str(cursor.fetchone()[0])


def test_a_renewed_ciphertext_keeps_text_and_time() -> None:
    with keys(OLD):
        old = encrypt(PHONE)
    new = rotation.Keys([NEW, OLD]).renewed(old)

    with keys(NEW):
        assert decrypt(new) == PHONE
    assert (new[:12], len(new)) == (old[:12], len(old))
