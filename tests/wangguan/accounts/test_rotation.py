"""Renewing keys reaches the secrets of second factors too, or a withdrawn key would lock everybody out."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.test import override_settings

from tests.cast import Cast
from tests.wangguan.accounts.signing import with_factor
from wangguan import rotation

pytestmark = pytest.mark.django_db

OLD, NEW = settings.FIELD_KEYS[0], Fernet.generate_key().decode()
TABLE = "mfa_authenticator"


def counted(*, write: bool = True) -> rotation.Count:
    return next(count for count in rotation.rotate(write=write) if count.table == TABLE)


def test_codes_work_under_the_new_key_alone(cast: Cast) -> None:
    codes = with_factor(cast.worker)
    with override_settings(FIELD_KEYS=[NEW, OLD]):
        assert counted().rotated == 2
    with override_settings(FIELD_KEYS=[NEW]):
        paper = Authenticator.objects.get(user=cast.worker, type="recovery_codes")
        assert paper.wrap().get_unused_codes() == codes


def test_second_run_finds_nothing_to_do(cast: Cast) -> None:
    with_factor(cast.worker)
    with override_settings(FIELD_KEYS=[NEW, OLD]):
        counted()
        assert (counted().rotated, counted().current) == (0, 2)


def test_trial_writes_nothing(cast: Cast) -> None:
    with_factor(cast.worker)
    with override_settings(FIELD_KEYS=[NEW, OLD]):
        assert (counted(write=False).rotated, counted(write=False).rotated) == (2, 2)


def test_secret_that_no_key_fits_is_counted(cast: Cast) -> None:
    with_factor(cast.worker)
    with override_settings(FIELD_KEYS=[NEW]):
        assert counted().unreadable == 2
