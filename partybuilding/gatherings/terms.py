"""Words and numbers of gatherings: lengths, and how long before and after the QR code lets people in."""

from datetime import timedelta

TITLE_MAX = 60
PLACE_MAX = 100
WORDS_MAX = 500
NAME_MAX = 30
MOST_PLACES = 2000
MOST_HOURS = 24
"""Of one person at one gathering."""
EARLY = timedelta(minutes=60)
LATE = timedelta(minutes=60)
"""So long before the start and after the end somebody checks in at the place."""
