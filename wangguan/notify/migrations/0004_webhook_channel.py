from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

CHANNELS = ["in_app", "sms", "wecom", "email", "webhook"]


class Migration(migrations.Migration):
    """One more channel. The rows there are looked at without keeping anybody from writing new ones."""

    atomic = False
    dependencies = [("notify", "0003_lane")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="channel",
            field=models.CharField(
                choices=[
                    ("in_app", "In the portal"),
                    ("sms", "SMS"),
                    ("wecom", "WeCom group robot"),
                    ("email", "Email"),
                    ("webhook", "Webhook"),
                ],
                max_length=10,
                verbose_name="channel",
            ),
        ),
        migrations.RemoveConstraint(model_name="message", name="message_channel"),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(name="message_channel", condition=Q(channel__in=CHANNELS)),
        ),
        ValidateConstraint(model_name="message", name="message_channel"),
    ]
