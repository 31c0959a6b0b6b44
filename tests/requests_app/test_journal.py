"""What is edited in the office stands in the admin's history, with values before and after."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import translation

from grids.models import DutyShift, Grid, Post, today
from requests_app.calendar_import import import_year
from requests_app.desk import services as desk
from requests_app.models import Category
from requests_app.services import leave
from tests.cast import Cast
from tests.factories import make_leave, make_shift
from tests.requests_app.test_admin_books import FIELDS
from wangguan import clock, journal

pytestmark = pytest.mark.django_db
ADMIN = "/admin/requests_app"


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def entries(row: object) -> list[LogEntry]:
    return list(LogEntry.objects.filter(object_id=str(row.pk)).order_by("pk"))  # type: ignore[attr-defined]


def posted(client: Client, cast: Cast, address: str, fields: dict[str, object]) -> None:
    client.force_login(cast.director)
    assert client.post(address, fields, headers={"accept-language": "en"}).status_code == 302


# --- values ------------------------------------------------------------------------------
def test_a_limit_is_told_before_and_after(client: Client, cast: Cast) -> None:
    group = Category.objects.create(code="1", name="公用", line="city", urgency="C", position=1)
    category = Category.objects.create(
        code="1-1", name="路灯", line="city", urgency="C", parent=group, position=1, resolve_minutes=60
    )
    fields = {**FIELDS, "code": "1-1", "parent": group.pk, "resolve_minutes": 90}
    posted(client, cast, f"{ADMIN}/category/{category.pk}/change/", fields)
    (entry,) = entries(category)
    assert "60 → 90" in " ".join(journal.told(entry))


def test_the_history_page_and_the_log_show_values(client: Client, cast: Cast) -> None:
    post = Post.objects.get(user=cast.worker)
    last = today() + timedelta(days=9)
    fields = {"user": post.user_id, "role": post.role, "grid": post.grid_id, "starts_on": "2020-01-01"}
    posted(client, cast, f"/admin/grids/post/{post.pk}/change/", {**fields, "ends_on": last.isoformat()})
    for page in (f"/admin/grids/post/{post.pk}/history/", "/admin/admin/logentry/"):
        assert f"— → {last}" in client.get(page).content.decode(), page


def test_a_secret_is_said_to_have_changed_and_no_more(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    page = client.get(f"/admin/grids/grid/{cast.grid.pk}/change/")
    form = page.context["adminform"].form
    fields = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
    changed = client.post(
        f"/admin/grids/grid/{cast.grid.pk}/change/", {**fields, "wecom_robot_key": "a-robots-key"}
    )
    assert changed.status_code == 302, changed.context["adminform"].form.errors
    assert Grid.objects.get(pk=cast.grid.pk).wecom_robot_key == "a-robots-key"
    assert [("a-robots-key" in entry.change_message) for entry in entries(cast.grid)] == [False]


# --- what is written without a form -----------------------------------------------------
def test_leave_from_the_phone_leaves_an_entry(cast: Cast) -> None:
    posts = list(Post.objects.filter(user=cast.worker))
    days = {"starts_on": today() + timedelta(days=1), "ends_on": today() + timedelta(days=3)}
    (made,) = leave.mark(posts, by=cast.worker, deputy=cast.leader, **days)
    key = made.pk
    leave.end(made, by=cast.worker)
    found = LogEntry.objects.filter(object_id=str(key)).order_by("pk")
    assert [(entry.user, entry.action_flag) for entry in found] == [
        (cast.worker, journal.ADDITION),
        (cast.worker, journal.DELETION),
    ]


def test_a_leave_that_is_refused_leaves_none(cast: Cast) -> None:
    post = Post.objects.get(user=cast.worker)
    make_leave(post, cast.leader)
    with pytest.raises(Exception, match="deputy"):
        leave.mark([post], by=cast.worker, deputy=cast.leader, starts_on=today(), ends_on=today())
    assert LogEntry.objects.count() == 0


def test_a_year_of_the_calendar_leaves_an_entry(cast: Cast) -> None:
    import_year(2027, "2027-01-01,no,元旦", source="国办发明电", by=cast.dispatcher)
    entry = LogEntry.objects.get()
    assert (entry.user, "国办发明电" in journal.told(entry)[0]) == (cast.dispatcher, True)


def test_shifts_in_series_and_swaps_leave_entries(cast: Cast) -> None:
    desk.add_series([cast.section], community=None, first=today(), last=today(), by=cast.dispatcher)
    one = DutyShift.objects.get()
    other = make_shift(cast.director, starts_at=clock.now() + timedelta(days=3))
    seen = {one.pk: one.user_id, other.pk: other.user_id}
    desk.swap(one.pk, other.pk, seen=seen, by=cast.dispatcher)
    assert [entry.action_flag for entry in entries(one)] == [journal.ADDITION, journal.CHANGE]
    assert str(cast.section) in journal.told(entries(other)[0])[0]


def test_an_old_entry_is_read_as_ever(cast: Cast) -> None:
    whole = LogEntry(change_message='[{"changed": {"fields": ["Name"]}}]')
    broken = LogEntry(change_message="[no json")
    assert (len(journal.told(whole)), journal.told(broken)) == (1, ["[no json"])
