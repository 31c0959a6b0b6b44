"""A unit's contact books a room by phone and the office gives it; nothing keeps anybody out of any page."""

from collections.abc import Callable

import pytest

from partybuilding.centre import demo
from partybuilding.centre.models import Booking, Centre, Room
from tests.cast import Cast
from tests.partybuilding.centre.scene import contact, knowing, next_day
from tests.plugins.browser import DESK, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def look(someone: Person, address: str, name: str) -> None:
    page = someone.open(address)
    assert (address, someone.barriers(), page.evaluate(WIDE)) == (address, [], 0)
    someone.shoot(f"centre-{name}")


def enter(someone: Person) -> None:
    """As if by the code of the message."""
    cookie = knowing().cookies["sessionid"]
    someone.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": someone.site}])


def test_a_contact_books_by_phone_and_the_office_gives_the_room(
    phone: Person, person: Callable[..., Person], cast: Cast
) -> None:
    contact(cast)
    demo.load()
    centre, room = Centre.objects.get(community=cast.community_unit), Room.objects.get(name="二楼会议室")
    look(phone, "/together/centre/", "list")
    enter(phone)
    look(phone, f"/together/centre/{centre.pk}/", "one")
    look(phone, f"/together/centre/rooms/{room.pk}/book/", "book")
    hand = phone.page
    day = next(day for day in map(next_day, range(2, 9)) if day.weekday() in (1, 5))
    for name, value in (("day", f"{day}"), ("first", "16:00"), ("last", "18:00"), ("people", "12")):
        hand.locator(f"[name={name}]").fill(value)
    hand.locator("[name=purpose]").fill("支部主题党日")
    hand.locator("form.form-narrow button.button-primary").dblclick()
    hand.wait_for_url("**/together/bookings/")
    assert (phone.barriers(), hand.evaluate(WIDE)) == ([], 0)
    phone.shoot("centre-mine")
    row = Booking.objects.get(purpose="支部主题党日")

    desk = person(viewport=DESK)
    desk.sign_in(cast.community)
    look(desk, f"/admin/party/centre/bookings/{row.pk}/", "booking")
    desk.page.locator("form[action$='/steps/approve/'] button").click()
    desk.page.locator("form[action$='/steps/take_back/']").wait_for(state="attached")
    row.refresh_from_db()
    assert row.state == "approved"
    for end, name in (("", "centres"), (f"{centre.pk}/?week={day}", "week"), (f"{centre.pk}/used/", "used")):
        look(desk, f"/admin/party/centre/{end}", f"desk-{name}")
    look(desk, f"/admin/party/centre/{centre.pk}/activities/new/", "desk-plan")
    phone.sign_in(cast.community)
    for end, name in ((f"?week={day}", "week"), ("used/", "used"), ("activities/", "activities")):
        look(phone, f"/admin/party/centre/{centre.pk}/{end}", f"phone-{name}")
