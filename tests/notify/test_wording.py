"""The office's own words in messages: shown, filled in, checked, tried out, and never to be misused."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from grids.models import User
from tests.cast import Cast
from wangguan.notify import delivery, kinds, wording
from wangguan.notify.models import Message, Wording, make_missing_wordings

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> Wording:
    return Wording.objects.get(kind="new")


def _say(row: Wording, **words: str) -> Wording:
    for name, value in words.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row


def test_every_kind_has_its_row() -> None:
    assert set(Wording.objects.values_list("kind", flat=True)) == {kind.name for kind in kinds.known()}


def test_a_missing_row_is_made_again_and_the_others_stay(row: Wording) -> None:
    _say(row, title="有新事")
    Wording.objects.filter(kind="assigned").delete()
    make_missing_wordings()
    assert Wording.objects.get(kind="new").title == "有新事"
    assert Wording.objects.filter(kind="assigned").exists()


def test_the_offices_words_are_read_in_its_language(row: Wording, user: User) -> None:
    _say(row, title="有新事", text="{number} 到了,100% 要看")
    message = Message(kind="new", channel="in_app", user=user, context={"number": "WG-1", "category": "路灯"})
    assert (message.title, message.text) == ("有新事", "WG-1 到了,100% 要看")
    with translation.override("en"):
        assert message.title == "A new matter"


def test_an_empty_field_keeps_the_programs_words(row: Wording, user: User) -> None:
    _say(row, title="有新事")
    message = Message(kind="new", channel="in_app", user=user, context={"number": "WG-1", "category": "路灯"})
    with translation.override("zh-hans"):
        programs = str(kinds.get("new").text) % {"number": "WG-1", "category": "路灯"}
    assert message.text == programs


def test_a_placeholder_that_nothing_fills_is_refused_by_name(row: Wording) -> None:
    row.text = "{number} {phone}"
    with pytest.raises(ValidationError, match=r"\{phone\}"):
        row.full_clean()


def test_another_template_leaves_with_the_text_message(
    row: Wording, user: User, settings: Any, sms_gateway: Any
) -> None:
    _say(row, sms_template="NEW_2027")
    message = Message.objects.create(
        key="k", kind="new", channel="sms", user=user, context={"number": "WG-1", "category": "路灯"}
    )
    delivery.deliver(message.key)
    assert sms_gateway.requests[0].body["template"] == "NEW_2027"


def test_a_trial_reaches_whoever_presses_and_runs_no_hook(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    answer = Wording.objects.get(kind="answer")
    client.post(f"/admin/notify/wording/{answer.pk}/trial/", {"channel": "in_app"})
    told = Message.objects.get(user=cast.dispatcher)
    assert told.kind == "answer.trial"
    assert wording.SAMPLES["number"] in told.text
    trial = kinds.find("answer.trial")
    assert trial
    assert trial.on_delivered is None
    assert trial.on_failed is None


def test_a_channel_without_an_address_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    row = Wording.objects.get(kind="answer")
    page = client.post(f"/admin/notify/wording/{row.pk}/trial/", {"channel": "email"}, follow=True)
    assert not Message.objects.exists()
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


@pytest.mark.parametrize("who", ["section", "auditor"])
def test_readers_see_the_words_and_change_nothing(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    row = Wording.objects.get(kind="new")
    assert client.get(f"/admin/notify/wording/{row.pk}/change/").status_code == 200
    assert client.post(f"/admin/notify/wording/{row.pk}/change/", {"title": "x"}).status_code == 403
    assert client.post(f"/admin/notify/wording/{row.pk}/trial/", {"channel": "in_app"}).status_code == 403


def test_the_preview_escapes_what_was_written(client: Client, cast: Cast) -> None:
    row = _say(Wording.objects.get(kind="new"), text="<script>{number}</script>")
    client.force_login(cast.dispatcher)
    page = client.get(f"/admin/notify/wording/{row.pk}/change/").content.decode()
    assert "<script>WG" not in page
    assert "&lt;script&gt;WG" in page
