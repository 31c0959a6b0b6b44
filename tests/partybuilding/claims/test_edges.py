"""What stands inside a claim is its two sides'; forms and addresses that do not fit are answered."""

import pytest

from partybuilding.claims.models import Claim
from tests.cast import Cast
from tests.partybuilding.claims.scene import (
    ONE,
    TWO,
    agreed,
    as_,
    hall,
    knowing,
    need,
    planned,
    unit,
    waiting,
)

pytestmark = pytest.mark.django_db
OWN, OFFICE = "/together/claims/", "/admin/party/claims/"


def test_whoever_asks_for_a_share_does_not_read_what_is_inside_the_first_claim(cast: Cast) -> None:
    school, clinic = unit(cast), unit(cast, "社区医院", phone=TWO)
    wanted = need(cast)
    first = agreed(cast, wanted, school, words="请打校办电话")
    planned(cast, first, name="内部排练")
    asked = waiting(wanted, clinic)
    second = knowing(TWO)
    assert second.get(f"{OWN}{first.pk}/").status_code == 404
    for name in ("agree", "release", "nonsense"):
        assert (name, second.post(f"{OWN}{first.pk}/{name}/", {"note": "好"}).status_code) == (name, 404)
    assert second.get(f"{OWN}{asked.pk}/").status_code == 200

    # Whoever is asked reads the wish; what becomes of it later is between its own two sides.
    assert knowing(ONE).get(f"{OWN}{asked.pk}/").status_code == 200
    for _tap in range(2):
        assert knowing(ONE).post(f"{OWN}{asked.pk}/keep/").status_code == 303
    assert Claim.objects.get(pk=asked.pk).state == "refused"
    assert knowing(ONE).get(f"{OWN}{asked.pk}/").status_code == 404
    answer = knowing(ONE).post(f"{OWN}{asked.pk}/divide/")
    assert (answer.status_code, answer.context["row"].claim.pk) == (409, first.pk)


def test_what_a_unit_offers_does_not_become_a_need(cast: Cast) -> None:
    row = hall(cast, unit(cast), published=False)
    told = {"sort": "need", "kind": "space", "title": "排练厅", "shares": 1, "form_id": str(row.form_id)}
    answer = as_(cast.director).post(f"{OFFICE}{row.pk}/edit/", told)
    assert (answer.status_code, "sort" in answer.context["form"].errors) == (409, True)
    row.refresh_from_db()
    assert row.sort == "resource"


def test_a_number_that_cannot_be_one_is_no_request(cast: Cast) -> None:
    for number in ("%00", "W%00", "9" * 40):
        assert as_(cast.community).get(f"{OFFICE}new/?ticket={number}").status_code == 200
    told = as_(cast.community).post(f"{OFFICE}new/", {"ticket": "\x00"})
    assert told.status_code == 422
