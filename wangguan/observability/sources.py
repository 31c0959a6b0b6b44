"""Figures of the outbox and of the database's connections, in a few bounded statements."""

from collections.abc import Iterator

from django.db import connection
from prometheus_client.core import Metric

from wangguan import clock
from wangguan.notify.models import Lane, Message
from wangguan.observability.figures import gauge

MOST = 50_000
"""Waiting rows that are counted at most: the next would say nothing new."""
DEPTH = f"""
SELECT channel, state, count(*) FROM (
    (SELECT channel, state FROM notify_message
        WHERE state IN ('queued', 'failed') AND sent_with_id IS NULL LIMIT {MOST})
    UNION ALL
    (SELECT channel, state FROM notify_message WHERE state = 'sending' LIMIT {MOST})
    UNION ALL
    (SELECT channel, state FROM notify_message WHERE state IN ('dead', 'unknown') ORDER BY id DESC LIMIT 1000)
) unsent GROUP BY 1, 2
"""
OLDEST = """
SELECT lane, extract(epoch FROM %s - (
    SELECT next_try_at FROM notify_message
    WHERE state IN ('queued', 'failed') AND sent_with_id IS NULL AND lane = wanted.lane
    ORDER BY next_try_at LIMIT 1
)) FROM unnest(%s) AS wanted (lane)
"""
CONNECTIONS = """
SELECT coalesce(state, 'none'), count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1
"""


def of_outbox() -> Iterator[Metric]:
    """How much waits by channel and state, how long the oldest that is due has, and the oldest answer."""
    says = f"Messages that have not left, by channel and state; counted to {MOST}, given-up ones to 1000."
    depth = gauge("outbox_messages", says, labels=["channel", "state"])
    oldest = gauge(
        "outbox_oldest_due_seconds", "Seconds since the oldest message of a lane was due.", labels=["lane"]
    )
    with connection.cursor() as cursor:
        cursor.execute(DEPTH)
        for channel, state, count in cursor.fetchall():
            depth.add_metric([channel, state], count)
        cursor.execute(OLDEST, [clock.now(), Lane.values])
        for lane, seconds in cursor.fetchall():
            oldest.add_metric([Lane(lane).name.lower()], max(float(seconds or 0), 0.0))
    yield depth
    yield oldest
    written = Message.objects.oldest_unsent_answer()
    waited = (clock.now() - written).total_seconds() if written else 0.0
    says = "Seconds since the oldest answer that has not left should have gone; 0 when none waits."
    yield gauge("oldest_unsent_answer_seconds", says, max(waited, 0.0))


def of_connections() -> Iterator[Metric]:
    """What the database's connections do, those of web servers and workers alike."""
    found = gauge("database_connections", "Connections to the database, by state.", labels=["state"])
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS)
        for state, count in cursor.fetchall():
            found.add_metric([state], count)
    yield found
