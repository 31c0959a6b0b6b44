"""Stands in for the SMS gateway in the demo: prints a line, and reports delivery at once."""

import sys

from wangguan.notify.channels.base import Parcel, Receipt


def drops_repeats() -> bool:
    return True


def send(parcel: Parcel) -> Receipt:
    """Print the template and the key, nothing personal."""
    sys.stdout.write(f"SMS {parcel.kind.sms_template} {parcel.key} delivered\n")
    sys.stdout.flush()
    return Receipt(gateway_id="console", delivered=True)
