"""Messages inside the portal: the row itself is the message."""

from wangguan.notify.channels.base import Parcel, Receipt


def drops_repeats() -> bool:
    return True


def send(parcel: Parcel) -> Receipt:
    return Receipt()
