"""Bring locale/*/LC_MESSAGES/django.po up to date: `python -m wangguan.runner.catalogue`.

Finds what is marked for translation without GNU gettext, which a bare machine lacks: Babel
reads Python, Django turns templates into something Babel reads.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = ("wangguan", "grids", "residents", "requests_app", "partybuilding", "templates")
PYTHON_WORDS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2, "gettext_noop": 1}
CONTEXT_WORDS = ("pgettext", "pgettext_lazy")


@dataclass
class Marked:
    """A text marked for translation."""

    msgid: str
    plural: str = ""
    context: str | None = None
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.msgid


def marked() -> dict[tuple[str | None, str], Marked]:
    """Everything marked in the rooms, by context and msgid, with the files it stands in."""
    found: dict[tuple[str | None, str], Marked] = {}
    for room in ROOMS:
        for path in sorted((CHECKOUT / room).rglob("*")):
            for text in _texts(path):
                known = found.setdefault(text.key, text)
                known.plural = known.plural or text.plural
                known.places.append(path.relative_to(CHECKOUT).as_posix())
    return found


def _texts(path: Path) -> Iterator[Marked]:
    if path.suffix == ".py" and "migrations" not in path.parts:
        source = path.read_text(encoding="utf-8")
    elif path.suffix in (".html", ".txt") and "templates" in path.parts:
        read = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # What it blanks out keeps the template's indentation, which Python would mind.
        source = "\n".join(line.strip() for line in read.splitlines())
    else:
        return
    keywords = dict.fromkeys((*PYTHON_WORDS, *CONTEXT_WORDS))
    for _line, called, texts, _comments in extract_python(io.BytesIO(source.encode()), keywords, [], {}):
        word = str(called)
        said = [text for text in (texts if isinstance(texts, list | tuple) else (texts,)) if text]
        if word in CONTEXT_WORDS and len(said) == 2:
            yield Marked(str(said[1]), context=str(said[0]))
        elif said:
            plural = said[1] if word.startswith("ngettext") and len(said) > 1 else ""
            yield Marked(str(said[0]), plural=str(plural))


def renew(catalogue: Path) -> list[str]:
    """Add what is new to `catalogue`, drop what is gone; the msgids that wait for a translation."""
    po = polib.pofile(str(catalogue), wrapwidth=100)
    wanted = marked()
    known = {(entry.msgctxt, entry.msgid): entry for entry in po}
    for key in known.keys() - wanted.keys():
        po.remove(known[key])
    for key, text in wanted.items():
        if key not in known:
            entry = polib.POEntry(msgid=text.msgid, msgctxt=text.context, msgid_plural=text.plural)
            entry.msgstr_plural = {0: ""} if text.plural else {}
            po.append(entry)
    for entry in po:
        places = sorted(set(wanted[entry.msgctxt, entry.msgid].places))
        entry.occurrences = [(place, "") for place in places]
    po.sort(key=lambda entry: (entry.occurrences[0][0], entry.msgid))
    po.save(str(catalogue))
    return [entry.msgid for entry in po if not entry.translated() or entry.fuzzy]


def main() -> int:
    """1 when a text still waits for its translation."""
    waiting = []
    for catalogue in sorted(CHECKOUT.glob("locale/*/LC_MESSAGES/django.po")):
        waiting += renew(catalogue)
    for msgid in waiting:
        print(f"not translated: {msgid}")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
