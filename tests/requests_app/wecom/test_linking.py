"""Who says which WeCom account is whose: a link opens an account, so it is given like one."""

from typing import Any

import pytest
from django.test import Client

from grids.models import User
from requests_app.wecom.models import LinkedAccount
from tests.cast import Cast
from wangguan.auditlog.models import Entry

pytestmark = pytest.mark.django_db
LIST = "/admin/wecom/linkedaccount/"


def link(client: Client, *, by: User, of: User, at: str = "add/") -> Any:
    client.force_login(by)
    return client.post(LIST + at, {"user": of.pk, "userid": "zhangsan"})


def test_dispatcher_links_a_worker(client: Client, cast: Cast) -> None:
    link(client, by=cast.dispatcher, of=cast.worker)
    assert LinkedAccount.objects.get().user == cast.worker


def test_dispatcher_cannot_link_the_leader_and_sign_in_as_them(client: Client, cast: Cast) -> None:
    answer = link(client, by=cast.dispatcher, of=cast.director)
    assert (answer.status_code, LinkedAccount.objects.exists()) == (200, False)
    assert answer.context["adminform"].form.errors["user"]


@pytest.mark.parametrize("tail", ["change/", "delete/"])
def test_dispatcher_cannot_touch_the_leaders_link(client: Client, cast: Cast, tail: str) -> None:
    row = LinkedAccount.objects.create(user=cast.director, userid="leader")
    client.force_login(cast.dispatcher)
    answer = client.post(f"{LIST}{row.pk}/{tail}", {"user": cast.worker.pk, "userid": "mine", "post": "yes"})
    row.refresh_from_db()
    assert (answer.status_code, row.userid, row.user) == (403, "leader", cast.director)


def test_link_is_written_into_the_audit_log(client: Client, cast: Cast) -> None:
    link(client, by=cast.dispatcher, of=cast.worker)
    row = Entry.objects.get(kind="permission_changed")
    assert (row.actor, row.subject) == (
        cast.dispatcher,
        f"wecom.linkedaccount:{LinkedAccount.objects.get().pk}",
    )
    assert row.detail["user_id"] == cast.worker.pk


@pytest.mark.parametrize(
    ("who", "status"), [("director", 200), ("auditor", 200), ("community", 403), ("worker", 302)]
)
def test_links_are_read_by_the_street(client: Client, cast: Cast, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(LIST).status_code == status
