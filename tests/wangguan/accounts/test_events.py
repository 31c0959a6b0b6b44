"""What happens at the door stands in the audit log."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.wangguan.accounts.signing import PASSWORD, sign_in, with_password
from wangguan.auditlog.models import Entry

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str | None]]:
    """Kind and actor of each row, the first first."""
    rows = Entry.objects.order_by("number").select_related("actor")
    return [(row.kind, row.actor.username if row.actor else None) for row in rows]


def test_signing_in_and_out(client: Client, cast: Cast) -> None:
    with_password(cast.worker)
    sign_in(client, "worker")
    client.post("/accounts/logout/")
    assert told() == [("sign_in", "worker"), ("sign_out", "worker")]


def test_sign_in_says_from_where(client: Client, cast: Cast) -> None:
    with_password(cast.worker)
    sign_in(client, "worker", address="203.0.113.77")
    assert Entry.objects.get().address == "203.0.113.77"


def test_wrong_password_says_whose_name_was_typed(client: Client, cast: Cast) -> None:
    sign_in(client, "worker", "wrong")
    entry = Entry.objects.get()
    assert (entry.kind, entry.actor, entry.subject) == (
        "sign_in_failed",
        None,
        f"grids.user:{cast.worker.pk}",
    )


def test_changed_password(client: Client, cast: Cast) -> None:
    with_password(cast.worker)
    sign_in(client, "worker")
    new = {"oldpassword": PASSWORD, "password1": "vier-worte-neun-8", "password2": "vier-worte-neun-8"}
    client.post("/accounts/password/change/", new)
    assert told() == [("sign_in", "worker"), ("password_changed", "worker")]


def test_visitor_leaves_no_row(client: Client, db: None) -> None:
    client.get("/")
    client.post("/accounts/logout/")
    assert told() == []
