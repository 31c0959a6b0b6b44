"""`manage.py draw_workflow`: renew the workflow's picture and table in docs/architecture.md."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_app.diagram import DOCUMENT, drawn


class Command(BaseCommand):
    help = "Draws docs/architecture.md's workflow anew from the workflow table."

    def handle(self, *args: Any, **options: Any) -> None:
        DOCUMENT.write_text(drawn(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
