"""What the wall screen costs, its cache aside."""

from collections.abc import Iterator

from requests_app.screen import board
from wangguan.measuring import cost_of

AIM = 40.0


def measure() -> Iterator[tuple[str, float, int, float]]:
    """What, milliseconds, statements, aim."""
    cost = cost_of(board.look, runs=20)
    yield "wall screen, its data", cost.milliseconds, cost.statements, AIM
