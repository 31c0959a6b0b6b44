"""How somebody walks party building's pages in a browser: through the door, and to a button."""

from datetime import date

from partybuilding.meetings.models import Meeting, Seat, Topic
from tests.plugins.browser import Person
from wangguan.notify.models import Message

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""How much wider than the screen the page is, in pixels."""


TABLES = "/admin/party/meetings/"


def stands(person: Person, name: str) -> None:
    """Nothing keeps anybody out of the page, and nothing is wider than the screen."""
    person.shoot(name)
    assert (name, person.barriers(), person.page.evaluate(WIDE)) == (name, [], 0)


def enter(person: Person, phone: str, onward: str) -> None:
    """Through the door, with the code of the message."""
    page = person.open(f"/together/in/?next={onward}")
    page.locator("input[name=phone]").fill(phone)
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=code]").wait_for()
    code = Message.objects.filter(kind="party_code").latest("pk").context["code"]
    page.locator("input[name=code]").fill(code)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{onward}")


def press(person: Person, action: str) -> None:
    """The button of the form that posts to this address, opened first where it is folded away."""
    form = person.page.locator(f"form[action$='{action}']").first
    form.wait_for(state="attached")
    if not form.is_visible():
        person.page.locator("details", has=form).last.locator("summary").first.click()
    form.locator("button[type=submit]").click()


def put_on(desk: Person, meeting: Meeting, topic: Topic) -> None:
    """The office puts a topic on the agenda and opens the meeting."""
    page = desk.open(f"{TABLES}{meeting.pk}/agenda/")
    page.locator(f"form:has(input[name=topic][value='{topic.pk}']) button[type=submit]").click()
    page.wait_for_load_state()
    desk.open(f"{TABLES}{meeting.pk}/")
    press(desk, "/steps/open/")
    page.locator("a[href$='/close/']").wait_for()


def decide(desk: Person, topic: Topic, *, outcome: str, to_do: str, owner: Seat, by: date) -> None:
    """The office writes down what was agreed, and who does what by when."""
    page = desk.open(f"{TABLES}topics/{topic.pk}/")
    page.locator("textarea[name=outcome]").fill(outcome)
    page.locator("input[name$='-words']:visible").first.fill(to_do)
    page.locator("select[name$='-owner']:visible").first.select_option(str(owner.pk))
    page.locator("input[name$='-due_on']:visible").first.fill(str(by))
    stands(desk, f"decide-{topic.pk}")
    press(desk, "/decide/")
    page.wait_for_url(f"**{TABLES}*/")
