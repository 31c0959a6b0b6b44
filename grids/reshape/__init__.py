"""A grid split in two, two merged into one, or one given a new number, with everything that lies in it.

Grids are the lowest room, so what hangs on them above (homes, venues, requests) registers a
`Follower` at start-up. `plan` says what would move and writes nothing; `carry_out` does exactly that,
under locks, or refuses because something changed since the preview (decision 0036).
"""

from grids.reshape.apply import Stale, carry_out
from grids.reshape.asked import Asked
from grids.reshape.cutting import across, as_geojson
from grids.reshape.followers import Follower, Found, Move, register
from grids.reshape.halves import Halves, halve
from grids.reshape.plan import Plan, labels, plan

__all__ = [
    "Asked",
    "Follower",
    "Found",
    "Halves",
    "Move",
    "Plan",
    "Stale",
    "across",
    "as_geojson",
    "carry_out",
    "halve",
    "labels",
    "plan",
    "register",
]
