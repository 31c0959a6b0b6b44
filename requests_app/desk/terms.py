"""Numbers and words of the desk that an office may want otherwise."""

from datetime import timedelta

ROWS = 6
"""Rows of a queue on the desk; the rest is one press away."""
FRESH_SECONDS = 10
"""How often a desk that is looked at asks whether something has changed."""
AT_LEAST_EVERY = timedelta(minutes=1)
"""However little happens, clocks run: so often the queues are looked at anew."""
ONE_CLICK = frozenset(
    {
        *("accept", "assign", "resume", "undo"),
        *("grant_extension", "refuse_extension", "hold", "refuse_hold"),
    }
)
"""Steps that a row offers as one press; they need no words."""
IN_BULK = (
    *("accept", "assign", "escalate", "send_back", "hand_over", "resume"),
    *("grant_extension", "refuse_extension", "refuse_hold", "remark"),
)
"""Steps that the office takes on several matters at once, after a preview."""
MOST_FILTERS = 20
"""Named filters of one person for one list."""
MOST_NUMBERS = 60
"""Matters that a hand-over note lists."""
MOST_DAYS = 62
"""Days of one series of shifts."""
