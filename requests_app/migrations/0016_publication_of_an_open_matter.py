from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is public of a matter may stand there before its answer. Nobody waits while rows are looked at."""

    atomic = False
    dependencies = [("requests_app", "0015_ticket_given_limit")]

    operations = [
        migrations.RemoveConstraint(model_name="publication", name="publication_has_words"),
        migrations.AlterField(
            model_name="publication",
            name="answer",
            field=models.TextField(blank=True, verbose_name="answer"),
        ),
        AddConstraintNotValid(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="publication_says_something"
            ),
        ),
        ValidateConstraint(model_name="publication", name="publication_says_something"),
    ]
