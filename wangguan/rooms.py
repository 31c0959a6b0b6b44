"""The apps that are rooms of a larger one, the lower first: around tickets, and inside party building."""

_TICKETS = (
    "desk",
    "announcements",
    "supervision",
    "repeats",
    "whistles",
    "hotline",
    "open311",
    "webhooks",
    "wecom",
    "statistics",
    "reports",
    "screen",
)
_PARTY = (
    "door",
    "organisations",
    "gatherings",
    "meetings",
    "checkins",
    "duties",
    "sectors",
    "teams",
    "training",
    "centre",
    "claims",
    "steward",
    "council",
    "year",
)
ROOMS = (
    *(f"requests_app.{name}" for name in _TICKETS),
    *(f"partybuilding.{name}" for name in _PARTY),
)
