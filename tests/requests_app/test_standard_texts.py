"""Standard texts: what they may hold, whom they are offered, how they are filled in, who keeps them."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from requests_app.categories import load_categories
from requests_app.models import Category, StandardText
from requests_app.placeholders import filled
from requests_app.standard_texts import load_standard_texts, placeholder_values, ready_texts, shipped
from tests.cast import Cast
from tests.requests_app.matters import PHONE, accepted, told

pytestmark = pytest.mark.django_db


def make_text(title: str, *, category: Category | None = None, **fields: object) -> StandardText:
    values = {"step": "resolve", "text": "{称呼}，您好：办好了。", **fields}
    return StandardText.objects.create(title=title, category=category, **values)


def offered(cast: Cast, **told_fields: object) -> list[str]:
    ticket = told(cast, **told_fields)
    return [text.title for text in ready_texts(ticket, ["resolve"], user=cast.worker).get("resolve", [])]


# --- the words ---------------------------------------------------------------------------
def test_unknown_placeholder_is_named_with_those_that_exist() -> None:
    with pytest.raises(ValidationError) as refused:
        StandardText(step="resolve", title="试", text="{电话}，您好").full_clean()
    assert "{电话}" in refused.value.messages[0]
    assert "{称呼} {地点} {今天} {网格} {我的岗位} {编号}" in refused.value.messages[0]


@pytest.mark.parametrize("text", ["{称呼，您好", "您好}", "{{称呼}}"])
def test_lone_brace_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        StandardText(step="resolve", title="试", text=text).full_clean()


def test_full_width_braces_and_blanks_are_understood() -> None:
    assert filled("｛ 称呼 ｝，您好", {"称呼": "张女士"}) == "张女士，您好"


def test_every_shipped_text_is_in_order() -> None:
    load_categories()
    load_standard_texts()
    for text in StandardText.objects.all():
        text.full_clean()
    assert {row["step"] for row in shipped()} >= {
        "resolve",
        "handle",
        "ask",
        "escalate",
        "decline",
        "request_hold",
    }


# --- filled in ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "spoken"),
    [
        ("张女士", "张女士"),
        ("欧阳老师", "欧阳老师"),
        ("老李", "老李"),
        ("张三丰", "居民朋友"),
        ("张三丰先生", "居民朋友"),
        ("", "居民朋友"),
    ],
)
def test_people_are_spoken_to_and_never_named_in_full(cast: Cast, given: str, spoken: str) -> None:
    assert placeholder_values(told(cast, contact_name=given), user=cast.worker)["称呼"] == spoken


def test_values_hold_no_phone(cast: Cast) -> None:
    values = placeholder_values(told(cast, address="九区3号楼"), user=cast.worker)
    assert (values["地点"], values["网格"]) == ("九区3号楼", "九区社区第三网格")
    assert PHONE not in "".join(values.values())


# --- whom they are offered ---------------------------------------------------------------
def test_own_category_comes_first_then_its_group_then_all(cast: Cast) -> None:
    load_categories()
    lamp, group = Category.objects.get(code="0602"), Category.objects.get(code="06")
    make_text("都能用")
    make_text("大类", category=group)
    make_text("路灯", category=lamp)
    make_text("井盖", category=Category.objects.get(code="0601"))
    assert offered(cast, category=lamp) == ["路灯", "大类", "都能用"]


def test_a_matter_without_category_is_offered_what_fits_all(cast: Cast) -> None:
    load_categories()
    make_text("都能用")
    make_text("路灯", category=Category.objects.get(code="0602"))
    assert offered(cast) == ["都能用"]


def test_a_text_out_of_use_is_not_offered(cast: Cast) -> None:
    make_text("旧的", is_active=False)
    assert offered(cast) == []


def test_at_most_six_are_offered(cast: Cast) -> None:
    for number in range(8):
        make_text(f"第{number}条")
    assert len(offered(cast)) == 6


@pytest.mark.parametrize("rows", [1, 3])
def test_texts_of_all_steps_take_one_statement(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = told(cast)
    assert cast.worker.current_posts
    for number in range(rows):
        make_text(f"第{number}条")
    with django_assert_num_queries(1):
        ready_texts(ticket, ["resolve", "handle", "escalate"], user=cast.worker)


# --- the shipped ones --------------------------------------------------------------------
def test_loading_again_keeps_what_staff_changed() -> None:
    load_categories()
    call_command("load_standard_texts", verbosity=0)
    StandardText.objects.filter(code="resolve-light").update(text="改过的", is_active=False)
    assert load_standard_texts() == (0, len(shipped()))
    assert StandardText.objects.get(code="resolve-light").text == "改过的"


def test_reset_puts_the_shipped_words_back() -> None:
    load_categories()
    load_standard_texts()
    StandardText.objects.filter(code="resolve-light").update(text="改过的")
    load_standard_texts(reset=True)
    assert "换了新的" in StandardText.objects.get(code="resolve-light").text


# --- on the ticket's page ----------------------------------------------------------------
def test_filling_takes_no_step_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    ticket, text = accepted(cast, contact_name="张女士"), make_text("已办好")
    client.force_login(cast.worker)
    fields = {"fill": "1", "text": text.pk, "answer": "先说一句。"}
    page = client.post(f"{ticket.get_absolute_url()}steps/resolve/", fields).content.decode()
    assert "先说一句。\n张女士，您好：办好了。" in page
    ticket.refresh_from_db()
    assert ticket.status == "accepted"


# --- who keeps them ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"), [("dispatcher", 200), ("director", 200), ("community_leader", 403), ("auditor", 403)]
)
def test_the_street_writes_them(cast: Cast, client: Client, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get("/admin/requests_app/standardtext/add/").status_code == status


def test_the_admin_shows_a_text_filled_in(cast: Cast, client: Client) -> None:
    client.force_login(cast.dispatcher)
    page = client.get(f"/admin/requests_app/standardtext/{make_text('已办好').pk}/change/").content.decode()
    assert "张女士，您好：办好了。" in page
