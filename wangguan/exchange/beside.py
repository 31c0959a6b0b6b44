"""A connection of its own, for what must be seen at once while a long transaction is under way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


class Beside:
    """Runs one thing after another in a thread beside this one, which waits for each.

    What is written there is committed at once and stays, whatever this thread rolls back.
    """

    def __enter__(self) -> "Beside":
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="beside")
        return self

    def __call__(self, work: Callable[[], T]) -> T:
        return self._thread.submit(work).result()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._thread.submit(connections.close_all).result()
        self._thread.shutdown()
