"""Asking WeCom who somebody is (developer.work.weixin.qq.com, 获取访问用户身份).

Everything is raised `from None`: addresses hold secrets, and tracebacks show causes.
"""

from typing import Any

import httpx
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from wangguan.privacy import decrypt, encrypt, keyed_hash

STALE = {40014, 42001}
"""The access token is wrong or over: another one helps."""
EARLIER = 300
"""Seconds before its end at which a token is used no more."""


class Unanswered(Exception):
    """WeCom did not say. `code` is short and holds nothing personal and no secret."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def account_of(code: str) -> str:
    """The account that `code` stands for, once; empty for somebody who is no member.

    Raises:
        Unanswered: WeCom is away, or knows no such code.
    """
    try:
        said = _get("auth/getuserinfo", access_token=_token(), code=code)
        if said["errcode"] in STALE:
            said = _get("auth/getuserinfo", access_token=_token(fresh=True), code=code)
    except RedisError:
        raise Unanswered("no_cache") from None
    _judge(said)
    return str(said.get("userid") or "")


def _token(*, fresh: bool = False) -> str:
    """The app's access token, kept encrypted for the time WeCom gives it."""
    name = f"wecom:access:{keyed_hash(settings.WECOM_CORP_ID + settings.WECOM_SECRET)}"
    if not fresh and (kept := cache.get(name)):
        return decrypt(kept)
    said = _get("gettoken", corpid=settings.WECOM_CORP_ID, corpsecret=settings.WECOM_SECRET)
    _judge(said)
    token = str(said.get("access_token", ""))
    cache.set(name, encrypt(token), timeout=max(int(said.get("expires_in", 0)) - EARLIER, 1))
    return token


def _get(what: str, **query: str) -> dict[str, Any]:
    """What WeCom answers, with its `errcode`.

    Raises:
        Unanswered: nothing that can be read.
    """
    base = settings.WECOM_BASE_URL.rstrip("/")
    try:
        reply = httpx.get(f"{base}/cgi-bin/{what}", params=query, timeout=settings.NOTIFY_TIMEOUT)
        said = reply.json()
    except (httpx.HTTPError, ValueError):
        raise Unanswered("no_reply") from None
    if not isinstance(said, dict) or not isinstance(said.get("errcode"), int):
        raise Unanswered("bad_reply")
    return said


def _judge(said: dict[str, Any]) -> None:
    if said["errcode"]:
        raise Unanswered(f"wecom_{said['errcode']}")
