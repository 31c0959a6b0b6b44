"""Accounts are for staff: nobody signs up, and after login there is work."""

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_sign_up_is_closed(client: Client) -> None:
    assert "account/signup_closed.html" in [part.name for part in client.get("/accounts/signup/").templates]


def test_login_leads_to_the_work(client: Client, cast: Cast) -> None:
    cast.worker.set_password("a-long-secret-9")
    cast.worker.save(update_fields=["password"])
    answer = client.post("/accounts/login/", {"login": cast.worker.username, "password": "a-long-secret-9"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/worker/")


def test_wrong_password_is_refused(client: Client, cast: Cast) -> None:
    answer = client.post("/accounts/login/", {"login": cast.worker.username, "password": "wrong"})
    assert (answer.status_code, "_auth_user_id" in client.session) == (200, False)


def test_right_password_does_not_help_after_six_wrong_ones(client: Client, cast: Cast) -> None:
    cast.worker.set_password("a-long-secret-9")
    cast.worker.save(update_fields=["password"])
    for password in (*["wrong"] * 6, "a-long-secret-9"):
        client.post("/accounts/login/", {"login": cast.worker.username, "password": password})
    assert "_auth_user_id" not in client.session


def test_the_admin_has_no_sign_in_of_its_own(cast: Cast, client: Client) -> None:
    for page in ("/admin/login/?next=/admin/grids/grid/", "/admin/grids/grid/"):
        response = client.get(page, follow=True)
        assert response.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Fgrids%2Fgrid%2F", page
    client.force_login(cast.worker)
    assert client.get("/admin/grids/grid/", follow=True).status_code == 403
