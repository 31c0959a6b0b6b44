"""Numbers of people stay where they belong: no log, no message, no row of the database tells one."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.views.debug import ExceptionReporter
from pythonjsonlogger.json import JsonFormatter

from requests_app.models import Ticket
from residents.models import Finding, Household, ImportRun, PersonalExport, Resident, Unmasking, Visit
from residents.services import reminders
from residents.services.exchange import personal, runs
from residents.terms import ExportState, Met, Need, RegisterKind
from tests.cast import Cast
from tests.plugins.processes import Worker, wait_until
from tests.residents.factories import id_number, make_dwelling, make_household, make_venue
from tests.residents.files import checked, imported, person, uploaded
from wangguan.exchange.run import ImportState
from wangguan.notify import delivery
from wangguan.notify.models import Message

PHONE, CORRECTED, IMPORTED, OF_VENUE = "13971820364", "13971820365", "15371820366", "17771820367"
NUMBER, NUMBER_IMPORTED = id_number(order=736), id_number(order=737)
WRONG_NUMBER, WRONG_PHONE = f"{NUMBER[:17]}Z", "139718203641"
SECRETS = (PHONE, CORRECTED, IMPORTED, OF_VENUE, NUMBER, NUMBER_IMPORTED, WRONG_NUMBER, WRONG_PHONE)


def told_in(text: str) -> list[str]:
    """Which of the numbers stand in a text."""
    return [secret for secret in SECRETS if secret in text]


@contextmanager
def overheard() -> Iterator[io.StringIO]:
    """What the house writes to its log, as it is written: JSON with everything that came along."""
    formatters: Any = settings.LOGGING["formatters"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(formatters["json"]["format"], style=formatters["json"]["style"]))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@dataclass
class Day:
    """A day at work, through the pages where there are some."""

    cast: Cast
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def live(self) -> None:
        self.client.force_login(self.cast.worker)
        home = make_household(dwelling=make_dwelling(building=self.cast.building, door="501"))
        self.adds(home)
        self.looks_and_unmasks(home)
        self.visits(home)
        self.looks_after_a_venue()
        self.brings_in_and_takes_out()
        reminders.remind()
        delivery.deliver_many(list(Message.objects.values_list("key", flat=True)))

    def post(self, status: int, address: str, **fields: Any) -> Any:
        answer = self.client.post(address, fields)
        assert answer.status_code == status, (address, answer.content.decode()[-3000:])
        return answer

    def adds(self, home: Household) -> None:
        """Somebody new, at first with mistakes, and corrected later."""
        new = f"/worker/residents/{home.pk}/people/new/"
        ordinary = {"name": "王秀英", "relation": "head", "came": "here", "sex": "female"}
        self.post(422, new, **ordinary, phone=WRONG_PHONE, id_number=WRONG_NUMBER)
        self.post(303, new, **ordinary, phone=PHONE, id_number=NUMBER)
        resident = Resident.objects.get(household=home)
        told = {"name": resident.name, "relation": "head", "sex": "female", "version": resident.version}
        address = f"/worker/residents/people/{resident.pk}/correct/"
        self.post(303, address, **told, born_on="1950-01-01", phone=CORRECTED, id_number=NUMBER)

    def looks_and_unmasks(self, home: Household) -> None:
        for typed in (PHONE, CORRECTED, CORRECTED[-4:], NUMBER):
            self.client.get(self.post(303, "/worker/residents/", q=typed)["Location"])
        self.client.get(f"/worker/residents/{home.pk}/")
        resident = home.people.get()
        for name in ("phone", "id_number"):
            address = f"/worker/residents/people/{resident.pk}/unmask/{name}/"
            assert told_in(self.post(200, address, words="约明天上门").content.decode())

    def visits(self, home: Household) -> None:
        """What is found becomes a request whose answer goes to the resident's phone."""
        fields = {"household": home.pk, "met": Met.MET, "purpose": "care", "needs": [Need.LEAK]}
        self.post(303, "/worker/visits/new/", **fields, note="厨房漏水", submission_id=str(uuid4()))
        finding = Finding.objects.get()
        address = f"/worker/visits/{finding.visit_id}/findings/{finding.pk}/request/"
        self.post(303, address, words="厨房顶渗水三天了", tell=str(home.people.get().pk))

    def looks_after_a_venue(self) -> None:
        venue = make_venue(grid=self.cast.grid, contact_name="刘经理", contact_phone=OF_VENUE)
        self.client.get(f"/worker/venues/{venue.pk}/")
        self.post(200, f"/worker/venues/{venue.pk}/unmask/", words="约明天上门")

    def brings_in_and_takes_out(self) -> None:
        rows = [
            person("张三", 身份证号=NUMBER_IMPORTED, 手机号=IMPORTED, 门牌="502", 与户主关系="户主"),
            person("李四", 身份证号=WRONG_NUMBER, 手机号=WRONG_PHONE, 门牌="502"),
        ]
        checked(uploaded(rows, self.cast.community))
        imported(checked(uploaded(rows[:1], self.cast.community)))
        export = personal.ask(
            RegisterKind.RESIDENTS,
            by=self.cast.community,
            community=self.cast.community_unit,
            reason="核对底册",
            in_the_open=True,
        )
        personal.decide(export, by=self.cast.community_leader, approve=True)
        personal.write(export.pk)


