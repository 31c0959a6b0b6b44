"""How far a run at work is, in words."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import ngettext

from wangguan import clock
from wangguan.exchange import ways
from wangguan.exchange.run import FileRun

LEAST_DONE = 200
"""Rows after which a rate means something."""


@dataclass(frozen=True)
class Progress:
    """How far a run at work is; `rate` in rows a second, `left` None as long as nobody can tell."""

    done: int
    total: int
    rate: int
    left: timedelta | None
    is_silent: bool

    @property
    def left_words(self) -> str:
        """About 40 seconds; about 2 minutes."""
        if self.left is None:
            return ""
        seconds = max(1, round(self.left.total_seconds()))
        if seconds < 90:
            return ngettext("about %(n)d second left", "about %(n)d seconds left", seconds) % {"n": seconds}
        minutes = round(seconds / 60)
        return ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}


def progress(run: FileRun) -> Progress:
    done, total = run.rows_done, max(run.rows, run.rows_done)
    spent = (clock.now() - run.started_at).total_seconds() if run.started_at else 0
    tells = spent > 0 and done >= LEAST_DONE and not ways.is_silent(run)
    rate = done / spent if tells else 0
    left = timedelta(seconds=(total - done) / rate) if rate and total > done else None
    return Progress(done, total, round(rate), left, ways.is_silent(run))
