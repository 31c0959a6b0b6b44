"""A quiz as it is typed: blocks between blank lines, the question, its answers, “*” before the right one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from partybuilding.training.terms import (
    ANSWER_MAX,
    FEWEST_ANSWERS,
    MOST_ANSWERS,
    MOST_QUESTIONS,
    QUESTION_MAX,
)
from wangguan.refusals import Refused

RIGHT = ("*", "＊")


@dataclass(frozen=True)
class Asked:
    """One question; `right` is the place of the right answer, from 0."""

    text: str
    answers: tuple[str, ...]
    right: int


def parse(typed: str) -> list[Asked]:
    """The questions.

    Raises:
        Refused: in a sentence that names the question to mend.
    """
    blocks = [
        block.split("\n") for block in re.split(r"\n\s*\n", typed.replace("\r\n", "\n").strip()) if block
    ]
    if not 1 <= len(blocks) <= MOST_QUESTIONS:
        raise _refused(_("A quiz has one to ten questions, with a blank line between them."))
    return [_asked(number, [line.strip() for line in block]) for number, block in enumerate(blocks, start=1)]


def _asked(number: int, lines: list[str]) -> Asked:
    text, given = lines[0], lines[1:]
    if not FEWEST_ANSWERS <= len(given) <= MOST_ANSWERS:
        raise _refused(_("Question %(number)d: two to four answers, each on a line.") % {"number": number})
    right = [place for place, line in enumerate(given) if line.startswith(RIGHT)]
    if len(right) != 1:
        said = _("Question %(number)d: put one * before the right answer, and only there.")
        raise _refused(said % {"number": number})
    answers = tuple(line.lstrip("*＊").strip() for line in given)
    if len(set(answers)) != len(answers) or not all(answers):
        raise _refused(_("Question %(number)d: the answers must differ.") % {"number": number})
    if len(text) > QUESTION_MAX or max(map(len, answers)) > ANSWER_MAX:
        said = _("Question %(number)d is too long: 200 characters, answers 100.")
        raise _refused(said % {"number": number})
    return Asked(text, answers, right[0])


def _refused(said: str) -> Refused:
    return Refused(said, field="typed")


def write(questions: Iterable[Asked]) -> str:
    """As it was typed."""
    return "\n\n".join("\n".join(_lines(each)) for each in questions)


def _lines(asked: Asked) -> Iterator[str]:
    yield asked.text
    for place, answer in enumerate(asked.answers):
        yield f"*{answer}" if place == asked.right else answer
