"""Posting to addresses that people typed in: never into a private network (SSRF), never for long.

A name is looked up when the connection is made, every address it leads to must be public, and the
connection goes to one of those very addresses: what the name says a moment later changes nothing (DNS
rebinding). The certificate is still checked against the name. Redirects are not followed, and of the
reply only its status and `Retry-After` are read.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from time import monotonic
from typing import Any

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wangguan.refusals import Refused

PORTS = frozenset({443, 8443})
LONGEST = 500
NAME = re.compile(r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
"""A name of the DNS in lower case (IDNA); its last label begins with a letter, unlike that of `0x7f.1`."""
CLOUDY = tuple(
    ipaddress.ip_network(net)
    for net in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "2002::/16",
        "2001:db8::/32",
    )
)
"""Ranges of protocols, through which one arrives elsewhere: NAT64, Teredo, 6to4 (RFC 6890, RFC 8215)."""
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


class BadAddress(Refused):
    """Nothing is sent there; `code` says why in a word."""

    def __init__(self, code: str, sentence: Any) -> None:
        super().__init__(sentence, field="url")
        self.code = code


class Unreached(Exception):
    """No reply came. `code` is short and holds nothing of the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """The status of a reply, and what its `Retry-After` says."""

    status: int
    retry_after: str = ""


def check(url: str) -> None:
    """Look at an address as somebody typed it, and at where it leads at this moment.

    Raises:
        BadAddress: nothing would be sent there.
    """
    parsed = _parsed(url)
    if not _is_stand_in(parsed):
        public_addresses(parsed.host, parsed.port or 443)


def post(url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
    """Post `body`; done, one way or the other, within `settings.NOTIFY_TIMEOUT` seconds after the lookup.

    Raises:
        BadAddress: nothing was sent: the address is none we send to, or leads into a private network.
        Unreached: no reply; perhaps it was taken all the same.
    """
    parsed = _parsed(url)
    backend = _Pinned(private=_is_stand_in(parsed))
    seconds = settings.NOTIFY_TIMEOUT
    timeouts = {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds}
    with (
        _told(),
        httpcore.ConnectionPool(ssl_context=trusted(), network_backend=backend) as pool,
        pool.stream(
            "POST",
            _whole(parsed),
            headers=list(headers.items()),
            content=body,
            extensions={"timeout": timeouts},
        ) as reply,
    ):
        found = {name.lower(): value for name, value in reply.headers}
        return Answer(reply.status, found.get(b"retry-after", b"").decode("ascii", "replace"))


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Which certificates are believed."""
    return httpx.create_ssl_context()


def public_addresses(host: str, port: int) -> list[str]:
    """Where a name leads, IPv4 first.

    Raises:
        BadAddress: nowhere, or to any address that is not public.
    """
    try:
        found = list(dict.fromkeys(resolve(host, port)))
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise BadAddress("no_such_name", _("This name is not known on the internet. Is it spelt right?"))
    if not all(map(is_public, found)):
        raise BadAddress(
            "private_address", _("This name leads into a private network. Nothing is sent there.")
        )
    return sorted(found, key=lambda address: ":" in address)


def resolve(host: str, port: int) -> Iterable[str]:
    """What the resolver says of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _family, _type, _protocol, _name, address in found]


def is_public(text: str) -> bool:
    """Whether an address belongs to the public internet, whatever is wrapped in it."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if address not in GLOBAL_UNICAST or address.scope_id:
            return False
    return address.is_global and not address.is_multicast and not _is_in(address, CLOUDY)


def _is_in(address: IPv4Address | IPv6Address, nets: Iterable[Any]) -> bool:
    return any(address.version == net.version and address in net for net in nets)


def _parsed(url: str) -> httpx.URL:
    """The address in its parts.

    Raises:
        BadAddress: it is not https to a public name on a usual port.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise BadAddress("bad_address", _("This is not a web address.")) from None
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise BadAddress("bad_address", _("This is not a web address."))
    if _is_stand_in(parsed):
        return parsed
    if parsed.scheme != "https":
        raise BadAddress("not_https", _("The address must begin with https://."))
    if parsed.userinfo or parsed.fragment or "#" in url:
        raise BadAddress("bad_address", _("Leave out user names, passwords and whatever follows a #."))
    if (parsed.port or 443) not in PORTS:
        raise BadAddress("bad_port", _("Only the ports 443 and 8443 are reached from here."))
    if not NAME.fullmatch(parsed.raw_host.decode("ascii", "replace")):
        raise BadAddress("no_name", _("Give a name such as hooks.example.cn, not a number."))
    return parsed


def _whole(parsed: httpx.URL) -> httpcore.URL:
    """The very parts that were judged: another parser might read the text otherwise."""
    return httpcore.URL(
        scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path
    )


def _is_stand_in(parsed: httpx.URL) -> bool:
    """A subscriber on this very machine: in the demo and in tests alone, where nothing is private."""
    allowed = getattr(settings, "WEBHOOK_LOOPBACK", settings.DEMO or settings.TESTING)
    return bool(allowed) and parsed.scheme == "http" and parsed.host == "127.0.0.1" and not parsed.userinfo


class _Pinned(httpcore.NetworkBackend):
    """Connects to the address that was judged, and lets no step outlast the whole."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        addresses = [host] if self._private else public_addresses(host, port)
        until = monotonic() + (timeout or settings.NOTIFY_TIMEOUT)
        for address in addresses[:2]:
            try:
                return _Bounded(self._backend.connect_tcp(address, port, _left(until)), until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


class _Bounded(httpcore.NetworkStream):
    """A connection whose steps share one span of time: a far end may drip for ever."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Bounded(self._stream.start_tls(ssl_context, server_hostname, _left(self._until)), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float) -> float:
    """Seconds until then.

    Raises:
        httpcore.ReadTimeout: none.
    """
    left = until - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


@contextmanager
def _told() -> Iterator[None]:
    """What went wrong as a short code, `from None`: an address may hold a secret."""
    try:
        yield
    except (httpcore.ConnectError, httpcore.ConnectTimeout):
        raise Unreached("no_connection") from None
    except httpcore.TimeoutException:
        raise Unreached("timeout") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise Unreached("no_reply") from None
