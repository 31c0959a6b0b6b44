"""The envelope of WeCom's callbacks: signed, timed, encrypted (developer.work.weixin.qq.com, 加解密方案说明).

wechatpy opens and closes what we have checked; its XML parser is never given a stranger's bytes.
"""

import hashlib
import hmac
import struct
from dataclasses import dataclass, field
from datetime import timedelta
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException

from wangguan import clock
from wangguan.limits import Limit

WINDOW = timedelta(minutes=5)
MOST_BYTES = 64 * 1024
SAME = Limit("wecom_signature", most=4, seconds=2 * int(WINDOW.total_seconds()))
"""WeCom sends what was not answered three times more, under the same signature or another."""


class Denied(Exception):
    """Not from WeCom, too old, or sent too often. Nobody is told which."""


class Malformed(Exception):
    """Not the XML that WeCom sends."""


@dataclass(frozen=True)
class Seal:
    """What stands in a callback's address.

    Attributes:
        timestamp: seconds since 1970, as WeCom wrote them.
    """

    signature: str = field(repr=False)
    timestamp: str
    nonce: str

    def check(self, cipher: str) -> None:
        """Look at the signature first, so that nobody without the token fills the cache.

        Raises:
            Denied: it is wrong, not of these minutes, or was used by all four tries already.
        """
        told = "".join(sorted((settings.WECOM_TOKEN, self.timestamp, self.nonce, cipher)))
        mark = hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()
        if not hmac.compare_digest(mark.encode(), self.signature.encode()):
            raise Denied
        if not (self.timestamp.isascii() and self.timestamp.isdecimal() and len(self.timestamp) <= 12):
            raise Denied
        if abs(clock.now().timestamp() - int(self.timestamp)) > WINDOW.total_seconds():
            raise Denied
        if not SAME.take(self.signature):
            raise Denied


def is_configured() -> bool:
    """Whether the street has told the portal of its app."""
    return all((settings.WECOM_CORP_ID, settings.WECOM_TOKEN, settings.WECOM_AES_KEY))


def opened(cipher: str, seal: Seal) -> str:
    """The text inside.

    Raises:
        Denied: see `Seal.check`; or it is not for this corporation.
    """
    seal.check(cipher)
    try:
        return str(_crypto().check_signature(seal.signature, seal.timestamp, seal.nonce, cipher))
    except (WeChatException, ValueError, IndexError, struct.error) as error:
        raise Denied from error


def closed(text: str, *, nonce: str) -> str:
    """An answer as WeCom wants it: encrypted and signed now."""
    stamp = str(int(clock.now().timestamp()))
    return str(_crypto().encrypt_message(text, nonce, stamp))


def parse(content: str | bytes) -> Element:
    """The root of an XML text without declarations of its own (no DTD, no entities).

    Raises:
        Malformed: it is none.
    """
    try:
        return fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Malformed from error


def _crypto() -> WeChatCrypto:
    return WeChatCrypto(settings.WECOM_TOKEN, settings.WECOM_AES_KEY, settings.WECOM_CORP_ID)
