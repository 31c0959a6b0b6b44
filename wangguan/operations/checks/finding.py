"""What a check has to say."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much it matters: `unsafe` must not serve, `warning` will hurt, `advice` could be better."""

    UNSAFE = "unsafe"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True)
class Finding:
    """One thing that is unsafe or missing: what it is, why it matters, how to mend it.

    No secret and nothing personal stands in the three sentences: they are read aloud on the telephone.
    """

    severity: Severity
    what: str
    why: str
    mend: str
    check: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


Check = Callable[[], Iterator[Finding]]


def unsafe(what: str, why: str, mend: str) -> Finding:
    return Finding(Severity.UNSAFE, what, why, mend)


def warning(what: str, why: str, mend: str) -> Finding:
    return Finding(Severity.WARNING, what, why, mend)


def advice(what: str, why: str, mend: str) -> Finding:
    return Finding(Severity.ADVICE, what, why, mend)
