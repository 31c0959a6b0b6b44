"""`manage.py audit_loop`: check the five rules over every ticket, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from requests_app.models import LedgerDay
from requests_app.services import audit


class Command(BaseCommand):
    help = "Checks the five rules over every ticket, stores the ledger's row; exit code 1 on a violation."

    def handle(self, *args: Any, **options: Any) -> None:
        row = audit.write_ledger()
        self.stdout.write(self._totals(row))
        for year in row.unpublished_years:
            self.stdout.write(_("%(year)d: no calendar published; Monday to Friday counts.") % {"year": year})
        for rule, numbers in row.violations.items():
            self.stderr.write(f"{rule}: {', '.join(numbers)}")
        if not row.is_clean:
            raise CommandError(_("The rules are broken by the tickets above."), returncode=1)
        self.stdout.write(_("Every matter is answered or on its way: no rule is broken."))

    @staticmethod
    def _totals(row: LedgerDay) -> str:
        names = ("day", "told", "open", "overdue", "answered", "unreachable")
        return _(
            "%(day)s: told %(told)d, open %(open)d, overdue %(overdue)d, "
            "answered %(answered)d, unreachable %(unreachable)d"
        ) % {name: getattr(row, name) for name in names}
