"""Imports on their pages: who comes in, what is shown, and the word that is asked for before writing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grids.models import User
from residents.models import ImportRun, Resident
from tests.cast import Cast
from tests.markup import inline
from tests.plugins.processes import Worker, wait_until
from tests.residents.files import at_work, checked, person, read, uploaded, xlsx
from wangguan import clock
from wangguan.exchange import ways
from wangguan.exchange.run import ImportState
from wangguan.workbook import TYPE

pytestmark = pytest.mark.django_db
ROWS = [person("张三", 与户主关系="户主"), person("李四"), person("坏的", 手机号="1")]


def as_(user: User) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:residents_importrun_{name}", args=args)


def send(user: User, content: bytes, name: str = "名册.xlsx") -> Any:
    fields = {"kind": "residents", "file": SimpleUploadedFile(name, content)}
    return as_(user).post(address("add"), fields)


def press(user: User, run: ImportRun, action: str, **fields: Any) -> Any:
    counts = {name: getattr(run, name) for name in ways.COUNTED}
    return as_(user).post(address("act", run.pk, action), {**counts, **fields}, follow=True)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *[(name, 200) for name in ("community", "community_leader", "dispatcher", "director")],
        *[(name, 403) for name in ("section", "auditor")],
        *[(name, 302) for name in ("leader", "worker", "parttime", "worker2", "department")],
    ],
)
def test_the_form_opens_to_who_brings_in(cast: Cast, who: str, status: int) -> None:
    assert as_(getattr(cast, who)).get(address("add")).status_code == status
    sent = send(getattr(cast, who), xlsx(ROWS))
    assert ImportRun.objects.exists() is (status == 200)
    assert sent.status_code == (302 if status == 200 else status)


def test_a_good_file_is_kept_and_its_check_begins(cast: Cast) -> None:
    response = send(cast.community, xlsx(ROWS))

    run = ImportRun.objects.get()
    assert response["Location"] == address("change", run.pk)
    assert (run.state, run.by, run.file_name) == (ImportState.CHECKING, cast.community, "名册.xlsx")


def test_what_is_no_xlsx_is_told_beside_the_field(cast: Cast) -> None:
    response = send(cast.community, b"name,phone")

    assert response.status_code == 422
    assert "This is no xlsx file" in response.content.decode()


@pytest.mark.parametrize("kind", ["residents", "dwellings", "venues"])
def test_the_template_comes_as_xlsx(cast: Cast, kind: str) -> None:
    response = as_(cast.community).get(address("template", kind))

    assert (response.status_code, response["Content-Type"]) == (200, TYPE)
    assert read(response.content)[0][0].endswith("*")
    assert as_(cast.section).get(address("template", kind)).status_code == 404
    assert as_(cast.community).get(address("template", "secrets")).status_code == 404


# --- one run -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        *[(name, 200) for name in ("community", "community_leader", "dispatcher", "director", "auditor")],
        *[(name, 404) for name in ("community2", "section")],
        *[(name, 302) for name in ("leader", "worker", "parttime", "worker2", "department")],
    ],
)
def test_who_sees_a_run(cast: Cast, who: str, status: int) -> None:
    run = checked(uploaded(ROWS, cast.community))
    client = as_(getattr(cast, who))

    assert client.get(address("change", run.pk)).status_code == status
    assert client.get(address("found", run.pk)).status_code == status
    assert client.get(address("part", run.pk)).status_code == (302 if status == 200 else status)


@pytest.mark.parametrize("who", ["community_leader", "dispatcher", "auditor", "community2", "worker"])
@pytest.mark.parametrize("action", ["check", "import", "cancel"])
def test_only_its_uploader_moves_a_run(cast: Cast, who: str, action: str) -> None:
    run = checked(uploaded(ROWS, cast.community))
    press(getattr(cast, who), run, action, leave_out="on")

    run.refresh_from_db()
    assert run.state == ImportState.CHECKED


def test_a_checked_run_shows_numbers_and_reasons(cast: Cast) -> None:
    run = checked(uploaded(ROWS, cast.community))
    page = as_(cast.community).get(address("change", run.pk)).content.decode()

    assert re.findall(r"<dd>(\d+)</dd>", page) == ["2", "0", "0", "1"]
    assert "手机号" in page and "2–3" in page  # noqa: PT018
    assert "1 row stays out" in page
    assert inline(page) == []


def test_the_table_narrows_to_one_kind(cast: Cast) -> None:
    run = checked(uploaded(ROWS, cast.community))
    page = as_(cast.community).get(address("change", run.pk), {"what": "refused"}).content.decode()

    assert ("<td>4</td>" in page, "2–3" in page) == (True, False)


def test_the_findings_come_as_xlsx(cast: Cast) -> None:
    run = checked(uploaded(ROWS, cast.community))
    rows = read(as_(cast.community).get(address("found", run.pk)).content)

    assert [row[0] for row in rows[1:]] == ["4", "2–3"]


def test_rows_stay_out_only_when_somebody_says_so(cast: Cast) -> None:
    run = checked(uploaded(ROWS, cast.community))
    press(cast.community, run, "import")
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED

    press(cast.community, run, "import", leave_out="on")
    run.refresh_from_db()
    assert run.state == ImportState.IMPORTING


def test_pressed_twice_it_begins_once(cast: Cast) -> None:
    run = checked(uploaded(ROWS, cast.community))
    press(cast.community, run, "import", leave_out="on")
    second = press(cast.community, run, "import", leave_out="on")

    assert "has to be checked first" in second.content.decode()


def test_the_same_file_again_warns(cast: Cast) -> None:
    first = uploaded(ROWS, cast.community)
    ImportRun.objects.update(state=ImportState.IMPORTED, finished_at=clock.now())
    run = uploaded(ROWS, cast.community)
    ImportRun.objects.filter(pk=run.pk).update(sha256=first.sha256)
    page = as_(cast.community).get(address("change", checked(run).pk)).content.decode()

    assert "This very file was brought in before" in page


# --- on its way --------------------------------------------------------------------------
def busy(cast: Cast, **fields: Any) -> ImportRun:
    run = uploaded(ROWS, cast.community)
    at_work(run, ImportState.CHECKING)
    ImportRun.objects.filter(pk=run.pk).update(**fields)
    return run


def test_a_run_at_work_tells_how_far_it_is(cast: Cast) -> None:
    began, client = clock.now(), as_(cast.community)
    run = busy(cast, rows=30_000, rows_done=10_000, started_at=began)
    with clock.at(began + timedelta(seconds=10)):
        page = client.get(address("part", run.pk), headers={"HX-Request": "true"}).content.decode()

    assert "10000 of 30000 rows" in page.replace(",", "")
    assert "1000 rows a second" in page.replace(",", "")
    assert "about 20 seconds left" in page
    assert 'hx-trigger="every 2s"' in page


def test_the_part_of_an_ended_run_has_the_page_read_anew(cast: Cast) -> None:
    run = checked(uploaded(ROWS, cast.community))
    response = as_(cast.community).get(address("part", run.pk), headers={"HX-Request": "true"})

    assert response["HX-Refresh"] == "true"
    assert "hx-get" not in response.content.decode()


def test_without_scripts_there_is_a_way_to_look_again(cast: Cast) -> None:
    run = busy(cast)
    page = as_(cast.community).get(address("change", run.pk)).content.decode()

    assert "Look again" in page
    assert inline(page) == []


def test_a_run_whose_worker_died_may_be_started_again(cast: Cast) -> None:
    run = busy(cast)
    ImportRun.objects.update(beat_at=clock.now() - timedelta(minutes=5))
    page = as_(cast.community).get(address("change", run.pk)).content.decode()
    assert "its worker has stopped" in page and "Start again" in page  # noqa: PT018

    press(cast.community, run, "check")
    run.refresh_from_db()
    assert (run.state, ways.is_silent(run)) == (ImportState.CHECKING, False)


def test_a_second_file_waits_with_a_sentence(cast: Cast) -> None:
    busy(cast)
    page = as_(cast.director).get(send(cast.director, xlsx(ROWS))["Location"]).content.decode()

    assert "Check the file" in page
    assert ImportRun.objects.latest("pk").state == ImportState.UPLOADED


# --- with the real worker ----------------------------------------------------------------
@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_file_goes_its_way_with_the_real_worker(cast: Cast, celery_worker: Worker) -> None:
    send(cast.community, xlsx(ROWS))
    run = ImportRun.objects.get()
    wait_until(lambda: ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKED).exists())
    run.refresh_from_db()
    press(cast.community, run, "import", leave_out="on")
    wait_until(lambda: ImportRun.objects.filter(pk=run.pk, state=ImportState.IMPORTED).exists())

    assert sorted(Resident.objects.values_list("name", flat=True)) == ["张三", "李四"]
