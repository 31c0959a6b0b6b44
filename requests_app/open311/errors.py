"""What went wrong, as the specification wants it told: a list of codes and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from requests_app.open311.formats import Document, Value

NOT_FOUND = "not_found"
"""Code of a form's error that is answered with 404: it names something that does not exist."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; `sentence` is meant for the person who used the app."""

    code: int
    sentence: str | Promise


class Wrong(Exception):
    """The question is not answered.

    The status is 404 for what does not exist, 403 for a missing or bad key, 429 for too much at once,
    405 for a method that the address does not know, and 400 for all else (“Errors”).
    """

    def __init__(self, *faults: Fault, headers: dict[str, str] | None = None) -> None:
        super().__init__("; ".join(str(fault.sentence) for fault in faults))
        self.faults: Sequence[Fault] = faults
        self.headers = headers or {}

    @property
    def status(self) -> int:
        """The first fault's, unless another is about something that does not exist."""
        codes = [fault.code for fault in self.faults]
        return 404 if 404 in codes else codes[0]

    @property
    def document(self) -> Document:
        """As it is told."""
        told: list[Value] = [
            {"code": fault.code, "description": str(fault.sentence)} for fault in self.faults
        ]
        return Document("errors", told)


def wrong(code: int, sentence: str | Promise, **headers: str) -> Wrong:
    """One fault alone."""
    return Wrong(Fault(code, sentence), headers=headers)
