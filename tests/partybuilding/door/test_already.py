"""Of a phone that is entered already only the phone itself hears."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from partybuilding.door import already
from tests.cast import Cast
from tests.partybuilding.checkins import scene as checkins
from tests.partybuilding.teams import scene as teams
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
NEW = "19953710099"


def form(cast: Cast, phone: str) -> dict[str, Any]:
    """Fits both forms."""
    return {
        "person": "冒名",
        "phone": phone,
        "community": cast.community_unit.pk,
        "skills": ["tidy"],
        "slots": ["weekend"],
        "consent": "on",
        "form_id": str(uuid4()),
    }


@pytest.mark.parametrize("address", ["/together/member/", "/together/volunteer/"])
def test_a_stranger_reads_the_same_of_every_phone(cast: Cast, client: Client, address: str) -> None:
    known = checkins.member_in(cast).phone
    teams.volunteer(cast, known)
    told = {}
    for phone in (known, NEW):
        answer = client.post(address, form(cast, phone))
        told[phone] = (answer.status_code, answer.headers.get("location"))
    assert told[known] == told[NEW]
    assert told[NEW][0] == 303
    assert [row.to for row in Message.objects.filter(kind=already.KIND)] == [known]


def test_the_phone_hears_of_it_once_a_day(db: None) -> None:
    for _time in range(3):
        already.tell(NEW)
    assert Message.objects.filter(kind=already.KIND).count() == 1
