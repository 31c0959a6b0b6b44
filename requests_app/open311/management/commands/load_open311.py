"""`manage.py load_open311`: the shipped questions of categories, for apps that speak Open311."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_app.open311 import attributes


class Command(BaseCommand):
    help = "Create the shipped questions of categories that have none; what an administrator edited stays."

    def handle(self, *args: Any, **options: Any) -> None:
        created, kept = attributes.load()
        self.stdout.write(f"Questions of categories: {created} created, {kept} left as they are.")
