from django.db import migrations, models

CHOICES = [
    *("new:sms", "mine:sms", "deadlines:sms", "decisions:sms", "visits:sms"),
    *("new:email", "mine:email", "deadlines:email", "decisions:email", "visits:email", "urgent:email"),
]


class Migration(migrations.Migration):
    dependencies = [("grids", "0003_user_told_by")]

    operations = [
        migrations.RemoveConstraint("user", "user_told_by_known"),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                condition=models.Q(told_by__isnull=True) | models.Q(told_by__contained_by=CHOICES),
                name="user_told_by_known",
            ),
        ),
    ]
