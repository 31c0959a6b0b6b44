import django.contrib.postgres.fields
from django.db import migrations, models

# As they were then; `0004_told_by_visits` adds those of visits.
CHOICES = [
    *("new:sms", "mine:sms", "deadlines:sms", "decisions:sms"),
    *("new:email", "mine:email", "deadlines:email", "decisions:email", "urgent:email"),
]


class Migration(migrations.Migration):
    dependencies = [("grids", "0002_community_codes")]

    operations = [
        migrations.AddField(
            "user",
            "told_by",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=20),
                blank=True,
                editable=False,
                null=True,
                verbose_name="told by",
            ),
        ),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                condition=models.Q(told_by__isnull=True) | models.Q(told_by__contained_by=CHOICES),
                name="user_told_by_known",
            ),
        ),
    ]
