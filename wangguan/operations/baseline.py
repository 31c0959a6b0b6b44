"""What the last release brought; whatever is newer must be able to run while it serves.

Nothing runs in production before the first release, so the baseline stands where that starts. After a
release RELEASED is brought up to date: `manage.py upgrade --baseline` prints it.
"""

RELEASED: dict[str, str] = {
    "announcements": "0001_initial",
    "centre": "0001_initial",
    "checkins": "0001_initial",
    "claims": "0001_initial",
    "council": "0001_initial",
    "desk": "0001_initial",
    "duties": "0001_initial",
    "gatherings": "0001_initial",
    "grids": "0007_whole_points",
    "hotline": "0002_number_of_a_hotline",
    "interfaces": "0001_initial",
    "meetings": "0001_initial",
    "notify": "0002_wording",
    "organisations": "0001_initial",
    "repeats": "0001_initial",
    "reports": "0001_initial",
    "requests_app": "0015_ticket_given_limit",
    "residents": "0002_whole_points",
    "screen": "0001_initial",
    "sectors": "0002_credit_code",
    "statistics": "0002_street_categories",
    "steward": "0001_initial",
    "supervision": "0001_initial",
    "teams": "0001_initial",
    "training": "0001_initial",
    "whistles": "0001_initial",
}
"""App → the last migration that the last release had."""

BIG: frozenset[str] = frozenset(
    {
        "django_session",
        "gatherings_signup",
        "grids_building",
        "hotline_hotlinerow",
        "notify_message",
        "repeats_link",
        "requests_app_answer",
        "requests_app_eventtext",
        "requests_app_follow",
        "requests_app_openrequest",
        "requests_app_photo",
        "requests_app_publication",
        "requests_app_reminder",
        "requests_app_ticket",
        "requests_app_ticketevent",
        "requests_app_verdict",
        "residents_careevent",
        "residents_careplan",
        "residents_checkresult",
        "residents_consent",
        "residents_dwelling",
        "residents_finding",
        "residents_household",
        "residents_registerentry",
        "residents_resident",
        "residents_unmasking",
        "residents_visit",
        "residents_visitphoto",
        "statistics_cell",
        "statistics_fact",
        "statistics_happening",
        "statistics_touched",
        "whistles_entry",
    }
)
"""Tables that grow with residents, matters, visits or messages: nobody may shut them for a moment."""

WAIVED: dict[tuple[str, str], str] = {}
"""(`app.migration`, rule) → why it is safe all the same."""
