"""How many wrong passwords, from where, and how long to wait: guessing does not pay, and locks nobody out.

| counted | from | most | within |
|---|---|---|---|
| a known device and its person | the device | 5 | 15 minutes |
| a name and an address | unknown devices | 5 | 15 minutes |
| a name, wherever from | unknown devices | 10, 20, 40 | 15 minutes, an hour, six hours |
| an address, whatever name | unknown devices | 30 | 15 minutes |

The third row is what a stranger can use up for somebody, and it keeps away strangers alone: the owner's
own devices have a counter each. Names that do not exist are counted and answered like all others.
"""

import unicodedata
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from django.http import HttpRequest
from django.utils.translation import ngettext

from wangguan.accounts import devices
from wangguan.limits import HOUR, Limit, client_address
from wangguan.refusals import Refused

MINUTE = 60
QUARTER = 15 * MINUTE

OWN_DEVICE = Limit("sign_in_device", most=5, seconds=QUARTER)
NAME_AND_ADDRESS = Limit("sign_in_pair", most=5, seconds=QUARTER)
NAME = (
    Limit("sign_in_name", most=10, seconds=QUARTER),
    Limit("sign_in_name_hour", most=20, seconds=HOUR),
    Limit("sign_in_name_day", most=40, seconds=6 * HOUR),
)
"""The more often strangers were wrong, the longer strangers wait."""
ADDRESS = Limit("sign_in_address", most=30, seconds=QUARTER)
IPV6_HOUSEHOLD = 64
"""Bits of an IPv6 address that name a line; the rest its owner may choose at will."""


class TooMany(Refused):
    """So many wrong passwords that the next try has to wait."""

    def __init__(self, seconds: int) -> None:
        self.minutes = max(1, ceil(seconds / MINUTE))
        said = ngettext(
            "Too many wrong tries. Please try again in %(minutes)d minute.",
            "Too many wrong tries. Please try again in %(minutes)d minutes.",
            self.minutes,
        )
        super().__init__(said % {"minutes": self.minutes})


@dataclass(frozen=True)
class Try:
    """One try to sign in: the counters that it counts against, and under which names."""

    pairs: tuple[tuple[Limit, str], ...]
    whose: tuple[tuple[Limit, str], ...]
    """Those of the pairs that a right password wipes clean."""

    def begin(self) -> None:
        """Count it before the password is looked at, so that a hundred at once are a hundred.

        Raises:
            TooMany: one of the counters was used up before.
        """
        # Each of them counts, also behind one that is used up.
        taken = [limit.take(name) for limit, name in self.pairs]
        if not all(taken):
            raise TooMany(max(limit.wait(name) for limit, name in self.pairs))

    def give_back(self) -> None:
        """The password was never looked at: the try counts against nobody."""
        for limit, name in self.pairs:
            limit.give_back(name)

    def was_right(self) -> None:
        """Count it against nobody; what this device or this address got wrong before is forgiven."""
        for limit, name in self.pairs:
            if (limit, name) in self.whose:
                limit.forget(name)
            else:
                limit.give_back(name)


def counting(request: HttpRequest, username: str) -> Try:
    """What a try for this name from this browser counts against."""
    name = normal(username)
    if device := devices.known(request, name):
        own = (OWN_DEVICE, f"{name}:{device.secret}")
        return Try(pairs=(own,), whose=(own,))
    line = household(client_address(request))
    pair = (NAME_AND_ADDRESS, f"{name}:{line}")
    return Try(pairs=(pair, *((limit, name) for limit in NAME), (ADDRESS, line)), whose=(pair,))


def normal(username: str) -> str:
    """One spelling for all that one account's name may be typed as."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def household(address: str) -> str:
    """The address, or of IPv6 the line it belongs to."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(ip_network((found, IPV6_HOUSEHOLD), strict=False))
    return str(found)
