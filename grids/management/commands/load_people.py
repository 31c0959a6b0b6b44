"""manage.py load_people: the demo's accounts, duty roster and QR codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grids import demo


class Command(BaseCommand):
    help = "Make the demo's accounts, roster and codes where they are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            demo.create_people()
            demo.create_roster()
            demo.create_qr_codes()
        except demo.OnlyInDemo as error:
            raise CommandError(str(error)) from error
