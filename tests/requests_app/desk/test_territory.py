"""Grids in a table, reshaped from a page, and seen as one network."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from grids import line_file
from grids.models import Building, Grid, LineCode, Reshaping, User
from requests_app.models import Ticket
from requests_app.services import audit
from tests.cast import Cast
from tests.factories import make_building
from tests.requests_app.matters import accepted, told

pytestmark = pytest.mark.django_db
GRID = "370103015005003"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def split_form(cast: Cast, building: Building, **more: Any) -> dict[str, Any]:
    page = signed_in(cast.dispatcher).get(f"/admin/territory/{GRID}/split/")
    form = page.context["form"]
    typed = {"key": str(form.initial["key"]), "number": "004", "name": "九区社区第四网格"}
    return {**typed, "buildings": [building.pk], "reason": "户数过多", **more}


@pytest.mark.parametrize(
    "address", ["territory/", f"territory/{GRID}/split/", "territory/changes/", "line-codes/"]
)
def test_the_anonymous_sign_in_first(client: Client, cast: Cast, address: str) -> None:
    assert client.get(f"/admin/{address}").status_code == 302


@pytest.mark.parametrize("who", ["community", "section", "auditor", "worker"])
def test_only_leaders_of_the_street_and_dispatchers_reshape(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))

    assert client.get(f"/admin/territory/{GRID}/split/").status_code == 403
    assert client.post(f"/admin/territory/{GRID}/split/", {"confirm": "1"}).status_code == 403


def test_a_community_sees_its_own_grids(cast: Cast) -> None:
    page = signed_in(cast.community).get("/admin/territory/")

    assert [grid.code for grid in page.context["grids"]] == ["370103015005002", GRID]


@pytest.mark.parametrize("kind", ["split", "merge", "renumber"])
def test_each_form_opens(cast: Cast, kind: str) -> None:
    assert signed_in(cast.director).get(f"/admin/territory/{GRID}/{kind}/").status_code == 200


def test_a_split_is_previewed_confirmed_and_on_record(cast: Cast) -> None:
    Building.objects.filter(pk=cast.building.pk).update(longitude=116.9305)
    second = make_building(grid=cast.grid, address="九区4号楼", latitude=36.631, longitude=116.9315)
    accepted(cast)
    client, typed = signed_in(cast.dispatcher), split_form(cast, second)

    preview = client.post(f"/admin/territory/{GRID}/split/", typed)
    assert not Reshaping.objects.exists()
    done = client.post(f"/admin/territory/{GRID}/split/", {**_multi(preview), "confirm": "1"}, follow=True)

    assert preview.status_code == done.status_code == 200
    record = Reshaping.objects.get()
    assert record.target.code == "370103015005004"
    assert Building.objects.get(pk=second.pk).grid == record.target
    assert client.get("/admin/territory/changes/").status_code == 200
    assert audit.violations() == {}


def test_a_stale_preview_is_shown_anew(cast: Cast) -> None:
    client = signed_in(cast.dispatcher)
    page = client.get(f"/admin/territory/{GRID}/merge/")
    key = str(page.context["form"].initial["key"])
    preview = client.post(
        f"/admin/territory/{GRID}/merge/", {"key": key, "target": cast.grid_beside.pk, "reason": "合并"}
    )
    told(cast)

    again = client.post(f"/admin/territory/{GRID}/merge/", {**_multi(preview), "confirm": "1"})

    assert again.status_code == 409
    assert dict(again.context["counts"]) != dict(preview.context["counts"])
    assert Ticket.objects.get().grid == cast.grid


def _multi(preview: Any) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = {}
    for name, value in preview.context["hidden"]:
        typed.setdefault(name, []).append(value)
    return typed


def test_one_network_shows_every_line(cast: Cast) -> None:
    told(cast)
    client = signed_in(cast.community)

    page = client.get(f"/admin/grids/{GRID}/network/")

    assert len(page.context["network"].threads) == 5
    assert client.get("/admin/grids/370103015003001/network/").status_code == 404


def test_codes_come_in_after_a_look(cast: Cast) -> None:
    rows = ",".join(line_file.headings()) + f"\nsafety,AJ-7,安监七片,{GRID},2025-01-01,\nsafety,,x,{GRID},,\n"
    client = signed_in(cast.dispatcher)

    look = client.post("/admin/line-codes/", {"file": SimpleUploadedFile("codes.csv", rows.encode())})
    report = look.context["report"]
    assert (len(report.fresh), [number for number, _why in report.wrong]) == (1, [3])
    client.post("/admin/line-codes/", {"token": look.context["token"], "count": "1"})

    code = LineCode.objects.get()
    assert (code.code, code.grid, code.starts_on) == ("AJ-7", cast.grid, date(2025, 1, 1))
    assert "安监七片" in client.get("/admin/line-codes/?q=AJ-7").content.decode()


def test_codes_go_out_in_the_layout_that_comes_in(cast: Cast) -> None:
    LineCode.objects.create(line="safety", code="AJ-7", name="安监七片", grid=cast.grid)

    file = signed_in(cast.director).get("/admin/line-codes/file/").content

    sheet = load_workbook(BytesIO(file)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == line_file.headings()
    assert line_file.check(file).known == 1


def test_a_former_number_leads_to_the_grid(cast: Cast) -> None:
    Grid.objects.filter(pk=cast.grid.pk).update(code="370103015005009")
    cast.grid.aliases.create(code=GRID)

    page = signed_in(cast.director).get(f"/admin/grids/{GRID}/network/")

    assert page["Location"] == "/admin/grids/370103015005009/network/"
