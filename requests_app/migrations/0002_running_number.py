"""The running number of tickets: a sequence, so that nobody waits for a lock."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE requests_app_ticket_running MAXVALUE 999999999999",
            "DROP SEQUENCE requests_app_ticket_running",
        )
    ]
