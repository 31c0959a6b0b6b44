"""Staff and posts by file: tried first, taken over whole, never above what one may give by hand."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from grids import staff_file
from grids.models import Post, Role, User
from tests.cast import Cast
from wangguan.refusals import Refused
from wangguan.workbook import Book

pytestmark = pytest.mark.django_db

PAGE = "/admin/grids/user/import/"
NEW = {"username": "li.na", "real_name": "李娜", "phone": "13900000099", "role": "专职网格员"}


def _file(*rows: dict[str, Any]) -> bytes:
    book, names = Book(), staff_file.headings()
    page = book.sheet("x")
    page.head(names.values())
    for row in rows:
        page.row([row.get(name, "") for name in names])
    return book.save()


def _take(cast: Cast, *rows: dict[str, Any], by: User | None = None) -> staff_file.Report:
    content, who = _file(*rows), by or cast.dispatcher
    return staff_file.take_over(content, by=who, expected=staff_file.check(content, by=who).counts)


def _refusal(cast: Cast, row: dict[str, Any], by: User | None = None) -> str:
    (outcome,) = staff_file.check(_file(row), by=by or cast.dispatcher).outcomes
    assert outcome.refused
    return outcome.says


def test_a_trial_writes_nothing(cast: Cast) -> None:
    report = staff_file.check(_file({**NEW, "unit": cast.grid.code}), by=cast.dispatcher)
    assert report.counts == (1, 1, 0)
    assert not User.objects.filter(username="li.na").exists()


def test_somebody_new_comes_with_a_post_and_a_password_that_works(cast: Cast) -> None:
    report = _take(cast, {**NEW, "unit": cast.grid.name, "starts_on": "2026/12/1"})
    user = User.objects.get(username="li.na")
    post = Post.objects.get(user=user)
    assert (user.phone, post.role, post.grid, post.starts_on) == (
        "13900000099",
        Role.FULL_TIME_WORKER,
        cast.grid,
        date(2026, 12, 1),
    )
    assert user.check_password(report.passwords["li.na"])


def test_two_rows_are_two_posts_of_one_person(cast: Cast) -> None:
    rows = [{**NEW, "unit": cast.grid.code}, {**NEW, "unit": cast.grid_beside.code}]
    assert _take(cast, *rows).counts == (1, 2, 0)


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    row = {**NEW, "unit": cast.grid.code}
    _take(cast, row)
    assert not staff_file.check(_file(row), by=cast.dispatcher).does_something


def test_a_last_day_ends_the_post(cast: Cast) -> None:
    row = {"username": "worker", "real_name": cast.worker.real_name, "role": "专职网格员"}
    _take(cast, {**row, "unit": cast.grid.code, "ends_on": "2030-01-31"})
    assert cast.worker.posts.get().ends_on == date(2030, 1, 31)


@pytest.mark.parametrize(
    "change",
    [
        {"role": "区长"},
        {"unit": "没有这个网格"},
        {"phone": "12"},
        {"starts_on": "明天"},
        {"sections": "财务"},
        {"username": "worker"},
        {"username": ""},
        {"role": "网格长"},
    ],
)
def test_what_cannot_be_is_refused_with_its_row(cast: Cast, change: dict[str, str]) -> None:
    assert _refusal(cast, {**NEW, "unit": cast.grid.code, **change})


def test_one_refused_row_keeps_the_whole_file_out(cast: Cast) -> None:
    rows = [{**NEW, "unit": cast.grid.code}, {**NEW, "username": "x", "role": "区长"}]
    with pytest.raises(Refused):
        _take(cast, *rows)
    assert not User.objects.filter(username="li.na").exists()


@pytest.mark.parametrize(("role", "unit"), [("审计员", ""), ("街道领导", "370103015")])
def test_nobody_gives_by_file_what_they_may_not_give_by_hand(cast: Cast, role: str, unit: str) -> None:
    roles = {"审计员": Role.AUDITOR, "街道领导": Role.STREET_LEADER}
    row = {**NEW, "role": str(roles[role].label), "unit": unit}
    assert _refusal(cast, row)


def test_numbers_that_changed_meanwhile_are_looked_at_again(cast: Cast) -> None:
    content = _file({**NEW, "unit": cast.grid.code})
    with pytest.raises(Refused):
        staff_file.take_over(content, by=cast.dispatcher, expected=(0, 0, 0))


def test_a_formula_is_text(cast: Cast) -> None:
    book = load_workbook(BytesIO(staff_file.passwords_file({"=1+1": "-x"})))
    assert [cell.data_type for cell in book.worksheets[0][2]] == ["s", "s"]


# --- pages ---------------------------------------------------------------------------------
def test_from_upload_to_first_passwords(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    upload = SimpleUploadedFile("staff.xlsx", _file({**NEW, "unit": cast.grid.code}))
    tried = client.post(PAGE, {"file": upload})
    token = tried.context["token"]
    done = client.post(PAGE, {"token": token, "counts": "1,1,0"})
    assert done.context["passwords"] == 1
    fetched = client.post("/admin/grids/user/import-passwords/")
    assert load_workbook(BytesIO(fetched.content)).worksheets[0]["A2"].value == "li.na"
    assert client.post("/admin/grids/user/import-passwords/").status_code == 302


def test_a_second_press_finds_the_file_gone(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    upload = SimpleUploadedFile("staff.xlsx", _file({**NEW, "unit": cast.grid.code}))
    press = {"token": client.post(PAGE, {"file": upload}).context["token"], "counts": "1,1,0"}
    client.post(PAGE, press)
    assert client.post(PAGE, press).status_code == 302
    assert User.objects.filter(username="li.na").count() == 1


def test_nobody_confirms_what_another_uploaded(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    upload = SimpleUploadedFile("staff.xlsx", _file({**NEW, "unit": cast.grid.code}))
    token = client.post(PAGE, {"file": upload}).context["token"]
    client.force_login(cast.director)
    client.post(PAGE, {"token": token, "counts": "1,1,0"})
    assert not User.objects.filter(username="li.na").exists()


@pytest.mark.parametrize("who", ["community_leader", "section", "auditor"])
@pytest.mark.parametrize("page", ["import", "import-template", "staff-file", "import-passwords"])
def test_others_do_not_come_near(client: Client, cast: Cast, who: str, page: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"/admin/grids/user/{page}/").status_code == 403


def test_the_export_can_be_brought_in_again_and_has_no_phone(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    content = client.get("/admin/grids/user/staff-file/").content
    # The auditor's post is not the dispatcher's to give, nor the street leader's.
    report = staff_file.check(content, by=cast.dispatcher)
    assert report.counts == (0, 0, 0)
    assert cast.worker.phone not in str(
        [cell for row in load_workbook(BytesIO(content)).worksheets[0].values for cell in row]
    )


def test_people_posts_and_changes_leave_entries(cast: Cast) -> None:
    _take(cast, {**NEW, "unit": cast.grid.code})
    user = User.objects.get(username="li.na")
    _take(cast, {**NEW, "unit": cast.grid.code, "ends_on": "2099-12-31"})
    models = [entry.content_type.model for entry in LogEntry.objects.order_by("pk") if entry.content_type]
    assert models == ["user", "post", "post"]
    assert {entry.user for entry in LogEntry.objects.all()} == {cast.dispatcher}
    assert user.phone not in "".join(LogEntry.objects.values_list("change_message", flat=True))


def test_a_trial_leaves_no_entry(cast: Cast) -> None:
    staff_file.check(_file({**NEW, "unit": cast.grid.code}), by=cast.dispatcher)
    assert LogEntry.objects.count() == 0
