"""The written matters of the demo: enough, well formed, without persons."""

import re
from random import Random

import pytest

from requests_app.categories import shipped
from requests_app.demo import texts

LEAVES = [row["code"] for row in shipped() if len(row["code"]) == 4]
KINDS = ("handled", "to_community", "to_street", "more_time", "not_solved")
SAYINGS = [
    "added",
    "asked",
    "contacted",
    "final",
    "grant_extension",
    "hand_over",
    "hold",
    "refuse_extension",
    "refuse_hold",
    "remarked",
    "replied",
    "resume",
    "send_back",
    "told_in_group",
    "told_in_person",
    "unreachable",
    "withdrawn",
]


@pytest.fixture
def words() -> texts.Texts:
    return texts.load()


@pytest.mark.parametrize("code", LEAVES)
def test_every_category_has_matters(words: texts.Texts, code: str) -> None:
    own = [matter for matter in words.matters if matter.category == code]

    assert sum(len(matter.told) for matter in own) >= 2
    assert len(own) >= 2


def test_matters_belong_to_known_categories(words: texts.Texts) -> None:
    matters = [*words.matters, *words.duplicates, *words.about_staff]
    codes = {matter.category for matter in matters} | {matter.category for matter in words.declined}

    assert codes == set(LEAVES)


def test_descriptions_have_a_residents_length(words: texts.Texts) -> None:
    told = [text for matter in words.matters for text in matter.told]

    assert [text for text in told if not 10 <= len(text) <= 120] == []
    assert len(told) == len(set(told)) >= 200


def test_answers_have_a_letters_length_and_a_day(words: texts.Texts) -> None:
    answers = [matter.answer for matter in words.matters]

    assert [text for text in answers if not 50 <= len(text) <= 200 or "{day}" not in text] == []


def test_texts_carry_no_phone_and_no_unknown_blank() -> None:
    content = texts.FILE.read_text(encoding="utf-8")

    assert re.findall(r"1[3-9]\d{9}", content) == []
    assert set(re.findall(r"{(\w*)}", content)) <= {"place", "day"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", LEAVES)
def test_every_category_has_notes(words: texts.Texts, kind: str, code: str) -> None:
    assert words.note(kind, code, Random(1))


@pytest.mark.parametrize("kind", SAYINGS)
def test_sayings_are_there(words: texts.Texts, kind: str) -> None:
    assert words.said(kind, Random(1))


def test_choices_can_be_repeated(words: texts.Texts) -> None:
    assert texts.shuffled(words.matters, Random(7)) == texts.shuffled(words.matters, Random(7))
    assert words.praise(5, Random(3)) == words.praise(5, Random(3))


def test_fill_leaves_no_blank() -> None:
    assert (
        texts.fill("{place}路灯{day}修好", place="九区3号楼", day="11月20日") == "九区3号楼路灯11月20日修好"
    )
