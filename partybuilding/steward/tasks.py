"""What the worker does for stewards every night; may run twice without harm."""

from celery import shared_task

from partybuilding.steward.services import closing


@shared_task
def keep_askings() -> dict[str, int]:
    """Close what is over, open the month from the 25th, forget who seconded what is settled."""
    return {
        "closed": closing.close_over(),
        "opened": closing.open_months(),
        "forgotten": closing.forget_backings(),
    }
