"""The demo's system: an app of another city's making, with a key that its reader can work out."""

import base64
import hashlib
import hmac
from datetime import timedelta

from django.conf import settings

from grids.demo import OnlyInDemo
from grids.locate import locate
from grids.models import User
from requests_app.models import Category
from requests_app.open311 import services
from requests_app.open311.attributes import Answered
from requests_app.open311.services import Sent
from requests_app.services import Matter
from requests_app.workflow import Source
from wangguan import clock
from wangguan.interfaces.models import ApiKey, Scope
from wangguan.notify import outbox

NAME = "泉城随手拍（演示）"
GOOD_FOR = timedelta(days=365)
PLACE, WORDS = "九区3号楼", "一辆面包车在单元门口停了快一个月，轮椅推不出来。"
ANSWERS = [
    Answered("blocks", "车辆挡住了什么", "出入口、无障碍坡道"),
    Answered("vehicle", "是什么车", "面包车、货车"),
]


def _tell(key: ApiKey) -> None:
    """One matter that came through it, an hour ago."""
    with clock.at(clock.now() - timedelta(hours=1)):
        matter = Matter(
            description=WORDS,
            place=locate(address=PLACE),
            source=Source.API,
            category=Category.objects.get(code="0503"),
            address=PLACE,
        )
        services.tell(matter, Sent(answers=ANSWERS), key=key)


def key_text() -> str:
    """The demo's key, derived from its secret: the same in every demo, and unknown where the secret is.

    Raises:
        OnlyInDemo: `settings.DEMO` is off.
    """
    if not settings.DEMO:
        raise OnlyInDemo("a key that anybody can work out is made nowhere else")
    drawn = hmac.digest(settings.SECRET_KEY.encode(), b"open311 demo key", "sha512")
    secret = base64.urlsafe_b64encode(drawn[6:38]).decode().rstrip("=")
    return f"wg_{drawn[:6].hex()}_{secret}"


def load() -> str:
    """Make the key where it is not there yet; says how to use it."""
    text = key_text()
    prefix = text.split("_")[1]
    if not ApiKey.objects.filter(prefix=prefix).exists():
        key = ApiKey.objects.create(
            name=NAME,
            user=User.objects.get(username="street"),
            scopes=[Scope.OPEN311],
            prefix=prefix,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            expires_at=clock.now() + GOOD_FOR,
            created_by=User.objects.get(username="director"),
        )
        with outbox.unnudged():
            _tell(key)
    return f"the demo's key is {text}"
