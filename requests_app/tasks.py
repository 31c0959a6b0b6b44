"""What the worker does for tickets; every task may run twice without harm."""

from celery import shared_task

from requests_app.services import audit, due, posts, redrawn
from wangguan import photos


@shared_task
def sweep_due() -> dict[str, int]:
    """Every minute: reminders, cards, holds to review, closing in silence."""
    done = due.sweep()
    return {"looked_at": done.looked_at, "reminded": done.reminded, "moved": done.moved}


@shared_task
def pass_on_orphans() -> int:
    """Every hour, and just after midnight: tickets of ended posts get a new person."""
    return posts.reassign_orphans()


@shared_task
def gather_strays() -> int:
    """Every minute: requests told, or back again, after their grid was cut follow it; how many."""
    return redrawn.gather()


@shared_task
def sweep_stash() -> int:
    """Every hour: photos kept for a form that never came back are removed; how many."""
    return photos.sweep_stash()


@shared_task
def audit_nightly() -> bool:
    """Every night: check the five rules over every ticket and write the ledger's row."""
    return audit.write_ledger().is_clean
