"""A volunteer call-out: the office calls, the message goes out, a neighbour answers, the office counts."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from partybuilding.teams.models import CallOut
from tests.cast import Cast
from tests.partybuilding.teams.scene import OTHER_PHONE, PHONE, activity, of_phone, shift, team, volunteer
from tests.plugins.browser import DESK, Person
from tests.plugins.processes import Worker, wait_until
from tests.standins import sms
from tests.standins.sms import SmsGateway

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gateway(new_worker: Callable[..., Worker], live_site: str) -> Iterator[SmsGateway]:
    """A real worker sends to it."""
    with SmsGateway() as gateway:
        told = {"SMS_GATEWAY_URL": f"{gateway.address}/send", "SMS_GATEWAY_TOKEN": sms.TOKEN}
        worker = new_worker(SMS_BACKEND="gateway", SITE_URL=live_site, **told)
        yield gateway
        worker.stop()


def sent(gateway: SmsGateway, template: str, phone: str) -> dict[str, str]:
    """What the message of this template says to this phone, once it is there."""

    def found() -> list[dict[str, str]]:
        return [
            message["params"]
            for message in gateway.told
            if (message["template"], message["phone"]) == (template, phone)
        ]

    wait_until(found)
    return found()[-1]


def is_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_a_call_out_is_answered_on_the_phone_and_counted_at_the_desk(
    phone: Person, person: Callable[..., Person], cast: Cast, gateway: SmsGateway
) -> None:
    volunteer(cast)
    volunteer(cast, OTHER_PHONE)
    desk = person(viewport=DESK)
    desk.sign_in(cast.community)
    page = desk.open("/admin/party/callouts/")
    page.locator(f"a[href='/admin/party/callouts/new/{cast.community_unit.pk}/']").first.click()
    page.locator("[name=kind]").select_option("snow")
    page.locator("[name=words]").fill("清扫小区主路积雪，请带手套")
    page.locator("[name=place]").fill("九区北门")
    page.locator("#main form.card button.button-primary").click()
    page.locator("#reach").wait_for()
    assert (desk.barriers(), is_wide(page)) == ([], False)
    desk.shoot("teams-preview")
    page.locator("button[name=sure]").dblclick()
    page.locator("#live").wait_for()
    assert (desk.barriers(), CallOut.objects.count()) == ([], 1)

    # The message leads to the page, the code opens it, one tap answers.
    link = sent(gateway, "TEAMS_CALLED", PHONE)["link"]
    hand = phone.page
    hand.goto(link)
    hand.locator("[name=phone]").fill(PHONE)
    hand.locator("#main form button.button-primary").click()
    hand.locator("[name=code]").fill(sent(gateway, "PARTY_CODE", PHONE)["code"])
    hand.locator("#main form button.button-primary").click()
    hand.locator("button[value=now]").wait_for()
    assert (phone.barriers(), is_wide(hand)) == ([], False)
    phone.shoot("teams-called")
    page.evaluate("window.untouched = true")
    hand.locator("button[value=now]").click()
    hand.locator(".notice-done").wait_for()
    phone.shoot("teams-answered")

    # Counted without a reload.
    expect(page.locator("#live .stat-value").first).to_have_text("1")
    expect(page.locator("#live .row")).to_have_count(1)
    expect(page.locator("[id^=called-]")).to_have_count(1)
    assert page.evaluate("window.untouched") is True
    desk.shoot("teams-live")
    page.locator("form[action$='/stand-down/'] button").click()
    assert "link" in sent(gateway, "TEAMS_STOOD_DOWN", OTHER_PHONE)


def test_every_page_has_no_barrier(person: Callable[..., Person], cast: Cast) -> None:
    lead = volunteer(cast)
    row = team(cast, lead, volunteer(cast, OTHER_PHONE))
    shift(activity(row), by=of_phone())
    pages = ["teams/", f"teams/{row.pk}/", "volunteers/", f"volunteers/{lead.pk}/", "volunteers/members/"]
    addresses = [f"/admin/party/{address}" for address in pages]
    addresses += ["/together/volunteer/", "/together/teams/", f"/together/teams/{row.pk}/"]
    someone = person()
    someone.sign_in(cast.community)
    for address in addresses:
        page = someone.open(address)
        assert (address, someone.barriers(), is_wide(page)) == (address, [], False)
