import re
from pathlib import Path

import polib

from wangguan.runner.catalogue import CHECKOUT, marked

CATALOGUE: Path = CHECKOUT / "locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def test_every_marked_text_is_translated() -> None:
    entries = polib.pofile(str(CATALOGUE))
    ready = {(entry.msgctxt, entry.msgid) for entry in entries if entry.translated() and not entry.fuzzy}

    assert sorted(msgid for _context, msgid in marked().keys() - ready) == []


def test_catalogue_has_nothing_that_is_gone() -> None:
    known = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(CATALOGUE))}

    assert sorted(msgid for _context, msgid in known - marked().keys()) == []


def test_translations_keep_the_placeholders() -> None:
    broken = [
        entry.msgid
        for entry in polib.pofile(str(CATALOGUE))
        for said in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if set(PLACEHOLDER.findall(said)) != set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]

    assert broken == []


def test_english_needs_no_catalogue() -> None:
    """What is marked is English itself: Chinese in it would stay Chinese for an English reader."""
    chinese = re.compile(r"[\u4e00-\u9fff]")

    assert sorted(msgid for _context, msgid in marked() if chinese.search(msgid)) == []
