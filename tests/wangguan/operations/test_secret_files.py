"""Secrets that come as files."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from wangguan import secret_files


def read(**given: str) -> dict[str, str]:
    secret_files.read(given)
    return given


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("s3cret\n")
    return tmp_path / "secret"


def test_a_file_stands_for_its_variable(file: Path) -> None:
    assert read(SECRET_KEY_FILE=str(file))["SECRET_KEY"] == "s3cret"


def test_an_empty_file_is_a_variable_that_is_not_set(file: Path) -> None:
    file.write_text("\n")
    assert "EMAIL_URL" not in read(EMAIL_URL_FILE=str(file))


def test_files_of_other_programs_are_left_alone(file: Path) -> None:
    assert "SSL_CERT" not in read(SSL_CERT_FILE=str(file))


def test_a_missing_file_is_told_without_its_content(tmp_path: Path) -> None:
    with pytest.raises(
        ImproperlyConfigured, match=r"HASH_KEY_FILE names .*FileNotFoundError.*mount the file"
    ):
        read(HASH_KEY_FILE=str(tmp_path / "missing"))


def test_a_variable_given_both_ways_is_refused(file: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="HASH_KEY is given twice"):
        read(HASH_KEY_FILE=str(file), HASH_KEY="other")
