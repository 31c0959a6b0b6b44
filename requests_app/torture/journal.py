"""What the clients sent and what the portal acknowledged, written down before they go on.

Each line is one JSON object, synced to the disk: the journal is the witness against the portal, so it
must be as durable as what it bears witness to.
"""

import json
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self


class Journal:
    """An append-only file that many clients write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = path.open("ab")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()

    def write(self, what: str, key: str, **facts: Any) -> None:
        """Add a line and wait until the disk has it.

        `what` is `sent` (before the first try), `done` (acknowledged), `refused` or `given_up`.
        """
        line = json.dumps({"what": what, "key": key, **facts}, ensure_ascii=False)
        with self._lock:
            self._file.write(f"{line}\n".encode())
            self._file.flush()
            os.fsync(self._file.fileno())


@dataclass
class Action:
    """One submission or move as its client saw it, named by the key it was sent with.

    `kind` is `submission`, `step`, `verdict` or `withdraw`; `number` the ticket's; `location` where the
    acknowledgement led; `waited` the seconds from the first try to it.
    """

    key: str
    kind: str
    number: str = ""
    name: str = ""
    location: str = ""
    done: bool = False
    refused: str = ""
    given_up: bool = False
    tries: int = 0
    waited: float = 0.0


@dataclass
class Told:
    """Everything in the journals, by kind and key."""

    actions: dict[tuple[str, str], Action] = field(default_factory=dict)

    def of(self, kind: str, *, done: bool = True) -> list[Action]:
        """The acknowledged actions of a kind, or those nobody acknowledged."""
        return [each for each in self.actions.values() if each.kind == kind and each.done is done]


def read(lines: Iterable[str]) -> Told:
    """Put together what the lines say of each action."""
    told = Told()
    for line in lines:
        _take(told, json.loads(line))
    return told


def _take(told: Told, row: dict[str, Any]) -> None:
    kind, key = row["kind"], row["key"]
    action = told.actions.setdefault((kind, key), Action(key, kind))
    action.number = row.get("number") or action.number
    action.name = row.get("name") or action.name
    action.location = row.get("location") or action.location
    match row["what"]:
        case "done":
            action.done, action.tries, action.waited = True, row["tries"], row["waited"]
        case "refused":
            action.refused = f"{row['status']} {row['sentence']}"
        case "given_up":
            action.given_up, action.tries = True, row["tries"]
