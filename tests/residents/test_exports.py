"""Personal data on its way out: two people, a mark on every page, one reader, and an end."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoCaptureOnCommitCallbacks

from grids.models import Grid, Role, User, today
from residents.forms.exchange import AskForm
from residents.models import Download, PersonalExport
from residents.services import retention
from residents.services.exchange import listing, personal
from residents.services.exchange.columns import REGISTERS
from residents.terms import ExportState, RegisterKind
from tests.cast import Cast
from tests.factories import make_user
from tests.markup import inline
from tests.residents.factories import id_number, make_dwelling, make_household, make_resident, make_venue
from tests.residents.files import read
from wangguan import clock
from wangguan.exchange import sealed
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
ID, PHONE = id_number(), "13912345678"


def make_export(cast: Cast, *, by: User | None = None, **fields: Any) -> PersonalExport:
    """Of 九区社区, asked for by its staff."""
    fields = {"community": cast.community_unit, "reason": "核对人口底册", **fields}
    return personal.ask(RegisterKind(fields.pop("kind", "residents")), by=by or cast.community, **fields)


def approved(export: PersonalExport, by: User) -> PersonalExport:
    """Approved and written, as the worker does."""
    personal.decide(export, by=by, approve=True)
    personal.write(export.pk)
    export.refresh_from_db()
    return export


def as_(user: User) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def address(name: str, export: PersonalExport) -> str:
    return reverse(f"admin:residents_personalexport_{name}", args=[export.pk])


@pytest.fixture
def zhang(cast: Cast) -> None:
    home = make_household(dwelling=make_dwelling(building=cast.building, entrance=2, floor=5, door="501"))
    make_resident(household=home, name="张三", sex="male", phone=PHONE, id_number=ID)
    make_resident(grid=cast.grid_beside, name="李四")
    make_resident(grid=cast.grid_far, name="王五")


# --- asking and deciding -----------------------------------------------------------------
def test_the_leader_of_the_community_is_told_without_a_name(cast: Cast) -> None:
    export = make_export(cast)

    told = Message.objects.filter(kind="export_asked")
    assert [message.user for message in told] == [cast.community_leader]
    assert told[0].context == {"number": str(export.pk)}


def test_where_the_leader_asks_the_street_leader_decides(cast: Cast) -> None:
    assert personal.deciders(make_export(cast, by=cast.community_leader)) == [cast.director]


def test_with_nobody_to_decide_it_is_not_asked(cast: Cast) -> None:
    with pytest.raises(Refused):
        make_export(cast, by=cast.director, community=None)
    other = make_user(post=Role.STREET_LEADER, at=cast.street)
    assert personal.deciders(make_export(cast, by=cast.director, community=None)) == [other]


@pytest.mark.parametrize(
    ("who", "may"),
    [
        *[(name, True) for name in ("community_leader", "director")],
        *[(name, False) for name in ("community", "community2", "dispatcher", "section", "auditor")],
        *[(name, False) for name in ("leader", "worker", "parttime", "department", "worker2")],
    ],
)
def test_who_decides(cast: Cast, who: str, may: bool) -> None:
    export, user = make_export(cast), getattr(cast, who)

    assert personal.may_decide(export, user) is may
    if not may:
        with pytest.raises(Refused):
            personal.decide(export, by=user, approve=True)


def test_nobody_allows_their_own(cast: Cast) -> None:
    export = make_export(cast, by=cast.community_leader)

    with pytest.raises(Refused):
        personal.decide(export, by=cast.community_leader, approve=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonalExport.objects.update(decided_by=cast.community_leader)


def test_a_refusal_needs_a_reason_and_tells_the_asker(cast: Cast) -> None:
    export = make_export(cast)
    with pytest.raises(Refused):
        personal.decide(export, by=cast.director, approve=False)
    personal.decide(export, by=cast.director, approve=False, why="范围过大")

    assert (export.state, export.decision) == (ExportState.REFUSED, "范围过大")
    assert Message.objects.get(kind="export_refused").user == cast.community


def test_it_is_decided_once(cast: Cast) -> None:
    export = make_export(cast)
    personal.decide(export, by=cast.community_leader, approve=False, why="不需要")

    with pytest.raises(Refused):
        personal.decide(export, by=cast.director, approve=True)


@pytest.mark.parametrize(
    "who", ["leader", "worker", "parttime", "section", "department", "auditor", "community2"]
)
def test_others_ask_for_nothing_here(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        make_export(cast, by=getattr(cast, who))


def test_a_community_does_not_ask_for_the_street(cast: Cast) -> None:
    with pytest.raises(Refused):
        make_export(cast, community=None)


def test_a_grid_given_up_is_not_offered(cast: Cast) -> None:
    Grid.objects.filter(pk=cast.grid_beside.pk).update(ended_on=today())

    form = AskForm(actor=cast.community)

    assert list(form.fields["grid"].queryset) == [cast.grid]  # type: ignore[attr-defined]


# --- what is written ---------------------------------------------------------------------
@pytest.mark.usefixtures("zhang")
def test_phone_and_id_are_masked_names_are_the_askers_to_know(cast: Cast) -> None:
    export = approved(make_export(cast), cast.community_leader)
    mark, head, *rows = read(sealed.get(export.file).getvalue())

    assert [cell for cell in head if cell] == REGISTERS["residents"]().headings
    assert [row[6] for row in rows] == ["张三", "李四"]
    assert rows[0][8:11] == ["1950", "370103********" + ID[-4:], "139****5678"]
    assert (export.rows, str(export.pk) in mark[0]) == (2, True)


@pytest.mark.usefixtures("zhang")
def test_names_are_masked_for_whom_they_are_not(cast: Cast) -> None:
    export = approved(make_export(cast, by=cast.dispatcher, community=None), cast.director)
    _mark, _head, *rows = read(sealed.get(export.file).getvalue())

    assert sorted(row[6] for row in rows) == ["张**", "李**", "王**"]


@pytest.mark.usefixtures("zhang")
def test_in_the_open_only_when_asked_and_allowed_so(cast: Cast) -> None:
    export = approved(make_export(cast, grid=cast.grid, in_the_open=True), cast.community_leader)
    _mark, _head, *rows = read(sealed.get(export.file).getvalue())

    assert [row[9:11] for row in rows] == [[ID, PHONE]]


@pytest.mark.usefixtures("zhang")
def test_the_file_says_who_asked_and_who_allowed_it(cast: Cast) -> None:
    export = approved(make_export(cast), cast.community_leader)
    book = load_workbook(BytesIO(sealed.get(export.file).getvalue()))
    sheet = book.worksheets[0]
    marks = (
        sheet["A1"].value,
        sheet.oddHeader.center.text,
        sheet.oddFooter.center.text,
        book.properties.description,
    )

    for mark in marks:
        assert str(cast.community) in mark
        assert str(cast.community_leader) in mark
        assert re.search(rf"{export.pk}.*\d{{4}}-\d\d-\d\d \d\d:\d\d", mark)


@pytest.mark.parametrize("kind", RegisterKind.values)
def test_every_register_can_be_taken_out(cast: Cast, kind: str) -> None:
    make_resident(building=cast.building)
    make_venue(grid=cast.grid, contact_phone=PHONE)
    export = approved(make_export(cast, kind=kind), cast.community_leader)

    _mark, head, *rows = read(sealed.get(export.file).getvalue())
    assert (export.rows, len(rows), len(head)) == (1, 1, len(REGISTERS[kind]().headings))


@pytest.mark.usefixtures("zhang")
def test_the_file_lies_sealed_under_a_name_nobody_guesses(cast: Cast) -> None:
    export = approved(make_export(cast), cast.community_leader)
    stored = Path(export.file.path)

    assert len(stored.stem) >= 32
    assert not stored.read_bytes().startswith(b"PK")
    assert not str(stored).startswith(str(settings.STATIC_ROOT))


def test_written_twice_it_is_one_file(cast: Cast) -> None:
    export = approved(make_export(cast), cast.community_leader)
    name = export.file.name
    personal.write(export.pk)

    export.refresh_from_db()
    assert export.file.name == name


def test_a_broken_writing_tells_the_asker_and_nothing_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_export: object) -> None:
        raise RuntimeError("张三")

    monkeypatch.setattr(listing, "write", broken)
    export = approved(make_export(cast), cast.community_leader)

    assert (export.state, "张三" in caplog.text) == (ExportState.FAILED, False)
    assert Message.objects.get(kind="export_failed").user == cast.community


# --- fetching ----------------------------------------------------------------------------
def test_the_asker_fetches_it_and_each_time_is_on_record(cast: Cast) -> None:
    export = approved(make_export(cast), cast.community_leader)
    responses = [as_(cast.community).post(address("fetch", export)) for _ in range(2)]

    assert [response.content[:2] for response in responses] == [b"PK", b"PK"]
    assert "no-store" in responses[0]["Cache-Control"]
    assert list(Download.objects.values_list("export", "by")) == [(export.pk, cast.community.pk)] * 2


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *[(name, 302) for name in ("community_leader", "dispatcher", "director", "auditor")],
        *[(name, 302) for name in ("leader", "worker", "parttime", "department", "worker2")],
        *[(name, 404) for name in ("community2", "section")],
    ],
)
def test_nobody_else_fetches_it(cast: Cast, who: str, status: int) -> None:
    export = approved(make_export(cast), cast.community_leader)
    response = as_(getattr(cast, who)).post(address("fetch", export))

    assert (response.status_code, Download.objects.count()) == (status, 0)


def test_an_expired_one_is_gone(cast: Cast) -> None:
    export = approved(make_export(cast), cast.community_leader)
    file = Path(export.file.path)
    with clock.at(clock.now() + timedelta(hours=25)):
        assert not personal.may_fetch(export, cast.community)
        assert as_(cast.community).post(address("fetch", export)).status_code == 302
        assert retention.expire_exports() == 1

    export.refresh_from_db()
    assert (export.state, file.exists(), Download.objects.count()) == (ExportState.EXPIRED, False, 0)


def test_an_ended_post_fetches_nothing(cast: Cast) -> None:
    export = approved(make_export(cast), cast.community_leader)
    cast.community.posts.update(ends_on=clock.now().date() - timedelta(days=2))

    assert not personal.may_fetch(export, User.objects.get(pk=cast.community.pk))


def test_what_was_lost_on_its_way_is_started_again_and_then_given_up(cast: Cast) -> None:
    export = make_export(cast)
    personal.decide(export, by=cast.director, approve=True)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert personal.restart_stuck() == 1
    with clock.at(clock.now() + timedelta(hours=3)):
        assert personal.restart_stuck() == 0

    export.refresh_from_db()
    assert export.state == ExportState.FAILED


# --- pages -------------------------------------------------------------------------------
FORM = {"kind": "residents", "reason": "核对人口底册"}


def test_asked_and_decided_on_the_pages(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    page = reverse("admin:residents_personalexport_add")
    response = as_(cast.community).post(page, {**FORM, "community": cast.community_unit.pk})
    export = PersonalExport.objects.get()
    assert response["Location"] == address("change", export)

    with django_capture_on_commit_callbacks() as started:
        as_(cast.community_leader).post(address("decide", export), {"answer": "approve"})
    export.refresh_from_db()
    assert (export.state, export.decided_by, len(started)) == (
        ExportState.APPROVED,
        cast.community_leader,
        1,
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "This field is required"),
        ({"community": ""}, "This field is required"),
        ({"community": "far"}, "Select a valid choice"),
        ({"grid": "far"}, "Select a valid choice"),
    ],
)
def test_the_form_says_what_is_wrong(cast: Cast, fields: dict[str, Any], said: str) -> None:
    far = {"community": cast.community_unit2.pk, "grid": cast.grid_far.pk}
    sent = {**FORM, "community": cast.community_unit.pk, **fields}
    sent = {name: far[name] if value == "far" else value for name, value in sent.items()}
    response = as_(cast.community).post(reverse("admin:residents_personalexport_add"), sent)

    assert (response.status_code, said in response.content.decode()) == (422, True)
    assert not PersonalExport.objects.exists()


@pytest.mark.parametrize("who", ["community", "dispatcher", "auditor", "community2"])
def test_only_who_decides_sees_the_buttons(cast: Cast, who: str) -> None:
    export = make_export(cast)
    user = getattr(cast, who)
    page = as_(user).get(address("change", export))
    sent = as_(user).post(address("decide", export), {"answer": "approve"})

    export.refresh_from_db()
    assert page.status_code == (404 if who == "community2" else 200)
    assert "Yours to decide" not in page.content.decode()
    assert sent.status_code == (404 if who == "community2" else 409)
    assert export.state == ExportState.ASKED


@pytest.mark.parametrize("name", ["decide", "fetch"])
def test_a_link_alone_does_nothing(cast: Cast, name: str) -> None:
    export = approved(make_export(cast), cast.community_leader)

    assert as_(cast.community).get(address(name, export)).status_code == 405


@pytest.mark.parametrize("who", ["auditor", "section", "worker", "parttime", "department"])
def test_who_does_not_ask_has_no_form(cast: Cast, who: str) -> None:
    page = as_(getattr(cast, who)).get(reverse("admin:residents_personalexport_add"))
    assert page.status_code == (403 if who in ("auditor", "section") else 302)


def test_the_pages_stand_under_the_policy(cast: Cast) -> None:
    export = approved(make_export(cast), cast.community_leader)
    pages = [reverse("admin:residents_personalexport_add"), address("change", export)]

    assert [inline(as_(cast.community).get(page).content.decode()) for page in pages] == [[], []]
