"""Keys in the admin: who makes and withdraws them, and what they never become."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from grids.models import today
from tests.cast import Cast
from tests.wangguan.interfaces.caller import key_of
from wangguan.interfaces import keys
from wangguan.interfaces.models import ApiKey

pytestmark = pytest.mark.django_db
LIST = "/admin/interfaces/apikey/"


def make(client: Client, cast: Cast, **fields: Any) -> Any:
    form = {
        "name": "区热线",
        "user": cast.dispatcher.pk,
        "scopes": ["tickets:read", "tickets:write"],
        "expires_on": (today() + timedelta(days=30)).isoformat(),
        "requests_a_minute": 60,
    }
    client.force_login(cast.director)
    return client.post(f"{LIST}add/", form | fields)


def test_leader_makes_a_key_and_sees_its_text_once(client: Client, cast: Cast) -> None:
    answer = make(client, cast)
    key = ApiKey.objects.get()

    first, again = client.get(answer["Location"]), client.get(answer["Location"])

    text = first.context["text"]
    assert (keys.find(text), key.user, key.created_by) == (key, cast.dispatcher, cast.director)
    assert f">{text}</textarea>" in first.content.decode()
    assert text not in again.content.decode()
    assert "no-store" in first["Cache-Control"]


def test_key_ends_with_its_last_day(client: Client, cast: Cast) -> None:
    make(client, cast)

    ends = ApiKey.objects.get().expires_at
    assert ends.isoformat().startswith((today() + timedelta(days=30)).isoformat())  # 16:00 UTC is midnight


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "2031-01-01"}, "expires_on"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"requests_a_minute": 0}, "requests_a_minute"),
        ({"name": ""}, "name"),
    ],
)
def test_key_names_the_field_to_mend(client: Client, cast: Cast, fields: dict[str, Any], field: str) -> None:
    answer = make(client, cast, **fields)

    assert list(answer.context["adminform"].form.errors) == [field]
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("who", ["auditor", "department"])
def test_key_reaches_no_further_than_its_maker(client: Client, cast: Cast, who: str) -> None:
    account = getattr(cast, who)
    if who == "department":
        account.is_superuser = True
        account.save()

    answer = make(client, cast, user=account.pk)

    assert list(answer.context["adminform"].form.errors) == ["user"]


def test_account_without_a_post_gets_no_key(client: Client, cast: Cast) -> None:
    cast.worker.posts.all().delete()

    assert list(make(client, cast, user=cast.worker.pk).context["adminform"].form.errors) == ["user"]


@pytest.mark.parametrize(
    ("who", "seen", "makes"),
    [("director", 200, 200), ("auditor", 200, 403), ("dispatcher", 403, 403), ("community", 403, 403)],
)
def test_keys_are_the_leaders_affair(client: Client, cast: Cast, who: str, seen: int, makes: int) -> None:
    key, _text = key_of(cast.worker)
    client.force_login(getattr(cast, who))

    pages = [LIST, f"{LIST}{key.pk}/change/", f"{LIST}add/", f"{LIST}{key.pk}/withdraw/"]

    assert [client.get(page).status_code for page in pages] == [seen, seen, makes, makes]


def test_key_is_withdrawn_after_a_question(client: Client, cast: Cast) -> None:
    key, text = key_of(cast.worker)
    client.force_login(cast.director)
    client.get(f"{LIST}{key.pk}/withdraw/")
    before = keys.find(text)

    client.post(f"{LIST}{key.pk}/withdraw/")

    assert (before, keys.find(text)) == (key, None)
    assert LogEntry.objects.filter(object_id=str(key.pk), user=cast.director).count() == 1


def test_auditor_withdraws_nothing(client: Client, cast: Cast) -> None:
    key, text = key_of(cast.worker)
    client.force_login(cast.auditor)

    assert client.post(f"{LIST}{key.pk}/withdraw/").status_code == 403
    assert keys.find(text) == key


def test_key_is_never_changed_or_deleted(client: Client, cast: Cast) -> None:
    key, _text = key_of(cast.worker)
    client.force_login(cast.director)

    changed = client.post(f"{LIST}{key.pk}/change/", {"name": "x", "user": cast.director.pk})
    deleted = client.post(f"{LIST}{key.pk}/delete/", {"post": "yes"})

    assert (changed.status_code, deleted.status_code) == (403, 403)
    assert ApiKey.objects.get() == key


def test_text_is_shown_to_nobody_but_its_maker(client: Client, cast: Cast) -> None:
    page = make(client, cast)["Location"]
    other = Client()
    other.force_login(cast.auditor)

    assert other.get(page).status_code == 404
