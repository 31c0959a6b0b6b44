"""`manage.py rebuild_figures`: make every figure anew from the tickets."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_app.statistics.services import rebuild


class Command(BaseCommand):
    help = "Makes every figure anew from the tickets; the same numbers as the rolls that keep them."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild()} matters counted")
