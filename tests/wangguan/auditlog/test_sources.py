"""What is written down, from whichever room: permissions, files that leave, personal data shown, rules."""

from datetime import date

import pytest
from django.test import Client

from grids.models import Leave, Post, Role
from requests_app.categories import load_categories
from requests_app.models import Category
from requests_app.services.calls import dial
from requests_app.services.leave import mark
from residents.services.unmask import unmask
from residents.terms import Secret
from tests.cast import Cast
from tests.requests_app.matters import accepted
from tests.residents.factories import make_resident
from tests.wangguan.accounts.signing import with_factor
from wangguan import journal
from wangguan.accounts import second_factor
from wangguan.auditlog.models import Entry
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db

USERS = "/admin/grids/user/"


def only() -> Entry:
    """The one row of the log."""
    return Entry.objects.get()


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.director)
    return client


def test_post_given_in_the_admin(office: Client, cast: Cast) -> None:
    fields = {"user": cast.worker.pk, "role": Role.DISPATCHER, "street": cast.street.pk}
    office.post("/admin/grids/post/add/", {**fields, "starts_on": "2026-01-01"})
    given = Post.objects.get(user=cast.worker, role=Role.DISPATCHER)
    entry = only()
    assert (entry.kind, entry.actor, entry.subject) == (
        "permission_changed",
        cast.director,
        f"grids.post:{given.pk}",
    )
    assert (entry.detail["what"], entry.detail["user_id"], entry.detail["role"]) == (
        "added",
        cast.worker.pk,
        "dispatcher",
    )


def test_account_closed_in_the_admin(office: Client, cast: Cast) -> None:
    fields = {"username": "worker", "real_name": cast.worker.real_name, "phone": cast.worker.phone}
    office.post(f"{USERS}{cast.worker.pk}/change/", fields)
    assert (only().subject, only().detail["is_active"]) == (f"grids.user:{cast.worker.pk}", False)


def test_password_set_in_the_admin(office: Client, cast: Cast) -> None:
    new = {"password1": "vier-worte-neun-8", "password2": "vier-worte-neun-8", "usable_password": "true"}
    office.post(f"{USERS}{cast.worker.pk}/password/", new)
    assert (only().kind, only().actor) == ("password_changed", cast.director)


def test_deputy_named_on_the_phone(cast: Cast) -> None:
    posts = list(cast.worker.posts.all())
    mark(posts, by=cast.worker, deputy=cast.leader, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 2))
    assert (only().subject, only().detail["deputy_id"]) == (
        f"grids.leave:{Leave.objects.get().pk}",
        cast.leader.pk,
    )


def test_list_taken_out(office: Client, cast: Cast) -> None:
    assert b"".join(office.post("/admin/requests_app/ticket/export/").streaming_content)  # type: ignore[attr-defined]
    assert (only().kind, only().actor, only().subject) == (
        "export",
        cast.director,
        "admin:requests_app_ticket_export",
    )


def test_page_that_is_no_file_is_not_written_down(office: Client) -> None:
    office.get("/admin/requests_app/ticket/")
    assert not Entry.objects.exists()


def test_number_of_a_resident_shown(cast: Cast) -> None:
    resident = make_resident(grid=cast.grid, phone="13900001111")
    unmask(resident, Secret.PHONE, "核对一下号码", cast.worker)
    assert (only().kind, only().subject, only().detail) == (
        "unmasked",
        f"residents.resident:{resident.pk}",
        {"field": "phone"},
    )


def test_number_of_whoever_told_a_matter_shown(cast: Cast) -> None:
    ticket = accepted(cast)
    dial(ticket, by=cast.worker, reason="回访一下")
    assert (only().kind, only().subject) == ("unmasked", f"requests_app.ticket:{ticket.number}")


def test_rule_changed(cast: Cast) -> None:
    load_categories()
    rule = Category.objects.first()
    assert rule
    journal.note(cast.director, [rule], journal.CHANGE, "x")
    assert (only().kind, only().subject) == ("rules_changed", f"requests_app.category:{rule.pk}")


def reset(client: Client, *people: int) -> None:
    client.post(USERS, {"action": "reset_second_factor", "_selected_action": list(people)})


def test_street_leader_resets_a_lost_factor(office: Client, cast: Cast) -> None:
    with_factor(cast.worker)
    reset(office, cast.worker.pk)
    assert (second_factor.has_one(cast.worker), only().kind, only().actor) == (
        False,
        "second_factor_reset",
        cast.director,
    )


def test_person_is_told_of_the_reset(office: Client, cast: Cast) -> None:
    with_factor(cast.worker)
    reset(office, cast.worker.pk)
    told = Message.objects.filter(user=cast.worker, kind="second_factor_reset")
    assert sorted(told.values_list("channel", flat=True)) == ["in_app", "sms"]


def test_factors_of_several_are_not_reset_at_once(office: Client, cast: Cast) -> None:
    with_factor(cast.worker)
    reset(office, cast.worker.pk, cast.leader.pk)
    assert second_factor.has_one(cast.worker)


def test_factor_of_the_auditor_is_not_the_street_leaders_to_reset(office: Client, cast: Cast) -> None:
    with_factor(cast.auditor)
    reset(office, cast.auditor.pk)
    assert second_factor.has_one(cast.auditor)


@pytest.mark.parametrize(
    "who", ["dispatcher", "section", "community_leader", "community", "auditor", "worker"]
)
def test_nobody_else_resets_a_factor(client: Client, cast: Cast, who: str) -> None:
    with_factor(cast.worker)
    client.force_login(getattr(cast, who))
    reset(client, cast.worker.pk)
    assert second_factor.has_one(cast.worker)
