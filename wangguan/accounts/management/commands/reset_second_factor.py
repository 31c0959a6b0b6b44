"""`manage.py reset_second_factor NAME`: phone and codes are lost, and there is no street leader to help."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from wangguan.accounts import second_factor


class Command(BaseCommand):
    help = "Take away the second factor of an account and end its sessions; it sets up a new one at sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”. The admin's list of staff has the names.")
        if second_factor.reset(user, by=None):
            self.stdout.write("The second factor is taken away; a new one is set up at the next sign-in.")
        else:
            self.stdout.write("The account had no second factor; its sessions were ended.")
