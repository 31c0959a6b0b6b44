"""A gathering and people at it, for tests."""

from collections.abc import Callable
from datetime import timedelta
from time import sleep
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

from django.test import Client

from partybuilding.access import By
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.services import signing
from partybuilding.gatherings.workflow import State
from tests.cast import Cast
from tests.partybuilding import clients
from tests.partybuilding.clients import as_ as as_
from wangguan import clock
from wangguan.privacy import keyed_hash

P = ParamSpec("P")
R = TypeVar("R")
NAMES = ("赵春燕", "钱秀兰", "孙国庆", "李建国", "周桂英")
PHONES = tuple(f"1995377000{number}" for number in range(5))
PHONE, OTHER_PHONE = PHONES[0], PHONES[1]


def person(number: int = 0) -> Whom:
    return Whom(name=NAMES[number], phone=PHONES[number])


def of_phone(number: int = 0) -> By:
    return By(phone_hash=keyed_hash(PHONES[number]))


def gathering(cast: Cast, **fields: Any) -> Gathering:
    """Of the first community, in three days, for two hours, with two places."""
    starts = fields.pop("starts_at", clock.now() + timedelta(days=3))
    given: dict[str, Any] = {
        "community": cast.community_unit,
        "title": "消防知识讲座",
        "place": "九区党群服务中心二楼",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "places": 2,
        "form_id": uuid4(),
    }
    return Gathering.objects.create(**{**given, **fields})


def signed(row: Gathering, number: int = 0) -> SignUp:
    """Person number so-and-so signs up by phone; the row as it stands."""
    return fresh(signing.sign_up(row, person(number), by=of_phone(number)))


def fresh(sign_up: SignUp) -> SignUp:
    return SignUp.objects.select_related("gathering", "user").get(pk=sign_up.pk)


def put(row: Gathering, state: str, number: int = 0, **fields: Any) -> SignUp:
    """A row in some state, written at once."""
    if state == State.ATTENDED:
        fields.setdefault("attended_at", clock.now())
    name, phone = NAMES[number], PHONES[number]
    return SignUp.objects.create(gathering=row, state=state, name=name, phone=phone, **fields)


def begun(row: Gathering) -> Gathering:
    """It began half an hour ago."""
    start = clock.now() - timedelta(minutes=30)
    Gathering.objects.filter(pk=row.pk).update(
        starts_at=start, closes_at=start, ends_at=start + timedelta(hours=2)
    )
    row.refresh_from_db()
    return row


def states(row: Gathering) -> list[str]:
    """In the order in which they signed up."""
    return list(row.sign_ups.order_by("queued_at", "pk").values_list("state", flat=True))


def slowly(question: Callable[P, R]) -> Callable[P, R]:
    """The same, and a pause after it: whoever is not kept waiting by a lock comes in between."""

    def asked(*args: P.args, **options: P.kwargs) -> R:
        answer = question(*args, **options)
        sleep(0.1)
        return answer

    return asked


def knowing(phone: str = PHONE) -> Client:
    return clients.knowing(phone)
