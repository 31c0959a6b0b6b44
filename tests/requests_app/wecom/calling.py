"""Calling as WeCom does."""

import hashlib
import re
import time
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from django.http import HttpResponse
from django.test import Client
from wechatpy.enterprise.crypto import WeChatCrypto

CORP, TOKEN = "wx5823bf96d3bd56c7", "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
"""The account of WeCom's own published example."""
ADDRESS = "/wecom/callback/"


def crypto() -> WeChatCrypto:
    return WeChatCrypto(TOKEN, AES_KEY, CORP)


def text(words: str, *, msg_id: str = "1", sender: str = "zhangsan", kind: str = "text") -> str:
    return (
        f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>{sender}</FromUserName><CreateTime>1</CreateTime>"
        f"<MsgType>{kind}</MsgType><Content>{escape(words)}</Content><MsgId>{msg_id}</MsgId></xml>"
    )


def seal(cipher: str, *, stamp: int | None = None, nonce: str = "n1", token: str = TOKEN) -> str:
    """The query of a callback that brings `cipher`."""
    moment = str(int(time.time()) if stamp is None else stamp)
    mark = hashlib.sha1("".join(sorted((token, moment, nonce, cipher))).encode()).hexdigest()
    return urlencode({"msg_signature": mark, "timestamp": moment, "nonce": nonce})


def parcel(message: str) -> tuple[str, str]:
    """The body of a POST, and what in it is encrypted."""
    body = crypto().encrypt_message(message, "n1", "1")
    found = re.search(r"<Encrypt><!\[CDATA\[(.*?)\]\]>", body)
    assert found
    return body, found[1]


def call(client: Client, message: str, **sealed: object) -> HttpResponse:
    body, cipher = parcel(message)
    return post(client, body, seal(cipher, **sealed))  # type: ignore[arg-type]


def post(client: Client, body: str, query: str) -> HttpResponse:
    return client.post(f"{ADDRESS}?{query}", body, content_type="text/xml")  # type: ignore[return-value]


def read(answer: HttpResponse) -> str:
    """The text of an encrypted reply."""
    parts = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^<\]]+)", answer.content.decode()))
    plain = crypto().check_signature(
        parts["MsgSignature"], parts["TimeStamp"], parts["Nonce"], parts["Encrypt"]
    )
    found = re.search(r"<Content>(.*?)</Content>", plain)
    assert found
    return found[1]
