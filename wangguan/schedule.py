"""What beat starts, and when (Asia/Shanghai): one place for every task of every room."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

TABLE: tuple[tuple[str, str, crontab | timedelta], ...] = (
    ("supervision", "requests_app.supervision.tasks.sweep_cases", timedelta(seconds=60)),
    ("repeats", "requests_app.repeats.tasks.group_repeats", timedelta(seconds=60)),
    ("findings", "requests_app.supervision.tasks.open_findings", crontab(hour=2, minute=50)),
    ("urgent messages", "wangguan.notify.tasks.sweep_urgent", timedelta(seconds=15)),
    ("outbox", "wangguan.notify.tasks.sweep_outbox", timedelta(seconds=15)),
    ("digests", "wangguan.notify.tasks.sweep_routine", timedelta(seconds=15)),
    ("posts", "requests_app.tasks.pass_on_orphans", crontab(minute=1)),
    ("strays", "requests_app.tasks.gather_strays", timedelta(minutes=1)),
    ("kept answers", "wangguan.interfaces.tasks.forget_answers", crontab(minute=21)),
    ("stash", "requests_app.tasks.sweep_stash", crontab(minute=11)),
    ("announcements", "requests_app.announcements.tasks.publish_announcements", crontab()),
    ("whistles", "requests_app.whistles.tasks.sweep_whistles", crontab()),
    ("reports", "requests_app.reports.tasks.make_reports", crontab(hour="7-20", minute=0)),
    ("mailed reports", "requests_app.reports.tasks.send_reports", timedelta(minutes=2)),
    ("visits", "residents.tasks.remind_of_visits", crontab(minute="*/15")),
    ("retention", "residents.tasks.retain_nightly", crontab(hour=3, minute=15)),
    ("files", "residents.tasks.sweep_files", timedelta(minutes=10)),
    ("figures", "requests_app.statistics.tasks.roll_figures", timedelta(minutes=1)),
    ("hotline", "requests_app.hotline.tasks.sweep_files", timedelta(minutes=10)),
    ("party terms", "partybuilding.organisations.tasks.remind_of_terms", crontab(hour=8, minute=0)),
    ("duties", "partybuilding.duties.tasks.remind_of_duties", crontab(hour=8, minute=10)),
    ("sector visits", "partybuilding.sectors.tasks.remind_advisers", crontab(hour=8, minute=20)),
    ("gatherings", "partybuilding.gatherings.tasks.remind_of_gatherings", crontab(hour=9, minute=0)),
    ("rooms", "partybuilding.centre.tasks.remind_of_rooms", crontab(hour=9, minute=5)),
    ("claims", "partybuilding.claims.tasks.remind_of_claims", crontab(hour=8, minute=30)),
    ("meetings", "partybuilding.meetings.tasks.remind_of_actions", crontab(hour=8, minute=30)),
    ("meetings' requests", "partybuilding.meetings.tasks.settle_by_tickets", crontab(minute="*/10")),
    ("steward askings", "partybuilding.steward.tasks.keep_askings", crontab(hour=0, minute=20)),
    ("audit log", "wangguan.auditlog.tasks.inspect_nightly", crontab(hour=3, minute=45)),
    ("audit", "requests_app.tasks.audit_nightly", crontab(hour=2, minute=30)),
)
"""Name, task, and when or how often; how often deadlines are looked at is told to `beat`."""


def beat(sweep_seconds: int) -> dict[str, dict[str, Any]]:
    """The schedule; `sweep_seconds` is how often deadlines are looked at.

    A sweep that nobody took until the next one comes is dropped: a busy hour leaves no hundred behind it.
    """
    due = ("due", "requests_app.tasks.sweep_due", timedelta(seconds=sweep_seconds))
    return {name: _entry(task, when) for name, task, when in (due, *TABLE)}


def _entry(task: str, when: crontab | timedelta) -> dict[str, Any]:
    expires = {"expires": max(when.total_seconds(), 15.0)} if isinstance(when, timedelta) else {}
    return {"task": task, "schedule": when, "options": expires}
