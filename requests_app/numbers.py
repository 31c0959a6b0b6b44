"""Ticket numbers: `WG-20261123-000042-7`, date of arrival, running number, check digit.

The check digit is ISO/IEC 7064 MOD 11,10 over date and running number, so that one wrong or
two swapped digits said over the phone are found.
"""

import re
from datetime import datetime

from django.db import connection
from django.utils import timezone
from stdnum.iso7064 import mod_11_10

SEQUENCE = "requests_app_ticket_running"
_FORM = re.compile(r"WG-?(\d{8})-?(\d{6,})-?(\d)")


def next_number(at: datetime) -> str:
    """A number nobody had before. Running numbers never start anew, so nobody waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval('{SEQUENCE}')")
        running: int = cursor.fetchone()[0]
    return number_of(at, running)


def number_of(at: datetime, running: int) -> str:
    day = timezone.localdate(at)
    digits = f"{day:%Y%m%d}{running:06}"
    return f"WG-{day:%Y%m%d}-{running:06}-{mod_11_10.calc_check_digit(digits)}"


def tidy(typed: str) -> str:
    """A number as people type it, with spaces, small letters or no hyphens, in its proper form.

    Empty when it cannot be one: wrong form or wrong check digit.
    """
    match = _FORM.fullmatch(re.sub(r"[\s—–－]", "-", typed.strip().upper()).replace("--", "-"))
    if not match or not mod_11_10.is_valid("".join(match.groups())):
        return ""
    return "WG-" + "-".join(match.groups())
