"""What stands inside a claim is its two sides'; forms and addresses that do not fit are answered."""

from uuid import uuid4

import pytest
from django.core.files.base import ContentFile

from grids.models import User, today
from partybuilding.access import By
from partybuilding.claims.models import Claim, Item, Picture
from partybuilding.claims.services import agreeing, carrying, claiming
from partybuilding.claims.services.claiming import Wish
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


def test_another_office_reads_of_a_claim_on_what_is_for_the_street_no_more_than_everybody(cast: Cast) -> None:
    row, by = hall(cast, unit(cast)), By(cast.community)
    claim = taken(row, cast.community)
    agreeing.move(claim, "agree", by=By(phone_hash=row.unit.contact_hash))  # type: ignore[union-attr]
    claim = Claim.objects.for_page().get(pk=claim.pk)
    milestone = planned(cast, claim, name="内部排练")
    carrying.reach(milestone, by=by, on=today(), words="已排练", pictures=())
    told = ContentFile(b"x", "a.jpg")
    picture = Picture.objects.create(
        item=row, milestone=milestone, image=told, thumbnail=told, width=1, height=1, sha256=""
    )
    page, image = f"{OFFICE}{row.pk}/", f"{OFFICE}pictures/{picture.pk}/image/"
    for who, may in (("community", True), ("director", True), ("auditor", True), ("community2", False)):
        client = as_(getattr(cast, who))
        shown = client.get(page).content.decode()
        assert (who, cast.community_unit.name in shown) == (who, True)
        assert (who, "请打值班电话" in shown, "内部排练" in shown) == (who, may, may)
        listed = client.get("/admin/claims/claim/")
        assert (who, listed.context["cl"].result_count) == (who, int(may))
        answer = client.get(image)
        assert (who, answer.status_code) == (who, 200 if may else 404)
        assert (answer.getvalue() == b"x") is may


def test_an_office_that_was_first_reads_who_asks_it_for_a_share(cast: Cast) -> None:
    row = hall(cast, unit(cast))
    taken(row, cast.community)
    taken(row, cast.community2, ask=True)
    shown = as_(cast.community).get(f"{OFFICE}{row.pk}/").content.decode()
    assert shown.count("请打值班电话") == 2
    assert as_(cast.community2).get(f"{OFFICE}{row.pk}/").content.decode().count("请打值班电话") == 1


def taken(row: Item, user: User, *, ask: bool = False) -> Claim:
    """Claimed by the office of this person, or asked for."""
    community = user.current_posts[0].community
    wish = Wish(uuid4(), community=community, words="请打值班电话")
    return (claiming.ask if ask else claiming.claim)(row, wish, by=By(user))
