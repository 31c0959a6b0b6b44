"""The ways out of the house, one file per transport."""

from wangguan.notify.channels.base import (
    NotSent,
    Parcel,
    Receipt,
    Refused,
    TooFast,
    Transport,
    Unclear,
    Undelivered,
)
from wangguan.notify.channels.registry import transport

__all__ = [
    "NotSent",
    "Parcel",
    "Receipt",
    "Refused",
    "TooFast",
    "Transport",
    "Unclear",
    "Undelivered",
    "transport",
]
