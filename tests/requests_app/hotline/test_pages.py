"""The hotline's pages: who comes in, what is shown, what is asked before something is written."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from grids.models import User
from requests_app.hotline.models import HotlineRun, Layout
from tests.cast import Cast
from tests.markup import inline
from tests.plugins.processes import Worker, wait_until
from tests.requests_app.hotline.files import (
    MESSAGES,
    at_work,
    checked,
    imported,
    settled,
    ticket_of,
    uploaded,
    waiting,
    xlsx,
)
from wangguan.exchange import ways
from wangguan.exchange.run import ImportState

pytestmark = pytest.mark.django_db
HOME = "/admin/hotline/"
ROWS = [settled("1"), waiting("2"), settled("3", 留言时间="x")]


def as_(user: User) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def press(user: User, run: HotlineRun, action: str, **fields: Any) -> Any:
    counts = {name: getattr(run, name) for name in ways.COUNTED}
    return as_(user).post(f"{HOME}{run.pk}/do/{action}/", {**counts, **fields}, follow=True)


def send(user: User, content: bytes) -> Any:
    return as_(user).post(f"{HOME}upload/", {"file": SimpleUploadedFile("12345.xlsx", content)})


OUTSIDERS = ("leader", "worker", "parttime", "department", "community", "community_leader", "section")


@pytest.mark.parametrize(
    ("who", "reads", "works"),
    [
        *[(name, 200, 200) for name in ("dispatcher", "director")],
        ("auditor", 200, 403),
        *[(name, 403, 403) for name in OUTSIDERS],
    ],
)
def test_who_comes_in(cast: Cast, who: str, reads: int, works: int) -> None:
    run = imported(xlsx([settled()]), cast.dispatcher)
    client = as_(getattr(cast, who))

    for page in ("", f"{run.pk}/", f"{run.pk}/tickets/", "replies/"):
        assert client.get(HOME + page).status_code == reads, page
    assert client.get(f"{HOME}upload/").status_code == works
    client.post(f"{HOME}{run.pk}/do/undo/", {"sure": "on"})
    run.refresh_from_db()
    assert (run.undo_asked_at is not None) is (works == 200)


@pytest.mark.parametrize("page", ["", "upload/", "replies/", "1/", "1/columns/", "1/tickets/", "1/part/"])
def test_a_stranger_signs_in_first(cast: Cast, page: str) -> None:
    assert Client().get(HOME + page).status_code == 302


def test_the_auditor_takes_nothing_out(cast: Cast) -> None:
    imported(xlsx([settled()]), cast.dispatcher)
    layout = Layout.objects.get()
    sent = as_(cast.auditor).post(f"{HOME}replies/", {"layout": layout.pk, "scope": "all"})

    assert sent["Content-Type"].startswith("text/html")


def test_unknown_headings_are_asked_about_and_kept(cast: Cast) -> None:
    sent = send(cast.dispatcher, xlsx(ROWS))
    run = HotlineRun.objects.get()
    assert sent["Location"] == f"{HOME}{run.pk}/columns/"
    page = as_(cast.dispatcher).get(sent["Location"]).content.decode()
    assert all(name in page for name in MESSAGES)
    assert inline(page) == []

    names = ("number", "person", "title", "told_at", "text", "reply", "replied_at")
    fields = {f"column_{place}": column for place, column in enumerate(names)}
    done = as_(cast.dispatcher).post(sent["Location"], {"name": "网上留言", **fields})
    run.refresh_from_db()
    assert (done["Location"], run.state) == (f"{HOME}{run.pk}/", ImportState.CHECKING)


def test_what_was_chosen_stays_when_it_is_refused(cast: Cast) -> None:
    run = HotlineRun.objects.get(pk=send(cast.dispatcher, xlsx(ROWS))["Location"].split("/")[-3])
    sent = as_(cast.dispatcher).post(f"{HOME}{run.pk}/columns/", {"name": "网上留言", "column_1": "person"})

    page = sent.content.decode()
    assert sent.status_code == 422
    assert "Please say which headings these are" in page
    assert 'value="网上留言"' in page


def test_known_headings_go_straight_to_the_check(cast: Cast) -> None:
    checked(uploaded(xlsx(ROWS), cast.director))
    sent = send(cast.dispatcher, xlsx(ROWS))

    run = HotlineRun.objects.latest("pk")
    assert (sent["Location"], run.state) == (f"{HOME}{run.pk}/", ImportState.CHECKING)


def test_what_is_no_table_is_told_beside_the_field(cast: Cast) -> None:
    sent = send(cast.dispatcher, b"\x00\x00")

    assert sent.status_code == 422
    assert "neither an xlsx nor a csv" in sent.content.decode()


def test_a_checked_run_shows_numbers_and_reasons(cast: Cast) -> None:
    run = checked(uploaded(xlsx(ROWS), cast.dispatcher))
    page = as_(cast.dispatcher).get(f"{HOME}{run.pk}/").content.decode()

    assert "<td>留言时间</td>" in page
    assert "1 row stays out" in page
    assert inline(page) == []
    assert (
        "<td>Left out</td>" not in as_(cast.dispatcher).get(f"{HOME}{run.pk}/?what=created").content.decode()
    )


def test_rows_stay_out_only_when_somebody_says_so(cast: Cast) -> None:
    run = checked(uploaded(xlsx(ROWS), cast.dispatcher))
    press(cast.director, run, "import")
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED

    press(cast.director, run, "import", leave_out="on")
    run.refresh_from_db()
    assert run.state == ImportState.IMPORTING


def test_other_numbers_than_seen_bring_nothing_in(cast: Cast) -> None:
    run = checked(uploaded(xlsx(ROWS), cast.dispatcher))
    press(cast.dispatcher, run, "import", leave_out="on", created=7)

    run.refresh_from_db()
    assert run.state == ImportState.CHECKED


def test_the_auditor_presses_nothing(cast: Cast) -> None:
    run = checked(uploaded(xlsx(ROWS), cast.dispatcher))
    for action in ("check", "import", "cancel", "undo"):
        assert press(cast.auditor, run, action, leave_out="on", sure="on").status_code == 403


def test_taking_back_asks_first(cast: Cast) -> None:
    run = imported(xlsx([waiting("2")]), cast.dispatcher)
    press(cast.dispatcher, run, "undo")

    run.refresh_from_db()
    assert run.undo_asked_at is None


def test_an_unknown_action_or_run_is_not_found(cast: Cast) -> None:
    run = checked(uploaded(xlsx(ROWS), cast.dispatcher))
    assert press(cast.dispatcher, run, "burn").status_code == 404
    assert as_(cast.dispatcher).get(f"{HOME}{run.pk + 1}/").status_code == 404


def test_the_part_of_an_ended_run_has_the_page_read_anew(cast: Cast) -> None:
    run = checked(uploaded(xlsx(ROWS), cast.dispatcher))
    part = {"HX-Request": "true"}
    assert as_(cast.dispatcher).get(f"{HOME}{run.pk}/part/", headers=part)["HX-Refresh"] == "true"
    at_work(run, ImportState.CHECKING)
    assert "every 2s" in as_(cast.dispatcher).get(f"{HOME}{run.pk}/part/", headers=part).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_however_long(cast: Cast, rows: int, django_assert_num_queries: Any) -> None:
    run = imported(xlsx([waiting(str(n)) for n in range(rows)]), cast.dispatcher)
    for number in range(rows - 1):
        imported(xlsx([waiting(f"b{number}")]), cast.dispatcher)
    client = as_(cast.dispatcher)
    client.get(HOME)
    with django_assert_num_queries(4):
        client.get(HOME)
    with django_assert_num_queries(5):
        client.get(f"{HOME}{run.pk}/tickets/")


def test_a_ticket_says_where_it_came_from(cast: Cast) -> None:
    imported(xlsx([waiting("SD-77")]), cast.dispatcher)
    page = as_(cast.worker).get(ticket_of("SD-77").get_absolute_url()).content.decode()

    assert "SD-77" in page


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_file_goes_its_way_with_the_real_worker(cast: Cast, celery_worker: Worker) -> None:
    uploaded(xlsx([settled("0")]), cast.dispatcher)
    send(cast.dispatcher, xlsx(ROWS))
    run = HotlineRun.objects.latest("pk")
    wait_until(lambda: HotlineRun.objects.filter(pk=run.pk, state=ImportState.CHECKED).exists())
    run.refresh_from_db()
    press(cast.dispatcher, run, "import", leave_out="on")
    wait_until(lambda: HotlineRun.objects.filter(pk=run.pk, state=ImportState.IMPORTED).exists())
    run.refresh_from_db()
    press(cast.dispatcher, run, "undo", sure="on")
    wait_until(lambda: HotlineRun.objects.filter(pk=run.pk, undone_at__isnull=False).exists())

    assert ticket_of("1").outcome == "void"
