"""The demo's system: an app of another city's making, with a key that its reader can work out."""

import base64
import hashlib
import hmac
from datetime import timedelta

from django.conf import settings

from grids.demo import OnlyInDemo
from grids.models import User
from wangguan import clock
from wangguan.interfaces.models import ApiKey, Scope

NAME = "泉城随手拍（演示）"
GOOD_FOR = timedelta(days=365)


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
        by = User.objects.get(username="director")
        ApiKey.objects.create(
            name=NAME,
            user=User.objects.get(username="street"),
            scopes=[Scope.OPEN311],
            prefix=prefix,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            expires_at=clock.now() + GOOD_FOR,
            created_by=by,
        )
    return f"the demo's key is {text}"
