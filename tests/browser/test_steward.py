"""A leaking roof: from ticket to the estate's table, to the property company, to its residents."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from grids.locate import Place
from grids.models import today
from partybuilding.access import By
from partybuilding.door import codes
from partybuilding.meetings.models import Action, Topic
from partybuilding.meetings.services import attending, tables
from partybuilding.meetings.services.tables import Sitting
from partybuilding.steward.models import Stars, Steward
from requests_app.models import Ticket
from tests.cast import Cast
from tests.partybuilding.meetings import scene
from tests.partybuilding.steward.scene import FIRM, HOME, home, month, steward
from tests.partybuilding.walking import decide, put_on
from tests.plugins.browser import DESK, Person
from tests.requests_app.matters import accepted
from wangguan.notify.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "三号楼顶层漏水，雨后三户受影响，请物业查防水层。"


def is_wide(person: Person) -> bool:
    return bool(person.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def fine(person: Person, name: str) -> None:
    """Nothing keeps anybody out, nothing is wider than the screen; a picture to look at."""
    person.shoot(f"steward-{name}")
    assert (person.barriers(), is_wide(person)) == ([], False), name


def enter(someone: Person, phone: str, onward: str) -> Page:
    """By the code of a text message."""
    page = someone.open(f"/together/in/?next={onward}")
    page.locator("input[name=phone]").fill(phone)
    page.locator("main button.button-primary").click()
    page.wait_for_url("**/together/in/code/**")
    code = Message.objects.filter(kind=codes.KIND).latest("pk").context["code"]
    page.locator("input[name=code]").fill(str(code))
    page.locator("main button.button-primary").click()
    page.wait_for_url(f"**{onward}")
    return page


def test_a_leaking_roof_from_ticket_to_rating(
    phone: Person, person: Callable[..., Person], cast: Cast
) -> None:
    row = steward(cast)
    tables.seat(row.body, Sitting("branch", user=cast.leader, may_chair=True), by=By(cast.community))
    home(cast)
    month(row)
    place = Place(cast.grid, cast.community_unit, cast.building, outside=False)
    ticket = accepted(cast, place=place, description="我家屋顶漏水。", contact_phone=HOME)

    _brought(phone, cast, ticket)

    # The office, at the desk: the topic is put on an agenda and the table speaks.
    desk = person(viewport=DESK)
    desk.sign_in(cast.community)
    page = desk.open("/admin/party/stewards/")
    fine(desk, "list")
    page.locator("th a").click()
    assert WORDS in page.locator("main").inner_text()
    fine(desk, "one")
    action = _speak(desk, cast, row)
    page = desk.open(f"/admin/party/meetings/topics/{action.topic_id}/")
    page.locator("form[action$='/share/'] button").first.click()
    page.wait_for_load_state()
    assert Topic.objects.get(pk=action.topic_id).is_shared

    # The property company, known by its phone.
    firm = person()
    mine = enter(firm, FIRM, f"/together/table/action/{action.pk}/")
    assert "我家屋顶漏水" not in mine.content()
    mine.locator("textarea[name=evidence]").fill("已重做三号楼屋面防水 60 平方米。")
    mine.locator("form[enctype] button[type=submit].button-primary").click()
    mine.wait_for_load_state()
    firm.open(f"/together/property/{row.pk}/")
    fine(firm, "company")

    # The office checks.
    page = desk.open(f"/admin/party/meetings/actions/{action.pk}/")
    page.locator("form[action$='/confirm/'] button.button-primary").click()
    page.wait_for_load_state()
    assert Action.objects.get(pk=action.pk).state == "confirmed"

    # A household says whether it is solved.
    neighbour = person()
    own = enter(neighbour, HOME, f"/together/steward/{row.pk}/")
    fine(neighbour, "public")
    rating = own.locator(f"form[action*='/rate/{action.pk}/']")
    rating.locator("label", has=own.locator("input[name=solved][value=yes]")).click()
    rating.locator("label", has=own.locator("input[name=stars][value='5']")).click()
    rating.locator("button[type=submit]").dblclick()
    own.wait_for_url("**#rate")
    stars = Stars.objects.get()
    assert (stars.solved, stars.stars, stars.poll.action_id) == (True, 5, action.pk)
    assert phone.open(ticket.get_absolute_url()).locator("#steward").inner_text().count("防水") >= 1


def _brought(phone: Person, cast: Cast, ticket: Ticket) -> None:
    """The worker brings the matter to the table, in words of their own."""
    phone.sign_in(cast.worker)
    hand = phone.open(ticket.get_absolute_url())
    form = hand.locator("form[action$='/steps/refer_to_steward/']")
    hand.locator("#step-refer_to_steward summary").click()
    form.locator("textarea[name=note]").fill(WORDS)
    form.locator("button[type=submit]").click()
    hand.locator("#steward").wait_for()
    fine(phone, "ticket")


def _speak(desk: Person, cast: Cast, row: Steward) -> Action:
    """The table meets: the topic is on its agenda, the company came, and takes the work on."""
    firm, topic = row.body.seats.get(side="property"), Topic.objects.get(body=row.body)
    meeting = scene.planned(cast, row.body)
    put_on(desk, meeting, topic)
    attending.mark(meeting, firm, came=True, by=By(cast.community))
    outcome, to_do = "由物业公司本月内修好，费用从公共收益出。", "重做三号楼屋面防水"
    due = today() + timedelta(days=20)
    decide(desk, topic, outcome=outcome, to_do=to_do, owner=firm, by=due)
    return topic.actions.get()


def test_the_doorstep_and_setting_up_have_no_barrier(
    phone: Person, person: Callable[..., Person], cast: Cast
) -> None:
    row, own = steward(cast), home(cast)
    month(row)
    phone.sign_in(cast.worker)
    for name, end in (("list", ""), ("doors", f"{row.pk}/"), ("door", f"{row.pk}/{own.pk}/")):
        phone.open(f"/worker/steward/{end}")
        fine(phone, f"worker-{name}")
    small = person()
    small.sign_in(cast.community)
    for name, end in (("list", ""), ("one", f"{row.pk}/"), ("change", f"{row.pk}/change/")):
        small.open(f"/admin/party/stewards/{end}")
        fine(small, f"small-{name}")
