"""A task's grip on the run that it works on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Generic, TypeVar

from wangguan import clock
from wangguan.exchange.run import FileRun, ImportState

SILENT = timedelta(seconds=90)
"""After so long without a beat the worker is taken for dead."""
BEAT_EVERY = timedelta(seconds=1)


R = TypeVar("R", bound=FileRun)


class HoldLost(Exception):
    """The run was cancelled, or somebody started it again; whoever sees this writes nothing more."""


class Hold(Generic[R]):
    """Every beat proves that the run is still ours: it moves on from the beat before, or does not move.

    `run` carries the numbers that the page shows. A worker that was taken for dead and comes back, a
    task that the broker delivers twice, a run that was cancelled: each fails at its next beat.
    """

    def __init__(self, run: R, *, beside: Callable[[Callable[[], Any]], Any] | None = None) -> None:
        self.run, self._beside = run, beside

    @classmethod
    def take(cls, model: type[R], pk: int, state: ImportState, queued_at: str) -> "Hold[R]":
        """The first beat of a task.

        Raises:
            HoldLost: another task has begun this, or it was cancelled.
        """
        run = model._default_manager.select_related("by").filter(pk=pk, state=state).first()
        if run is None or run.beat_at is None or run.beat_at.isoformat() != queued_at:
            raise HoldLost
        hold = cls(run)
        hold.beat(started_at=clock.now(), always=True)
        return hold

    def beside(self, work: Callable[[Callable[[], Any]], Any] | Any) -> "Hold[R]":
        """The same hold, whose beats go through another connection."""
        return Hold(self.run, beside=work)

    def beat(self, *, always: bool = False, **numbers: Any) -> None:
        """Say how far it is; at most once a second unless `always`.

        Raises:
            HoldLost: it is no longer ours.
        """
        now = clock.now()
        for name, value in numbers.items():
            setattr(self.run, name, value)
        if always or self.run.beat_at is None or now - self.run.beat_at >= BEAT_EVERY:
            self._move(numbers | {"rows": self.run.rows, "rows_done": self.run.rows_done, "beat_at": now})

    def finish(self, state: ImportState, **fields: Any) -> None:
        """The last word, in the caller's transaction.

        Raises:
            HoldLost: it is no longer ours; the caller's transaction has to go.
        """
        self._beside = None
        self._move({"state": state, "beat_at": clock.now(), "finished_at": clock.now(), **fields})

    def _move(self, fields: dict[str, Any]) -> None:
        run = self.run
        ours = type(run)._default_manager.filter(pk=run.pk, state=run.state, beat_at=run.beat_at)
        moved = self._beside(lambda: ours.update(**fields)) if self._beside else ours.update(**fields)
        if not moved:
            raise HoldLost
        for name, value in fields.items():
            setattr(run, name, value)
