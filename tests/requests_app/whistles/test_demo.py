"""The demo's whistles: each way one may go, loaded once."""

import pytest

from grids.models import Role
from requests_app.whistles import demo
from requests_app.whistles.models import Call, Whistle
from tests.cast import Cast
from tests.factories import make_department, make_user
from tests.requests_app.whistles.scene import climbed

pytestmark = pytest.mark.django_db
CODES = {code for story in (demo.ARCHIVED, demo.RUNNING, demo.EMERGENCY, demo.DRAFT) for code in story.tasks}


def test_the_demo_tells_four_whistles_once(cast: Cast) -> None:
    for code in CODES:
        make_user(f"d-{code}", post=Role.DEPARTMENT_STAFF, at=make_department(code=code))
    for _number in range(4):
        climbed(cast)
    for _again in range(2):
        assert demo.load() == "4 whistles"
    states = list(Whistle.objects.order_by("id").values_list("state", flat=True))
    assert states == ["archived", "blown", "blown", "drafted"]
    law = Call.objects.filter(department__code=demo.LAW, called_at__isnull=False).order_by("id")
    assert [(call.state, bool(call.reported_at)) for call in law] == [
        ("rated", False),
        ("called", False),
        ("called", True),
    ]


def test_without_matters_of_the_street_there_is_nothing_to_tell(cast: Cast) -> None:
    assert demo.load().startswith("no whistles")
