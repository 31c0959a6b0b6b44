"""`manage.py check_production`: what is unsafe or missing, and how to mend it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wangguan.operations import checks
from wangguan.operations.checks import Finding, Severity


class Command(BaseCommand):
    help = "Says what is unsafe or missing in this installation and how to mend it; exit code 1 on unsafe."
    requires_system_checks = ()  # what they find is told below, with the rest

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the findings as a JSON list")

    def handle(self, **options: Any) -> None:
        found = checks.look()
        if options["json"]:
            listed = [finding.as_dict() for finding in found]
            self.stdout.write(json.dumps(listed, ensure_ascii=False, indent=1))
        else:
            for finding in found:
                self._say(finding)
        unsafe = sum(finding.severity is Severity.UNSAFE for finding in found)
        if unsafe:
            raise CommandError(f"Not safe yet: {unsafe} findings must be mended before residents are let in.")
        if not options["json"]:
            self.stdout.write(f"Safe: {len(checks.TABLE)} checks, none unsafe.")

    def _say(self, finding: Finding) -> None:
        style = {Severity.UNSAFE: self.style.ERROR, Severity.WARNING: self.style.WARNING}
        colour = style.get(finding.severity, self.style.NOTICE)
        self.stdout.write(f"{colour(finding.severity.upper())} {finding.what}  [{finding.check}]")
        self.stdout.write(f"    Why:  {finding.why}\n    Mend: {finding.mend}\n")
