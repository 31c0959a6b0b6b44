"""`manage.py walk_demo --base-url URL`: take one ticket through its whole way in the running demo."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from requests_app.demo.walk import Walk


class Command(BaseCommand):
    help = "Takes one ticket through its whole way over HTTP, with the running worker and beat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", required=True, help="where the demo serves")

    def handle(self, *args: Any, base_url: str, **options: Any) -> None:
        self.stdout.write(_("One ticket's whole way:"))
        lines = iter(range(1, 100))
        try:
            Walk(base_url, lambda line: self.stdout.write(f"  {next(lines):>2}. {line}")).go()
        except CommandError:
            raise
        except Exception as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error
