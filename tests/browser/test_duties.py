"""The duty list on the owner's phone and at the keeper's desk: reported, returned, checked, copied."""

from collections.abc import Callable

import pytest

from partybuilding.duties.models import Duty, Turn
from partybuilding.duties.terms import Period, Tier
from partybuilding.duties.workflow import State
from tests.cast import Cast
from tests.partybuilding.duties.made import YEAR, duty, first, street_duty
from tests.plugins.browser import DESK, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def is_wide(person: Person) -> bool:
    """Whether the page is wider than its window."""
    return bool(person.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_reported_on_a_phone_and_returned_at_the_desk(
    phone: Person, person: Callable[..., Person], cast: Cast
) -> None:
    row = first(duty(cast, period=Period.MONTH))
    phone.sign_in(cast.community_leader)
    hand = phone.open("/worker/me/")
    hand.locator("a[href='/worker/duties/']").click()
    assert (phone.barriers(), is_wide(phone)) == ([], False)
    phone.shoot("duties-mine")
    hand.locator("a.row").first.click()
    hand.locator("textarea[name=words]").fill("已召开联席会，认领需求 5 项")
    assert (phone.barriers(), is_wide(phone)) == ([], False)
    phone.shoot("duties-report")
    hand.locator("form button.button-primary").dblclick()
    hand.locator(".timeline").wait_for()

    desk = person(viewport=DESK)
    desk.sign_in(cast.director)
    page = desk.open(f"/admin/party/duties/{row.duty_id}/")
    assert (desk.barriers(), is_wide(desk)) == ([], False)
    desk.shoot("duties-one")
    page.locator(f"#check-{row.pk}-words").fill("缺签到表")
    page.locator("button[formaction$='/return/']").dblclick()
    page.wait_for_url(f"**#turn-{row.pk}")
    assert Turn.objects.get(pk=row.pk).state == State.PLANNED


@pytest.mark.parametrize("wide", [True, False])
def test_the_list_and_the_next_year_without_javascript(
    person: Callable[..., Person], cast: Cast, wide: bool
) -> None:
    duty(cast)
    street_duty(cast)
    left = duty(cast, tier=Tier.POST, item="每季度指导网格党支部", owner=cast.community)
    cast.community.posts.all().delete()
    desk = person(java_script_enabled=False, **({"viewport": DESK} if wide else {}))
    desk.sign_in(cast.director)
    page = desk.open(f"/admin/party/duties/?year={YEAR}")
    desk.shoot(f"duties-list-{wide}")
    page.locator("a[href^='/admin/party/duties/next-year/']").click()
    desk.shoot(f"duties-next-{wide}")
    page.get_by_label(left.item).select_option(str(cast.community_leader.pk))
    page.locator("button.button-primary").click()
    page.wait_for_url(f"**?year={YEAR + 1}")
    assert Duty.objects.filter(year=YEAR + 1).count() == 3


def test_the_office_has_no_barriers(person: Callable[..., Person], cast: Cast) -> None:
    duty(cast)
    street_duty(cast)
    for viewport in (DESK, {"width": 390, "height": 844}):
        someone = person(viewport=viewport)
        someone.sign_in(cast.director)
        for address in ("", "next-year/"):
            someone.open(f"/admin/party/duties/{address}?year={YEAR}")
            assert (someone.barriers(), is_wide(someone)) == ([], False)
