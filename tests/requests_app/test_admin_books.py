"""Categories, the ledger and reminders in the admin: who may look, and who may write."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from requests_app.models import Category, LedgerDay, Reminder
from requests_app.services import publishing, staff, take
from requests_app.services.publishing import Text
from tests.cast import Cast
from tests.markup import inline
from tests.requests_app.matters import answered, told

pytestmark = pytest.mark.django_db
ADMIN = "/admin/requests_app"
FIELDS = {"code": "0101", "name": "暴露垃圾", "line": "city", "urgency": "B", "position": 1, "active": "on"}


def status(client: Client, user: object, page: str) -> int:
    client.force_login(user)  # type: ignore[arg-type]
    return client.get(f"{ADMIN}/{page}").status_code


@pytest.fixture
def category() -> Category:
    group = Category.objects.create(code="01", name="市容环境", line="city", urgency="C")
    return Category.objects.create(code="0101", name="暴露垃圾", line="city", urgency="B", parent=group)


# --- categories --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "page", "expected"),
    [
        ("director", "category/add/", 200),
        ("dispatcher", "category/add/", 200),
        ("section", "category/add/", 403),
        ("community", "category/add/", 403),
        ("auditor", "category/add/", 403),
        ("auditor", "category/", 200),
        ("community", "category/", 200),
        ("worker", "category/", 302),
    ],
)
def test_categories_are_kept_by_the_street(
    cast: Cast, client: Client, who: str, page: str, expected: int
) -> None:
    assert status(client, getattr(cast, who), page) == expected


def test_category_takes_limits_of_its_own(cast: Cast, client: Client, category: Category) -> None:
    client.force_login(cast.dispatcher)
    address = f"{ADMIN}/category/{category.pk}/change/"

    client.post(address, {**FIELDS, "parent": category.parent_id, "resolve_minutes": 90})

    category.refresh_from_db()
    assert category.resolve_minutes == 90


def test_category_takes_one_kind_of_limit_only(cast: Cast, client: Client, category: Category) -> None:
    client.force_login(cast.dispatcher)
    both = {**FIELDS, "resolve_minutes": 90, "resolve_working_days": "2"}

    client.post(f"{ADMIN}/category/{category.pk}/change/", both)

    category.refresh_from_db()
    assert category.resolve_minutes is None


def test_new_limits_move_nothing_that_runs(cast: Cast, client: Client, category: Category) -> None:
    ticket = told(cast, category=category)
    client.force_login(cast.dispatcher)

    client.post(f"{ADMIN}/category/{category.pk}/change/", {**FIELDS, "resolve_minutes": 1})

    due = ticket.resolve_due
    ticket.refresh_from_db()
    assert ticket.resolve_due == due


def test_category_keeps_its_code(cast: Cast, client: Client, category: Category) -> None:
    client.force_login(cast.dispatcher)

    client.post(f"{ADMIN}/category/{category.pk}/change/", {**FIELDS, "code": "9999"})

    category.refresh_from_db()
    assert category.code == "0101"


def test_category_hangs_below_a_group_only(cast: Cast, client: Client, category: Category) -> None:
    client.force_login(cast.dispatcher)

    client.post(f"{ADMIN}/category/add/", {**FIELDS, "code": "010101", "parent": category.pk})

    assert not Category.objects.filter(code="010101").exists()


@pytest.mark.parametrize("who", ["director", "auditor"])
def test_nobody_deletes_a_category(cast: Cast, client: Client, category: Category, who: str) -> None:
    client.force_login(getattr(cast, who))

    answer = client.post(f"{ADMIN}/category/{category.pk}/delete/", {"post": "yes"})

    assert (answer.status_code, Category.objects.filter(pk=category.pk).exists()) == (403, True)


@pytest.mark.parametrize("count", [1, 3])
def test_category_list_asks_the_same_number_of_questions_for_any_length(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    group = Category.objects.create(code="01", name="市容环境", line="city", urgency="C")
    for number in range(count):
        Category.objects.create(code=f"010{number}", name="某", line="city", urgency="B", parent=group)
    client.force_login(cast.dispatcher)

    with django_assert_num_queries(5):
        client.get(f"{ADMIN}/category/")


# --- the ledger --------------------------------------------------------------------------
@pytest.fixture
def ledger() -> LedgerDay:
    return LedgerDay.objects.create(
        day=date(2026, 11, 22), violations={"2_closed_unanswered": ["WG-20261120-000007-1"]}
    )


@pytest.mark.parametrize(
    ("who", "expected"),
    [("director", 200), ("section", 200), ("auditor", 200), ("community", 403), ("worker", 302)],
)
def test_ledger_opens_to_street_and_auditor(
    cast: Cast, client: Client, ledger: LedgerDay, who: str, expected: int
) -> None:
    user = getattr(cast, who)

    assert status(client, user, "ledgerday/") == expected
    assert status(client, user, f"ledgerday/{ledger.pk}/change/") == expected


def test_ledger_leads_to_the_tickets_that_break_a_rule(cast: Cast, client: Client, ledger: LedgerDay) -> None:
    client.force_login(cast.auditor)

    page = client.get(f"{ADMIN}/ledgerday/{ledger.pk}/change/").content.decode()

    assert '<a href="/worker/tickets/WG-20261120-000007-1/">WG-20261120-000007-1</a>' in page


@pytest.mark.parametrize("what", ["add/", "{}/change/", "{}/delete/"])
def test_nobody_writes_in_the_ledger(cast: Cast, client: Client, ledger: LedgerDay, what: str) -> None:
    client.force_login(cast.director)

    assert client.post(f"{ADMIN}/ledgerday/{what.format(ledger.pk)}", {"post": "yes"}).status_code == 403


# --- what stands on the board -------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "sees"), [("director", True), ("community", True), ("community2", False), ("auditor", True)]
)
def test_publications_are_listed_to_those_who_see_the_matter(
    cast: Cast, client: Client, who: str, sees: bool
) -> None:
    matter = answered(cast, may_publish=True)
    publishing.release(matter, by=cast.community, text=Text("灯不亮", "换好了", ""))
    client.force_login(getattr(cast, who))
    assert (matter.number in client.get(f"{ADMIN}/publication/").content.decode()) is sees


def test_publications_are_changed_on_the_workers_page(cast: Cast, client: Client) -> None:
    matter = answered(cast, may_publish=True)
    row = publishing.release(matter, by=cast.community, text=Text("灯不亮", "换好了", ""))
    client.force_login(cast.director)
    page = client.get(f"{ADMIN}/publication/{row.pk}/change/").content.decode()
    assert f'href="/worker/tickets/{matter.number}/publish/"' in page
    assert client.post(f"{ADMIN}/publication/{row.pk}/change/", {"words": "x"}).status_code == 403


# --- reminders ---------------------------------------------------------------------------
def test_reminders_of_hidden_tickets_are_hidden_too(cast: Cast, client: Client) -> None:
    ours = told(cast)
    theirs = told(cast, place=Place(cast.grid_far, cast.community_unit2))
    for ticket in (ours, theirs):
        Reminder.objects.create(ticket=ticket, kind="red_card", phase="1")
    client.force_login(cast.community)

    page = client.get(f"{ADMIN}/reminder/").content.decode()

    assert (ours.number in page, theirs.number in page) == (True, False)


def test_reminders_of_a_complaint_are_hidden_from_those_named(cast: Cast, client: Client) -> None:
    ticket = told(cast, about_staff=True)
    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.dispatcher])
    Reminder.objects.create(ticket=ticket, kind="red_card", phase="1")
    client.force_login(cast.dispatcher)

    assert ticket.number not in client.get(f"{ADMIN}/reminder/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_reminder_list_asks_the_same_number_of_questions_for_any_length(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        Reminder.objects.create(ticket=told(cast), kind="red_card", phase=str(number))
    client.force_login(cast.auditor)

    with django_assert_num_queries(5):
        client.get(f"{ADMIN}/reminder/")


def test_pages_carry_nothing_inline(
    cast: Cast, client: Client, category: Category, ledger: LedgerDay
) -> None:
    client.force_login(cast.director)
    pages = ["category/", f"category/{category.pk}/change/", "ledgerday/", "reminder/", "calendarday/add/"]

    found = [inline(client.get(f"{ADMIN}/{page}").content.decode()) for page in pages]

    assert found == [[], [], [], [], []]
