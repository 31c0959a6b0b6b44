"""What is built around tickets, the lower rooms first: apps inside `requests_app`."""

ROOMS = (
    "desk",
    "announcements",
    "supervision",
    "repeats",
    "whistles",
    "hotline",
    "statistics",
    "reports",
    "screen",
)
