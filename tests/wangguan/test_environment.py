"""Setting up `.venv`: what is taken from the lock and from pip's settings."""

import subprocess
from pathlib import Path

import polib
import pytest

from wangguan.runner import environment, messages


def test_lock_names_no_host() -> None:
    assert "://" not in environment.LOCK.read_text()


def test_block_of_a_package_is_its_pin_and_hashes() -> None:
    pin, *hashes = environment._block_of("uv").splitlines()
    assert pin.startswith("uv==")
    assert hashes
    assert {line.split(":")[0] for line in hashes} == {"    --hash=sha256"}


def test_uv_is_told_of_pips_mirrors(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = ":env:.timeout='9'\nglobal.index-url='https://mirror.example/simple'\ninstall.find-links='\\n/a\\n/b'\n"
    answer = subprocess.CompletedProcess([], 0, stdout=listed)
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: answer)
    told = environment._pip_settings_for_uv()
    assert (told["UV_DEFAULT_INDEX"], told["UV_FIND_LINKS"]) == ("https://mirror.example/simple", "/a /b")


def test_nothing_happens_when_the_lock_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "STAMP", tmp_path / "installed.lock")
    environment.STAMP.write_bytes(environment.LOCK.read_bytes())
    monkeypatch.setattr(environment, "_run", None)
    assert environment.main() == 0


def test_other_python_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "STAMP", tmp_path / "missing")
    monkeypatch.setattr(environment, "WANTED", (2, 7))
    assert environment.main() == 1
    assert "Python 3.11 is needed" in capsys.readouterr().err


def test_fuzzy_messages_are_not_compiled(tmp_path: Path) -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Report", msgstr="上报"))
    catalogue.append(polib.POEntry(msgid="Close", msgstr="？", flags=["fuzzy"]))
    catalogue.save(str(tmp_path / "django.po"))
    compiled = polib.mofile(str(messages.compile_catalogue(tmp_path / "django.po")))
    assert [(entry.msgid, entry.msgstr) for entry in compiled] == [("Report", "上报")]
