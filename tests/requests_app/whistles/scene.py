"""Short ways to a whistle and to where one shall stand; two departments, each with somebody in post."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from grids.models import Department, Role, User
from requests_app.models import Ticket
from requests_app.services import staff, take
from requests_app.whistles.models import Call, Whistle
from requests_app.whistles.services import steps
from requests_app.whistles.services.drafting import Plan, draft
from tests.cast import Cast
from tests.factories import make_department, make_user
from tests.requests_app.matters import told


@dataclass(frozen=True)
class Scene:
    cast: Cast
    ticket: Ticket
    other: Department
    other_person: User

    def plan(self, **fields: Any) -> Plan:
        values: dict[str, Any] = {
            "kind": "joint",
            "title": "青龙山路沿街烧烤油烟",
            "needs": "夜间联合检查，清理占道炉具。",
            "place": "青龙山路北口",
            "tickets": (self.ticket,),
            "tasks": {self.cast.department_unit.pk: "清理占道", self.other.pk: "查油烟净化"},
        }
        return Plan(**{**values, **fields})

    def drafted(self, by: User | None = None, **fields: Any) -> Whistle:
        return draft(self.plan(**fields), by=by or self.cast.dispatcher, form_id=uuid4())

    def approved(self, **fields: Any) -> Whistle:
        whistle = self.drafted(**fields)
        steps.take(whistle, "approve", by=staff(self.cast.director))
        return fresh(whistle)

    def blown(self, **fields: Any) -> Whistle:
        whistle = self.approved(**fields)
        steps.take(whistle, "blow", by=staff(self.cast.dispatcher))
        return fresh(whistle)

    def concluded(self, **fields: Any) -> Whistle:
        whistle = self.blown(**fields)
        for call, person in (
            (self.own(whistle), self.cast.department),
            (self.others(whistle), self.other_person),
        ):
            steps.take(call, "check_in", by=staff(person))
            steps.take(call, "conclude", by=staff(person), note="已清理完毕。")
        return fresh(whistle)

    def rated(self, **fields: Any) -> Whistle:
        whistle = self.concluded(**fields)
        for call in whistle.calls.all():
            steps.take(call, "rate", by=staff(self.cast.dispatcher), rating=4, note="到得及时。")
        return fresh(whistle)

    def own(self, whistle: Whistle) -> Call:
        """The call of the cast's department."""
        return whistle.calls.get(department=self.cast.department_unit)

    def others(self, whistle: Whistle) -> Call:
        return whistle.calls.get(department=self.other)


def fresh(whistle: Whistle) -> Whistle:
    return Whistle.objects.get(pk=whistle.pk)


def climbed(cast: Cast, **fields: Any) -> Ticket:
    """A matter that was passed up to the street."""
    ticket = told(cast, **fields)
    take(ticket, "accept", by=staff(cast.worker))
    take(ticket, "escalate", by=staff(cast.worker), note="要部门")
    take(ticket, "escalate", by=staff(cast.community), note="要部门")
    return Ticket.objects.with_units().get(pk=ticket.pk)


@pytest.fixture
def scene(cast: Cast) -> Scene:
    other = make_department(code="market", name="市中区市场监督管理局")
    person = make_user("market", post=Role.DEPARTMENT_STAFF, at=other, real_name="钱立")
    ticket = climbed(
        cast,
        description="青龙山路烧烤店油烟呛人，我住3号楼2单元501，电话13912345678。",
        address="九区3号楼2单元501",
        contact_name="韩大山",
    )
    return Scene(cast, ticket, other, person)
