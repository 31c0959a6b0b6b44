from pathlib import Path

from requests_app.torture import journal
from requests_app.torture.journal import Action, Journal


def test_journal_puts_together_what_was_sent_and_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as written:
        written.write("sent", "77aa", kind="step", number="WG-1", name="accept")
        written.write("done", "77aa", kind="step", number="WG-1", name="accept", tries=3, waited=2.5)
    with path.open(encoding="utf-8") as lines:
        told = journal.read(lines)
    assert told.of("step") == [Action("77aa", "step", "WG-1", "accept", done=True, tries=3, waited=2.5)]


def test_journal_tells_what_nobody_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as written:
        written.write("sent", "0d3c", kind="submission")
    with path.open(encoding="utf-8") as lines:
        assert [each.key for each in journal.read(lines).of("submission", done=False)] == ["0d3c"]
