"""Who is let in to the REST interface, how often, and how it says no."""

from datetime import timedelta

import pytest
from django.test import Client
from redis.exceptions import RedisError

from requests_app.models import Ticket
from tests.cast import Cast
from tests.requests_app.matters import told
from tests.wangguan.interfaces.caller import caller, key_of
from wangguan import clock
from wangguan.interfaces import keys
from wangguan.interfaces.models import Scope
from wangguan.limits import Limit

pytestmark = pytest.mark.django_db
LIST = "/api/v1/tickets/"


# --- keys --------------------------------------------------------------------------------
def test_key_acts_as_its_account(cast: Cast) -> None:
    ticket = told(cast)

    mine, theirs = caller(cast.worker).get(LIST), caller(cast.worker2).get(LIST)

    assert [row["number"] for row in mine.json()["results"]] == [ticket.number]
    assert theirs.json()["results"] == []


def test_stranger_is_asked_for_a_key(client: Client) -> None:
    answer = client.get(LIST)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="wangguan"')


@pytest.mark.parametrize("text", ["", "wg_", "wg_000000000000_" + "A" * 43, "Basic x"])
def test_bad_key_opens_nothing(client: Client, text: str) -> None:
    answer = client.get(LIST, headers={"Authorization": f"Bearer {text}"})

    assert (answer.status_code, answer.json()["type"]) == (401, "/api/docs/problems/#authentication_failed")
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_bad_key_is_not_helped_by_a_session(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)

    assert client.get(LIST, headers={"Authorization": "Bearer wg_"}).status_code == 401


def test_withdrawn_key_is_told_so_at_once(cast: Cast) -> None:
    key, text = key_of(cast.worker)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    before = client.get(LIST).status_code
    keys.withdraw(key)

    assert (before, client.get(LIST).status_code) == (200, 401)


def test_key_needs_no_key_of_a_form(cast: Cast) -> None:
    _key, text = key_of(cast.worker)
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {text}"})

    answer = client.post(f"{LIST}{told(cast).number}/steps/accept/", {}, content_type="application/json")

    assert answer.status_code == 200


# --- scopes ------------------------------------------------------------------------------
def test_key_without_the_scope_is_told_which_it_lacks(cast: Cast) -> None:
    answer = caller(cast.worker, Scope.STATISTICS_READ).get(LIST)

    assert (answer.status_code, answer.json()["type"]) == (403, "/api/docs/problems/#missing_scope")
    assert "tickets:read" in answer.json()["detail"]


def test_key_that_reads_changes_nothing(cast: Cast) -> None:
    ticket = told(cast)

    answer = caller(cast.worker, Scope.TICKETS_READ).post(f"{LIST}{ticket.number}/steps/accept/")

    assert answer.status_code == 403
    assert Ticket.objects.get(pk=ticket.pk).version == 1


def test_scope_opens_nothing_that_the_account_may_not_see(cast: Cast) -> None:
    assert caller(cast.worker2).get(f"{LIST}{told(cast).number}/").status_code == 404


# --- how often ---------------------------------------------------------------------------
def test_key_waits_when_its_minute_is_used_up(cast: Cast) -> None:
    client = caller(cast.worker, requests_a_minute=2)
    codes = [client.get(LIST).status_code for _ in range(3)]

    answer = client.get(LIST)

    assert codes == [200, 200, 429]
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_keys_are_counted_apart(cast: Cast) -> None:
    first, second = (caller(cast.worker, requests_a_minute=1) for _ in range(2))

    assert [client.get(LIST).status_code for client in (first, first, second)] == [200, 429, 200]


def test_cache_that_is_away_closes_no_door(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_names: object) -> bool:
        raise RedisError

    monkeypatch.setattr(Limit, "take", away)

    assert caller(cast.worker).get(LIST).status_code == 200


# --- problems ----------------------------------------------------------------------------
def test_problem_has_the_members_of_the_standard(cast: Cast) -> None:
    answer = caller(cast.worker).get(LIST, {"status": "lost"})

    said = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (said["type"], said["status"]) == ("/api/docs/problems/#invalid", 400)
    assert (said["instance"], list(said["errors"])) == (LIST, ["status"])
    assert said["detail"] == said["errors"]["status"][0]


def test_problem_speaks_the_callers_language(cast: Cast) -> None:
    client = caller(cast.worker)
    path = f"{LIST}WG-20261123-000001-1/"

    english = client.get(path, headers={"Accept-Language": "en"})

    assert english.json()["detail"] == "There is no such matter, or it is not yours to see."
    assert (english["Content-Language"], client.get(path)["Content-Language"]) == ("en", "zh-hans")


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status", "code"),
    [
        ("get", "/api/v1/nowhere/", "", "", 404, "not_found"),
        ("get", "/api/v2/", "", "", 404, "not_found"),
        ("delete", LIST, "", "", 405, "method_not_allowed"),
        ("options", LIST, "", "", 405, "method_not_allowed"),
        ("post", LIST, "<a/>", "text/xml", 415, "unsupported_media_type"),
        ("post", LIST, "{", "application/json", 400, "parse_error"),
        ("post", LIST, "[" * 100_000, "application/json", 400, "parse_error"),
        ("post", LIST, '"' + "x" * 2_100_000 + '"', "application/json", 413, "too_large"),
    ],
)
def test_whatever_goes_wrong_is_a_problem(
    cast: Cast, method: str, path: str, body: str, content_type: str, status: int, code: str
) -> None:
    options = {"data": body, "content_type": content_type} if content_type else {}

    answer = getattr(caller(cast.worker), method)(path, **options)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"/api/docs/problems/#{code}"


def test_missing_page_outside_the_interface_stays_a_page(client: Client) -> None:
    assert client.get("/nowhere/")["Content-Type"].startswith("text/html")


def test_mistake_of_ours_is_a_problem_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_rows: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("requests_app.queries.TicketQuerySet.for_list", broken)
    client = caller(cast.worker)
    client.raise_request_exception = False

    answer = client.get(LIST)

    assert (answer.status_code, answer.json()["type"]) == (500, "/api/docs/problems/#error")


def test_list_names_the_pages_beside_it_in_a_header(cast: Cast) -> None:
    for _ in range(21):
        told(cast)

    answer = caller(cast.worker).get(LIST)

    assert answer["Link"] == f'<{answer.json()["next"]}>; rel="next"'


def test_expired_key_opens_nothing_any_more(cast: Cast) -> None:
    client = caller(cast.worker)

    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        assert client.get(LIST).status_code == 401
