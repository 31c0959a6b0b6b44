"""What workers' pages tell at a glance: counts, promises, grids; calls, notes and who moved a matter."""

from datetime import timedelta

import pytest
from django.test import Client

from grids.models import User
from requests_app.models import Ticket
from requests_app.services import staff, take
from requests_app.views import lists
from requests_app.views.morning import Glance, glance
from tests.cast import Cast
from tests.requests_app.matters import PHONE, accepted, answered, told
from wangguan import clock

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- counts ------------------------------------------------------------------------------
@pytest.mark.parametrize(("number", "says"), [(0, "0"), (99, "99"), (100, "99+")])
def test_a_count_is_exact_below_a_hundred(number: int, says: str) -> None:
    assert str(lists.Count(number)) == says


def test_tabs_are_counted_within_the_filters(cast: Cast) -> None:
    accepted(cast, description="路灯不亮，看不清路")
    told(cast, description="井盖翘起来了，危险")
    response = as_user(cast.worker).get("/worker/tickets/", {"tab": "grid", "q": "井盖"})
    found = {tab.name: number.number for tab, _query, number in response.context["tabs"]}
    assert found == {"mine": 0, "waiting": 1, "grid": 1, "soon": 0, "overdue": 0, "all": 1}


def test_counting_stops_at_a_hundred(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "COUNTED", 2)
    for _ in range(3):
        told(cast)
    assert lists.counts({"all": Ticket.objects.all()}) == {"all": lists.Count(2)}


def test_a_list_that_can_hold_nothing_counts_nothing(db: None) -> None:
    assert lists.counts({"none": Ticket.objects.none()}) == {"none": lists.Count(0)}


# --- the part that renews itself ---------------------------------------------------------
@pytest.mark.parametrize("path", ["/worker/", "/worker/tickets/"])
def test_htmx_gets_the_part_alone(cast: Cast, path: str) -> None:
    part = as_user(cast.worker).get(path, headers=PART).content.decode()
    assert "<html" not in part
    assert "没人接" in part


# --- the morning -------------------------------------------------------------------------
def test_a_pause_that_ends_tomorrow_is_a_promise(cast: Cast) -> None:
    ticket = accepted(cast)
    review = (clock.now() + timedelta(days=5)).date()
    take(ticket, "request_hold", by=staff(cast.worker), review_on=review, note="等配件")
    take(Ticket.objects.get(), "hold", by=staff(cast.community))
    until = Ticket.objects.get().review_at
    with clock.at((until or clock.now()) - timedelta(days=1)):
        promised = as_user(cast.worker).get("/worker/").context["promised"]
    assert [(row.url, str(row.tags[0])) for row in promised] == [(ticket.get_absolute_url(), "该再看了")]


def test_more_time_far_from_its_end_is_no_promise_yet(cast: Cast) -> None:
    accepted(cast)
    assert as_user(cast.worker).get("/worker/").context["promised"] == []


def test_my_grid_at_a_glance(cast: Cast) -> None:
    told(cast)
    accepted(cast)
    answered(cast)
    found = glance(cast.worker, now=clock.now())
    assert found == [Glance("九区社区第三网格", cast.grid.code, open=3, overdue=0, waiting=1, answered=1)]


def test_a_community_sees_each_of_its_grids_and_no_other(cast: Cast) -> None:
    told(cast)
    told(cast, grid=cast.grid_beside)
    names = [line.name for line in glance(cast.community, now=clock.now())]
    assert names == ["九区社区第二网格", "九区社区第三网格"]  # by code, whoever has more
    assert glance(cast.community2, now=clock.now()) == []


def test_old_answers_leave_the_glance(cast: Cast) -> None:
    answered(cast)
    later = clock.now() + timedelta(days=8)
    assert glance(cast.worker, now=later)[0].answered == 0


# --- calling -----------------------------------------------------------------------------
def call(user: User, ticket: Ticket, **fields: str) -> dict[str, str]:
    accept = {"Accept": "application/json"}
    return as_user(user).post(f"{ticket.get_absolute_url()}phone/", fields, headers=accept).json()


def test_a_call_is_an_entry_that_residents_never_read(cast: Cast) -> None:
    ticket = accepted(cast)
    assert call(cast.worker, ticket) == {"phone": PHONE}
    entry = ticket.events.get(step="called")
    assert (entry.actor, entry.version, entry.told) == (cast.worker, None, "")
    assert PHONE not in str(entry.detail)


@pytest.mark.parametrize("who", ["leader", "community", "director"])
def test_whoever_is_not_in_charge_says_why(cast: Cast, who: str) -> None:
    ticket = accepted(cast)
    assert "phone" not in call(getattr(cast, who), ticket)
    assert call(getattr(cast, who), ticket, reason="替同事回电话") == {"phone": PHONE}
    assert ticket.events.get(step="called").note == "替同事回电话"


@pytest.mark.parametrize("who", ["instructor", "auditor"])
def test_onlookers_get_no_number_for_any_reason(cast: Cast, who: str) -> None:
    ticket = accepted(cast)
    assert "phone" not in call(getattr(cast, who), ticket, reason="想看看")
    assert not ticket.events.filter(step="called").exists()


# --- notes among colleagues --------------------------------------------------------------
def test_a_remark_stays_inside(cast: Cast, client: Client) -> None:
    ticket = accepted(cast)
    take(ticket, "remark", by=staff(cast.instructor), note="房东电话已找到")
    assert "房东电话已找到" in as_user(cast.worker).get(ticket.get_absolute_url()).content.decode()
    assert "房东电话已找到" not in client.get(ticket.tracking_url).content.decode()


def test_history_can_be_read_as_the_resident_reads_it(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "handle", by=staff(cast.worker), note="房东电话已找到")
    page = as_user(cast.worker).get(f"{ticket.get_absolute_url()}?history=resident")
    assert [entry.text for entry in page.context["entries"]] == ["", "", ""]
    assert ticket.token not in page.content.decode()


# --- two people on one ticket ------------------------------------------------------------
def test_an_open_page_learns_who_moved_the_matter(cast: Cast) -> None:
    ticket = accepted(cast)
    seen = ticket.version
    take(ticket, "escalate", by=staff(cast.leader), note="要找物业")
    address = f"{ticket.get_absolute_url()}version/"
    answer = as_user(cast.worker).get(address, {"seen": seen}).json()
    assert answer == {"version": seen + 1, "says": "这件事刚被演员1更新：“上报”。"}
    assert as_user(cast.worker2).get(address).status_code == 404


def test_nothing_is_said_while_nothing_moved(cast: Cast) -> None:
    ticket = accepted(cast)
    address = f"{ticket.get_absolute_url()}version/"
    answer = as_user(cast.worker).get(address, {"seen": ticket.version}).json()
    assert answer == {"version": ticket.version, "says": ""}
