"""What beat starts, and when (Asia/Shanghai): one place for every task of every room."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab


def beat(sweep_seconds: int) -> dict[str, dict[str, Any]]:
    """The schedule; `sweep_seconds` is how often deadlines are looked at."""
    return {
        "due": {"task": "requests_app.tasks.sweep_due", "schedule": timedelta(seconds=sweep_seconds)},
        "supervision": {
            "task": "requests_app.supervision.tasks.sweep_cases",
            "schedule": timedelta(seconds=60),
        },
        "repeats": {"task": "requests_app.repeats.tasks.group_repeats", "schedule": timedelta(seconds=60)},
        "findings": {
            "task": "requests_app.supervision.tasks.open_findings",
            "schedule": crontab(hour=2, minute=50),
        },
        "outbox": {"task": "wangguan.notify.tasks.sweep_outbox", "schedule": timedelta(seconds=15)},
        "posts": {"task": "requests_app.tasks.pass_on_orphans", "schedule": crontab(minute=1)},
        "strays": {"task": "requests_app.tasks.gather_strays", "schedule": timedelta(minutes=1)},
        "stash": {"task": "requests_app.tasks.sweep_stash", "schedule": crontab(minute=11)},
        "announcements": {
            "task": "requests_app.announcements.tasks.publish_announcements",
            "schedule": crontab(),
        },
        "whistles": {"task": "requests_app.whistles.tasks.sweep_whistles", "schedule": crontab()},
        "reports": {
            "task": "requests_app.reports.tasks.make_reports",
            "schedule": crontab(hour="7-20", minute=0),
        },
        "mailed reports": {
            "task": "requests_app.reports.tasks.send_reports",
            "schedule": timedelta(minutes=2),
        },
        "visits": {"task": "residents.tasks.remind_of_visits", "schedule": crontab(minute="*/15")},
        "retention": {"task": "residents.tasks.retain_nightly", "schedule": crontab(hour=3, minute=15)},
        "files": {"task": "residents.tasks.sweep_files", "schedule": timedelta(minutes=10)},
        "figures": {"task": "requests_app.statistics.tasks.roll_figures", "schedule": timedelta(minutes=1)},
        "hotline": {"task": "requests_app.hotline.tasks.sweep_files", "schedule": timedelta(minutes=10)},
        "party terms": {
            "task": "partybuilding.organisations.tasks.remind_of_terms",
            "schedule": crontab(hour=8, minute=0),
        },
        "duties": {
            "task": "partybuilding.duties.tasks.remind_of_duties",
            "schedule": crontab(hour=8, minute=10),
        },
        "sector visits": {
            "task": "partybuilding.sectors.tasks.remind_advisers",
            "schedule": crontab(hour=8, minute=20),
        },
        "gatherings": {
            "task": "partybuilding.gatherings.tasks.remind_of_gatherings",
            "schedule": crontab(hour=9, minute=0),
        },
        "rooms": {
            "task": "partybuilding.centre.tasks.remind_of_rooms",
            "schedule": crontab(hour=9, minute=5),
        },
        "claims": {
            "task": "partybuilding.claims.tasks.remind_of_claims",
            "schedule": crontab(hour=8, minute=30),
        },
        "meetings": {
            "task": "partybuilding.meetings.tasks.remind_of_actions",
            "schedule": crontab(hour=8, minute=30),
        },
        "meetings' requests": {
            "task": "partybuilding.meetings.tasks.settle_by_tickets",
            "schedule": crontab(minute="*/10"),
        },
        "steward askings": {
            "task": "partybuilding.steward.tasks.keep_askings",
            "schedule": crontab(hour=0, minute=20),
        },
        "audit": {"task": "requests_app.tasks.audit_nightly", "schedule": crontab(hour=2, minute=30)},
    }
