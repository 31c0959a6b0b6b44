"""Pages for what went wrong, through real requests: what happened, what to do, nothing leaked."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.test.client import RequestFactory
from django.urls import include, path
from pytest_django import Settings

from tests.cast import Cast
from tests.requests_app.matters import told
from wangguan import pages
from wangguan.answers import too_many

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret-inside")


urlpatterns = [path("broken/", broken), path("", include("wangguan.urls"))]
handler400, handler500 = pages.bad_request, pages.server_error


def visitor(**cookies: str) -> Client:
    client = Client(raise_request_exception=False)
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def main(response: Any) -> str:
    return str(response.content.decode().split('id="main"')[1].split("<footer")[0])


@pytest.mark.urls(__name__)
def test_500_says_it_was_not_the_visitors_doing_and_leaks_nothing() -> None:
    response = visitor().get("/broken/?phone=13800000001")
    assert response.status_code == 500
    assert "这不是您的问题" in main(response)
    assert not re.search("secret-inside|RuntimeError|13800000001", response.content.decode())


@pytest.mark.urls(__name__)
def test_500_keeps_senior_view_and_language() -> None:
    page = visitor(elder="2", **{settings.LANGUAGE_COOKIE_NAME: "en"}).get("/broken/").content.decode()
    assert '<html lang="en" data-elder="2">' in page


@pytest.mark.django_db(databases=[])
def test_500_needs_no_database_and_no_session(rf: RequestFactory) -> None:
    assert pages.server_error(rf.get("/")).status_code == 500


def test_404_leads_to_the_search_and_home() -> None:
    response = visitor().get("/no-such-page/")
    assert response.status_code == 404
    assert re.findall(r'href="(/[^"]*)"', main(response)) == ["/track/", "/"]


def test_400_of_a_strange_host_is_a_page() -> None:
    response = visitor().get("/", HTTP_HOST="elsewhere.example")
    assert (response.status_code, "再提交一次" in main(response)) == (400, True)


def test_403_says_whom_to_ask(cast: Cast) -> None:
    client = visitor()
    client.force_login(cast.parttime)
    response = client.get("/worker/visits/")
    assert response.status_code == 403
    assert re.findall(r'href="(/[^"]*)"', main(response)) == ["/worker/"]


@pytest.mark.parametrize(
    ("referer", "link"),
    [("http://testserver/track/", "http://testserver/track/"), ("https://evil.example/", "/")],
)
def test_old_form_leads_to_the_form_anew(referer: str, link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/track/", {"number": "1"}, headers={"referer": referer})
    assert response.status_code == 403
    assert f'href="{link}"' in main(response)


@pytest.mark.parametrize(
    ("referer", "link"),
    [("http://testserver/worker/duty/", "http://testserver/worker/duty/"), ("https://evil.example/", "/")],
)
def test_405_leads_back_to_the_form(client: Client, referer: str, link: str) -> None:
    response = client.get("/worker/duty/notes/1/read/", headers={"referer": referer})
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "这个地址只接收表单" in main(response)
    assert f'href="{link}"' in main(response)


@pytest.mark.parametrize("address", ["/worker/duty/", "/admin/handover/"])
def test_a_form_sent_after_the_session_comes_back_to_its_page(client: Client, address: str) -> None:
    form = f"http://testserver{address}"
    response = client.post(f"{address}", {"words": "夜里"}, headers={"referer": form})
    assert parse_qs(urlsplit(response["Location"]).query) == {"next": [form]}
    stranger = client.post(f"{address}", headers={"referer": "https://evil.example/"})
    assert parse_qs(urlsplit(stranger["Location"]).query) == {"next": [settings.LOGIN_REDIRECT_URL]}


def test_413_says_how_much_is_too_much() -> None:
    words = "长" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get("/report/")
    response = client.post("/report/", {"description": words})
    assert response.status_code == 413
    assert "每张不超过 10 MB，最多 6 张" in main(response)


def test_429_says_when_to_come_back(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    for _ in range(settings.LOOKUP_TRIES_PER_HOUR + 1):
        response = client.post("/track/", {"number": ticket.number, "phone_tail": "0000"})
    assert response.status_code == 429
    assert 3590 <= int(response["Retry-After"]) <= 3600
    assert "请大约 1 小时后再试" in main(response)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(2400, "大约 40 分钟后"), (2401, "大约 41 分钟后"), (0, "大约 1 分钟后"), (3600, "1 小时")],
)
def test_429_counts_in_minutes(rf: RequestFactory, seconds: int, said: str) -> None:
    request = rf.get("/track/")
    response = too_many(request, wait=seconds)
    assert said in main(response)
    assert response["Retry-After"] == str(max(1, seconds))


def test_429_of_the_sign_in_package_has_no_time_and_still_a_sentence(rf: RequestFactory) -> None:
    assert "请稍后再试" in main(render(rf.get("/"), "429.html", status=429))


def test_offline_page_is_the_same_for_everybody(cast: Cast, client: Client) -> None:
    anonymous = client.get("/offline/").content
    client.force_login(cast.worker)
    assert client.get("/offline/").content == anonymous
    assert b"csrfmiddlewaretoken" not in anonymous


@pytest.mark.parametrize(
    "address", ["/help/", "/privacy/", "/accessibility/", "/offline/", "/accounts/login/", "/x/"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_explaining_pages_speak_both_languages(address: str, language: str) -> None:
    page = visitor(**{settings.LANGUAGE_COOKIE_NAME: language}).get(address).content.decode()
    text = re.sub(r"<[^>]+>|中文", "", page.split("<body>")[1])
    assert bool(re.search("[一-鿿]", text)) == (language == "zh-hans")


def test_language_is_remembered_for_a_year(client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] == 365 * 24 * 3600


def test_senior_view_can_be_made_larger_still_and_left(client: Client) -> None:
    for size, shown in (("1", 'data-elder="1"'), ("2", 'data-elder="2"'), ("0", "<html")):
        client.post("/elder/", {"elder": size, "next": "/"})
        assert shown in client.get("/").content.decode()
    assert "data-elder" not in client.get("/").content.decode()


def test_strange_size_is_no_senior_view() -> None:
    assert "data-elder" not in visitor(elder='9"><script>').get("/").content.decode()


def test_numbers_of_the_law_stand_at_the_foot(client: Client, settings: Settings) -> None:
    settings.ICP_NUMBER, settings.POLICE_NUMBER = "鲁ICP备12345678号-1", "鲁公网安备37010302000123号"
    page = client.get("/").content.decode()
    assert '<a href="https://beian.miit.gov.cn/" rel="noreferrer">鲁ICP备12345678号-1</a>' in page
    assert "webSearch?code=37010302000123" in page


def test_no_numbers_no_links(client: Client) -> None:
    assert "beian" not in client.get("/").content.decode()


def test_help_shows_public_phones_of_communities(cast: Cast, client: Client) -> None:
    cast.community_unit.contact = "0531-12345678"
    cast.community_unit.save(update_fields=["contact"])
    page = client.get("/help/").content.decode()
    assert re.findall(r'href="tel:(0531[^"]*)"', page) == ["0531-12345678"]