@pytest.fixture
def log(cast: Cast) -> str:
    """What was logged on that day."""
    with overheard() as stream:
        Day(cast).live()
    return stream.getvalue()


@pytest.mark.django_db
def test_the_day_was_lived(log: str) -> None:
    assert Resident.objects.of_phone(CORRECTED).get().id_number == NUMBER
    assert Resident.objects.of_id_number(NUMBER_IMPORTED).get().phone == IMPORTED
    assert Ticket.objects.get().contact_phone == CORRECTED
    assert (Visit.objects.count(), Unmasking.objects.count()) == (1, 3)
    assert PersonalExport.objects.get().state == ExportState.READY
    assert "unmasked" in log


@pytest.mark.django_db
def test_no_log_tells_a_number(log: str) -> None:
    assert told_in(log) == []


@pytest.mark.django_db
def test_no_message_tells_a_number(log: str) -> None:
    messages = list(Message.objects.all())

    assert {"sms", "in_app"} <= {message.channel for message in messages}
    for message in messages:
        shown = f"{message.key} {message.title} {message.text} {message.link} {message.context} {message}"
        assert told_in(f"{shown} {message.masked_address}") == []


@pytest.mark.django_db
def test_no_row_of_the_database_tells_a_number(log: str) -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            assert told_in("\n".join(row[0] for row in cursor)) == [], table


@pytest.mark.django_db
def test_objects_do_not_name_people_in_full(log: str) -> None:
    rows = [
        *Resident.objects.all(),
        *Household.objects.all(),
        *Ticket.objects.all(),
        *ImportRun.objects.all(),
    ]

    assert "王秀英" not in "".join(f"{row} {row!r}" for row in rows)


# --- when something breaks ----------------------------------------------------------------
def breaking(*args: Any, **options: Any) -> None:
    raise RuntimeError("broken")


@pytest.mark.django_db
def test_a_crash_is_logged_without_what_was_typed(cast: Cast) -> None:
    day = Day(cast)
    day.client.force_login(cast.worker)
    home = make_household(building=cast.building)
    typed = {"name": "王秀英", "relation": "head", "came": "here", "sex": "female", "phone": PHONE}
    with overheard() as stream, patch("residents.services.people.note", breaking):
        day.post(500, f"/worker/residents/{home.pk}/people/new/", **typed, id_number=NUMBER)

    assert "RuntimeError" in stream.getvalue()
    assert told_in(stream.getvalue()) == []


@pytest.mark.parametrize("render", ["get_traceback_html", "get_traceback_text"])
def test_a_report_of_a_crash_shows_no_values(render: str) -> None:
    request = RequestFactory().post("/worker/residents/", {"phone": PHONE})
    try:
        _crash(PHONE, {"number": NUMBER})
    except RuntimeError as error:
        reporter = ExceptionReporter(request, type(error), error, error.__traceback__)

    page = getattr(reporter, render)()

    assert "RuntimeError" in page
    assert told_in(page) == []


def _crash(phone: str, more: dict[str, str]) -> None:
    raise RuntimeError("broken")


# --- the real worker ----------------------------------------------------------------------
@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_the_workers_log_tells_no_number(celery_worker: Worker, cast: Cast) -> None:
    rows = [
        person("张三", 身份证号=NUMBER_IMPORTED, 手机号=IMPORTED, 与户主关系="户主"),
        person("李四", 身份证号=WRONG_NUMBER, 手机号=WRONG_PHONE),
    ]
    run = uploaded(rows, cast.community)
    runs.check(run, by=cast.community)
    wait_until(lambda: ImportRun.objects.get().state == ImportState.CHECKED)

    assert ImportRun.objects.get().refused == 1
    assert told_in(celery_worker.log.read_text()) == []
    assert "check_file" in celery_worker.log.read_text()
