"""A street that answers Open311: categories, what they ask, and a system with a key."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.categories import load_categories
from requests_app.models import Ticket
from requests_app.open311 import attributes
from requests_app.services import publishing
from requests_app.services.publishing import Text
from tests.cast import Cast
from tests.requests_app.matters import accepted, answered
from wangguan import clock
from wangguan.interfaces import keys
from wangguan.interfaces.models import ApiKey, Scope

LAMP, PARKING = "0602", "0503"
MATTER = {"service_code": LAMP, "address_string": "九区3号楼", "description": "楼道灯不亮，老人看不清。"}
WORDS, ANSWER, PLACE = "楼道灯不亮，已转物业。", "灯已经换好。", "九区3号楼"


@dataclass(frozen=True)
class Caller:
    """A program that speaks Open311, with or without a key."""

    client: Client
    key: ApiKey | None = None
    text: str = ""

    def get(self, path: str, **query: Any) -> Any:
        """What the JSON of an address says."""
        return json.loads(self.ask(f"{path}.json", **query).content)

    def ask(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/open311/v2/{path}", self._with_key(query))

    def post(self, *, form: str = "json", headers: Any = None, **told: Any) -> Any:
        data = self._with_key({**MATTER, **told})
        kept = {name: value for name, value in data.items() if value is not None}
        return self.client.post(f"/open311/v2/requests.{form}", kept, headers=headers)

    def tell(self, **told: Any) -> Ticket:
        """The ticket that a POST made."""
        answer = self.post(**told)
        assert answer.status_code == 200, answer.content.decode()
        return Ticket.objects.get(number=json.loads(answer.content)[0]["service_request_id"])

    def _with_key(self, told: dict[str, Any]) -> dict[str, Any]:
        return {"api_key": self.text, **told} if self.text else told


@pytest.fixture
def services(cast: Cast) -> None:
    load_categories()
    attributes.load()


def new_key(cast: Cast, *, scopes: tuple[str, ...] = (Scope.OPEN311,), **more: Any) -> tuple[ApiKey, str]:
    options = {"name": "泉城随手拍", "user": cast.dispatcher, "by": cast.director, **more}
    options.setdefault("expires_at", clock.now() + timedelta(days=30))
    return keys.issue(scopes=scopes, **options)


@pytest.fixture
def app(cast: Cast, services: None) -> Caller:
    """A system with a key of its own."""
    return Caller(Client(), *new_key(cast))


@pytest.fixture
def other(cast: Cast, services: None) -> Caller:
    """Another system with another key."""
    return Caller(Client(), *new_key(cast, name="别的应用"))


@pytest.fixture
def anybody(services: None) -> Caller:
    return Caller(Client())


def released_open(cast: Cast, *, text: Text | None = None, **fields: Any) -> Ticket:
    """A matter that is worked on and that everybody may read."""
    ticket = accepted(cast, **{"may_publish": True, **fields})
    publishing.release(ticket, by=cast.community, text=text or Text(WORDS, "", PLACE))
    return ticket


def released_closed(cast: Cast, **fields: Any) -> Ticket:
    """An answered matter on the board."""
    ticket = answered(cast, **{"may_publish": True, **fields})
    publishing.release(ticket, by=cast.community, text=Text(WORDS, ANSWER, PLACE))
    return ticket
