"""How somebody walks party building's pages in a browser: through the door, and to a button."""

from tests.plugins.browser import Person
from wangguan.notify.models import Message

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""How much wider than the screen the page is, in pixels."""


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
