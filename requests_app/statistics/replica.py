"""Figures may be read from a copy of the database, as long as the copy keeps up.

Only what is counted ahead is: it says itself of which moment it is. Inside a transaction everything is read
where it is written, so that whoever counts never counts what is old.
"""

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import Error, models, transaction
from prometheus_client.core import Metric

from requests_app.statistics.models import AsOf
from wangguan import clock
from wangguan.databases import REPLICA
from wangguan.observability.figures import gauge

GOOD_FOR = 10
"""Seconds that one look at the copy is good for."""
APP = "statistics"


class Reads:
    """The router; in force only where `DATABASE_REPLICA_URL` names a copy."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        if model._meta.app_label != APP or transaction.get_connection().in_atomic_block:
            return None
        return REPLICA if keeps_up() else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        """Both hold the same rows."""
        return True


def keeps_up() -> bool:
    """Whether the copy answers, with figures that are not too old."""
    return _keeps_up(int(time.monotonic() / GOOD_FOR))


def age() -> float | None:
    """Seconds since the moment of the copy's figures; None when it does not answer or has none."""
    try:
        moment = AsOf.objects.using(REPLICA).values_list("at", flat=True).first()
    except (Error, OSError):
        return None
    return (clock.now() - moment).total_seconds() if moment else None


def of_replica() -> Iterator[Metric]:
    """For `/metrics`, where there is a copy."""
    if REPLICA in settings.DATABASES:
        seconds = age()
        yield gauge("replica_up", "Whether the copy of the database answers.", int(seconds is not None))
        if seconds is not None:
            yield gauge(
                "replica_figures_age_seconds", "Seconds since the moment of the copy's figures.", seconds
            )


@lru_cache(maxsize=1)
def _keeps_up(moment: int) -> bool:
    seconds = age()
    return seconds is not None and seconds <= settings.REPLICA_PATIENCE.total_seconds()
