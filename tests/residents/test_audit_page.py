"""The auditor's page: counts, what stands out, and a log without personal data."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.models import Grid, User, today
from residents.forms.watch import SpanForm
from residents.models import Policy, Unmasking
from residents.services import watch
from residents.services.watch import Span
from tests.cast import Cast
from tests.markup import inline
from tests.residents.factories import make_resident
from tests.residents.files import read
from tests.residents.test_exports import make_export

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=HERE)
"""A working day."""
PAGE, LOG = "admin:residents_unmasking_audit", "admin:residents_unmasking_log"
DAYS = {"since": "2026-11-16", "until": "2026-11-25"}


def looks(cast: Cast, *, at: datetime = MONDAY, by: User | None = None, count: int = 1) -> None:
    person = make_resident(building=cast.building, name="欧阳明月")
    Unmasking.objects.bulk_create(
        Unmasking(
            by=by or cast.worker,
            by_title="专职网格员",
            resident=person,
            grid=cast.grid,
            field="phone",
            reason="给张三送药",
            at=at,
        )
        for _ in range(count)
    )


def span(**more: object) -> Span:
    return Span(MONDAY.date() - timedelta(days=6), MONDAY.date(), **more)  # type: ignore[arg-type]


def page(user: User, name: str = PAGE, **query: str) -> tuple[int, str]:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    response = client.get(reverse(name), DAYS | query)
    return response.status_code, response.content.decode(errors="replace")


@pytest.mark.parametrize("name", [PAGE, LOG])
def test_it_opens_to_the_auditor_and_the_street_leader_alone(cast: Cast, name: str) -> None:
    opened = {who: page(getattr(cast, who), name)[0] for who in ("auditor", "director")}
    closed = {
        who: page(getattr(cast, who), name)[0]
        for who in ("community", "community_leader", "dispatcher", "section")
    }
    outside = {page(getattr(cast, who), name)[0] for who in ("worker", "parttime", "department", "leader")}

    assert set(opened.values()) == {200}
    assert set(closed.values()) == {403}
    assert outside == {302}


def test_looks_are_counted_by_day_and_person(cast: Cast) -> None:
    looks(cast, count=3)
    looks(cast, by=cast.leader)
    looks(cast, at=MONDAY - timedelta(days=4))

    found = [(row.day.day, row.person, row.total, row.signs) for row in watch.days(span())]
    assert found == [
        (23, str(cast.worker), 3, ()),
        (23, str(cast.leader), 1, ()),
        (19, str(cast.worker), 1, ()),
    ]


@pytest.mark.parametrize(
    ("at", "signs"),
    [
        (MONDAY, ()),
        (MONDAY.replace(hour=21), ("night",)),
        (MONDAY.replace(hour=6, minute=59), ("night",)),
        (MONDAY.replace(hour=7), ()),
        (MONDAY - timedelta(days=1), ("day_off",)),
    ],
)
def test_night_and_days_off_stand_out(cast: Cast, at: datetime, signs: tuple[str, ...]) -> None:
    looks(cast, at=at)

    assert [row.signs for row in watch.days(span())] == [signs]


def test_as_many_as_an_hour_allows_stand_out_on_a_day(cast: Cast) -> None:
    Policy.objects.create(pk=1, unmaskings_per_hour=5)
    looks(cast, count=5)
    looks(cast, by=cast.leader, count=4)

    assert [row.signs for row in watch.days(span())] == [("many",), ()]


def test_a_grid_given_up_is_still_asked_about_in_a_group_of_its_own(cast: Cast) -> None:
    looks(cast)
    Grid.objects.filter(pk=cast.grid.pk).update(ended_on=today())

    form = SpanForm(DAYS | {"grid": str(cast.grid.pk)})

    *_in_use, (_group, past) = form.fields["grid"].choices  # type: ignore[attr-defined]
    assert [label for _key, label in past] == [str(cast.grid)]
    assert len(watch.days(form.span())) == 1


def test_while_every_grid_is_in_use_there_is_no_group(cast: Cast) -> None:
    offered = [label for _key, label in SpanForm().fields["grid"].choices]  # type: ignore[attr-defined]

    assert offered[1:] == [str(grid) for grid in Grid.objects.order_by("code")]


def test_it_narrows_by_person_grid_and_day(cast: Cast) -> None:
    looks(cast)
    looks(cast, by=cast.leader)

    assert [row.person for row in watch.days(span(person=cast.leader.username))] == [str(cast.leader)]
    assert watch.days(span(grid=cast.grid_far)) == []
    assert watch.days(Span(MONDAY.date() - timedelta(days=9), MONDAY.date() - timedelta(days=1))) == []


def test_reasons_and_exports_stand_there_and_nobodys_name(cast: Cast) -> None:
    looks(cast)
    make_export(cast, reason="核对人口底册")
    _status, shown = page(cast.auditor, since="", until="")
    _status, reasons = page(cast.auditor)

    assert "核对人口底册" in shown
    assert "给张三送药" in reasons
    assert "欧阳明月" not in reasons
    assert inline(reasons) == []


def test_an_impossible_span_is_said_and_the_usual_one_shown(cast: Cast) -> None:
    status, shown = page(cast.auditor, since="2026-11-25", until="2026-11-16")
    assert (status, "The last day lies before the first." in shown) == (200, True)


def test_the_log_says_neither_whose_nor_why(cast: Cast) -> None:
    looks(cast, at=MONDAY.replace(hour=22))
    head, row = read(watch.log(span()))

    assert len(head) == len(row) == 6
    assert row[0] == "2026-11-23 22:00"
    assert not {"欧阳明月", "给张三送药"} & {str(cell) for cell in row}


def test_the_page_asks_as_often_for_three_as_for_one(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.auditor)
    counts = []
    for people in ([cast.worker], [cast.leader, cast.community]):
        for person in people:
            looks(cast, by=person)
            make_export(cast)
        client.get(reverse(PAGE))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(PAGE), DAYS)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12
