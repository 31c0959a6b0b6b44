"""The estate of the cast with its table, its property company and households, for tests."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings.models import Action, Topic
from partybuilding.meetings.services import actions, topics
from partybuilding.steward.models import Appraisal, Steward
from partybuilding.steward.services import founding, voices
from partybuilding.steward.services.founding import Firm
from partybuilding.steward.services.voices import Speaker
from partybuilding.steward.terms import Question, Via
from residents.models import Household
from tests.cast import Cast
from tests.partybuilding.clients import as_ as as_
from tests.partybuilding.clients import knowing as knowing
from tests.partybuilding.meetings import scene
from tests.residents.factories import make_household, make_resident
from wangguan.privacy import keyed_hash

FIRM = "19953730001"
HOME, SAME_HOME, OTHER_HOME, STRANGER = "19953731001", "19953731002", "19953731003", "19953739999"
OPEN_DAY = datetime(2026, 11, 26, 10, tzinfo=timezone.get_default_timezone())
ALL_FIVE = dict.fromkeys(Question.values, 5)


def of_phone(phone: str) -> By:
    return By(phone_hash=keyed_hash(phone))


def steward(cast: Cast, **fields: Any) -> Steward:
    assert cast.building.estate
    given: dict[str, Any] = {"firm": Firm("安居物业", "王建国", FIRM), "households": 1286, **fields}
    return founding.set_up(cast.building.estate, by=cast.community, **given)


def home(cast: Cast, phone: str = HOME, **fields: Any) -> Household:
    """A household of the estate, reached at this phone."""
    return make_resident(
        building=cast.building, phone=phone, phone_hash=keyed_hash(phone), **fields
    ).household


def month(row: Steward, **fields: Any) -> Appraisal:
    """A month that is being asked today."""
    given = {"month": date(2026, 11, 1), "opens_on": today(), "closes_on": today() + timedelta(days=5)}
    return Appraisal.objects.create(steward=row, firm=row.firm, **{**given, **fields})


def spoken(cast: Cast, asked: Appraisal, count: int, *, mark: int = 5) -> None:
    """So many households mark the month."""
    for _number in range(count):
        who = Speaker(make_household(building=cast.building), Via.PHONE)
        voices.give_marks(asked, who, marks=dict.fromkeys(Question.values, mark))


def settled(cast: Cast, row: Steward, *, shared: bool = True, **fields: Any) -> Action:
    """A topic decided at a meeting, with an action of the property company."""
    firm = row.body.seats.get(side="property")
    topic = scene.topic(cast, row.body, scene.held(cast, row.body, firm), **fields)
    action = scene.action(cast, topic, seat=firm)
    if shared:
        topics.share(topic, shared=True, by=By(cast.community))
    return action


def carried_out(cast: Cast, row: Steward, **fields: Any) -> Action:
    """The same, reported by the company and checked by the office."""
    action = settled(cast, row, **fields)
    actions.done(action, evidence="已换新防水层。", by=of_phone(FIRM))
    actions.judge(action, "confirm", by=By(cast.community))
    action.refresh_from_db()
    return action


def waiting(row: Steward) -> list[Topic]:
    return list(Topic.objects.filter(body=row.body, state="proposed"))
