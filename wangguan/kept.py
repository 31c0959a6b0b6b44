"""Something read often and changed rarely, kept by each process for some seconds."""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """What `load` gave, until it is due for refreshing; what is kept must be immutable or never changed."""

    def __init__(self, load: Callable[[], T], *, seconds: float) -> None:
        """`seconds`: within so many every process sees what one of them changed."""
        self._load, self._seconds = load, seconds
        self._kept: tuple[T, float] | None = None

    def __call__(self) -> T:
        """The value in force."""
        if self._kept is None or self._kept[1] < monotonic():
            return self.keep(self._load())
        return self._kept[0]

    def keep(self, value: T) -> T:
        """Use this value in this process until it is due for refreshing."""
        self._kept = value, monotonic() + self._seconds
        return value

    def forget(self) -> None:
        """Load it again at the next question: this process has just changed it."""
        self._kept = None

    def load_from(self, load: Callable[[], T]) -> None:
        """Ask another loader from now on."""
        self._load = load
        self.forget()
