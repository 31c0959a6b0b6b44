"""What the environment says about where data lies, as Django hears it."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from wangguan.databases import databases, storages


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> dict[str, dict[str, object]]:
    """`DATABASES` of a real installation with these variables."""
    for name in ("DATABASE_URL", "DATABASE_NAME", "DATABASE_REPLICA_URL", "PGBOUNCER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"DATABASE_URL": "postgres://u:p@db/portal"} | given).items():
        monkeypatch.setenv(name, value)
    return databases(environ.Env(), testing=False)


def test_database_is_pooled_and_spares_every_trigger_its_question(monkeypatch: pytest.MonkeyPatch) -> None:
    options = read(monkeypatch)["default"]["OPTIONS"]
    assert options == {
        "options": "-c pgtrigger.ignore={}",
        "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
    }


def test_bouncer_is_asked_for_nothing_it_does_not_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    main = read(monkeypatch, PGBOUNCER="1")["default"]
    assert (main["OPTIONS"], main["DISABLE_SERVER_SIDE_CURSORS"]) == (
        {"prepare_threshold": None, "pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
        True,
    )


def test_without_a_copy_there_is_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(read(monkeypatch)) == {"default"}


def test_copy_stands_beside_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    copy = read(monkeypatch, DATABASE_REPLICA_URL="postgres://u:p@copy/portal")["replica"]
    assert (copy["HOST"], copy["TEST"]) == ("copy", {"MIRROR": "default"})


def test_files_lie_on_this_machine_unless_told_otherwise() -> None:
    assert storages("", collected=False)["default"] == {
        "BACKEND": "django.core.files.storage.FileSystemStorage"
    }


def test_files_lie_in_a_bucket_when_told_so() -> None:
    found = storages("s3://key:se%2Fcret@store.example:9000/photos?region=cn-north", collected=True)
    assert found["default"]["OPTIONS"] == {
        "endpoint_url": "https://store.example:9000",
        "access_key": "key",
        "secret_key": "se/cret",
        "region_name": "cn-north",
        "bucket_name": "photos",
    }


@pytest.mark.parametrize(
    "wrong", ["https://key:secret@host/bucket", "s3://host/bucket", "s3://key:secret@host/"]
)
def test_address_of_a_bucket_that_lacks_something_is_refused(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MEDIA_S3_URL must read"):
        storages(wrong, collected=True)
