"""A message's turn. The outbox is large and busy: nothing here rewrites it, or checks or indexes it under lock."""

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notify", "0002_wording")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="lane",
            field=models.SmallIntegerField(
                choices=[(0, "At once"), (1, "As usual"), (2, "When there is time")],
                db_default=1,
                default=1,
                verbose_name="turn",
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(condition=Q(("lane__in", [0, 1, 2])), name="message_lane"),
        ),
        ValidateConstraint(model_name="message", name="message_lane"),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=Q(("sent_with__isnull", True), ("state__in", ["queued", "failed"])),
                fields=["lane", "next_try_at"],
                name="message_next",
            ),
        ),
        RemoveIndexConcurrently(model_name="message", name="message_due"),
    ]
