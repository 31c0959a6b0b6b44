"""WeCom group robot: text and markdown, twenty a minute, its error codes (domain.md §7).

The robot's key is a secret: it stands only in the address that is posted to.
"""

from datetime import timedelta
from urllib.parse import quote

from django.conf import settings

from wangguan.notify.channels import http, pace
from wangguan.notify.channels.base import NotSent, Parcel, Receipt, Refused, TooFast, Unclear
from wangguan.privacy import keyed_hash

TEXT_BYTES, MARKDOWN_BYTES = 2048, 4096
PACE = pace.Pace(most=20, span=timedelta(seconds=60))
BUSY, TOO_FAST = -1, 45009
# 93000: no such robot; 40058: not as the interface wants it, too long for instance.
HOPELESS = {93000, 40058}


def drops_repeats() -> bool:
    return False


def send(parcel: Parcel) -> Receipt:
    robot = f"wecom:{keyed_hash(parcel.address)}"
    pace.step(robot, PACE)
    base = settings.WECOM_BASE_URL.rstrip("/")
    reply = http.post(f"{base}/cgi-bin/webhook/send?key={quote(parcel.address, safe='')}", content(parcel))
    code = reply.body.get("errcode")
    if code == 0:
        return Receipt()
    if code == TOO_FAST:
        pace.stop(robot, PACE)
        raise TooFast(f"wecom_{TOO_FAST}", after=PACE.span)
    if not isinstance(code, int):
        raise Unclear("bad_reply")
    raise (Refused if code in HOPELESS else NotSent)(f"wecom_{code}"[:64])


def content(parcel: Parcel) -> dict[str, object]:
    """The body: markdown where the kind has some, else text; the link survives the cut."""
    if parcel.kind.markdown:
        body = parcel.kind.fill(parcel.kind.markdown, parcel.context)
        whole = _join(f"**{parcel.title}**\n{body}", parcel.link, MARKDOWN_BYTES)
        return {"msgtype": "markdown", "markdown": {"content": whole}}
    whole = _join(f"{parcel.title}\n{parcel.text}", parcel.link, TEXT_BYTES)
    return {"msgtype": "text", "text": {"content": whole}}


def cut(text: str, size: int) -> str:
    """The longest beginning of `text` within `size` bytes of UTF-8, ending at a character's border."""
    return text.encode()[: max(size, 0)].decode(errors="ignore")


def _join(text: str, link: str, size: int) -> str:
    tail = f"\n{link}" if link and link not in text else ""
    return cut(text, size - len(tail.encode())) + tail
