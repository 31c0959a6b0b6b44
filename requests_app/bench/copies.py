"""A hundred thousand tickets out of two hundred: rows copied inside the database, as they stand.

A copy keeps everything but its keys and its moments, so what was consistent stays
consistent: versions, entries, answers, deadlines and the outbox fit together as before.
"""

from django.db import connection, models, transaction

from requests_app.models import Answer, EventText, Ticket, TicketEvent, Verdict
from wangguan.notify.models import Message

Model = type[models.Model]

# How a row belongs to the ticket it is copied with.
LINKS: dict[Model, str] = {
    Ticket: "specimen.id = original.id",
    TicketEvent: "specimen.id = original.ticket_id",
    EventText: "specimen.id = (SELECT ticket_id FROM requests_app_ticketevent WHERE id = original.event_id)",
    Answer: "specimen.id = original.ticket_id",
    Verdict: "specimen.id = original.ticket_id",
    Message: "specimen.number = original.topic",
}
UNIQUE = {"number", "token", "key", "topic"}
# Each copy of a ticket that is over lies so much earlier; an open one stays in today's work.
EARLIER = "CASE WHEN is_open THEN interval '7 seconds' ELSE interval '17 hours' END"


class Copier:
    """Copies the tickets that exist when it is made, and what belongs to them."""

    def __init__(self, *, most: int) -> None:
        """Leave room in the sequences of keys for `most` copies of each."""
        self.strides = {model: self._last(model) + 1 for model in LINKS}
        for model, stride in self.strides.items():
            if isinstance(model._meta.pk, models.AutoField):
                self._run(f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), %s)",
                          stride * (most + 1))  # fmt: skip

    @transaction.atomic
    def copy(self, first: int, last: int) -> None:
        """Make the copies number `first` to `last` of every ticket."""
        for model in LINKS:
            self._copy(model, first, last)

    def _copy(self, model: Model, first: int, last: int) -> None:
        fields = model._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = ", ".join(self._value(field) for field in fields)
        self._run(
            f"""
            WITH specimen AS (
                SELECT id, number, {EARLIER} AS earlier FROM (
                    SELECT id, number, status NOT IN ('closed', 'declined', 'merged') AS is_open
                    FROM requests_app_ticket WHERE id < %s) ticket
            )
            INSERT INTO {model._meta.db_table} ({columns})
            SELECT {values} FROM generate_series(%s, %s) AS n
            CROSS JOIN {model._meta.db_table} AS original JOIN specimen ON {LINKS[model]}
            WHERE original.{model._meta.pk.column} < %s
            ORDER BY n
            """,
            self.strides[Ticket], first, last, self.strides[self._keyed_by(model)],
        )  # fmt: skip

    def _value(self, field: "models.Field[object, object]") -> str:
        column = f'original."{field.column}"'
        if field.primary_key and not field.is_relation:
            return f"{column} + n * {self.strides[field.model]}"
        if field.is_relation and field.related_model in LINKS:
            return f"{column} + n * {self.strides[self._keyed_by(field.related_model)]}"
        if isinstance(field, models.DateTimeField):
            return f"{column} - n * specimen.earlier"
        return f"{column} || '-' || n" if field.name in UNIQUE else column

    @staticmethod
    def _keyed_by(model: Model) -> Model:
        """The model whose keys this one has: words have those of their entry."""
        return TicketEvent if model is EventText else model

    @staticmethod
    def _last(model: Model) -> int:
        return model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0

    @staticmethod
    def _run(sql: str, *values: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)


def tidy() -> None:
    """VACUUM and ANALYZE, as the database's own housekeeping leaves it after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
