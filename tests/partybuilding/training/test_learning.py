"""Quizzes, what is handed out, records, certificates, and figures recomputed plainly."""

from functools import partial
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from docx import Document
from pytest_django import DjangoAssertNumQueries

from partybuilding.access import By
from partybuilding.gatherings.models import SignUp
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.services import attending, making
from partybuilding.training import figures, quiz_text, record
from partybuilding.training.models import Attempt, Material, Question, Session
from partybuilding.training.quiz_text import Asked
from partybuilding.training.services import materials, quizzes
from partybuilding.training.services.certificate import certificate
from tests.cast import Cast
from tests.partybuilding.training.scene import (
    NAMES,
    PHONES,
    QUIZ,
    H,
    attempt,
    make_plan,
    make_quiz,
    make_session,
    of_phone,
    there,
    year,
)
from tests.race import at_once
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
STRANGERS = ("community2", "worker", "dispatcher", "department", "auditor", "section")


def upload(content: bytes, name: str = "讲义.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def zipped(*names: str) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return target.getvalue()


def hand_out(session: Session, cast: Cast, **fields: object) -> Material:
    given = {"title": "讲义", "by": By(cast.community), "form_id": uuid4()}
    return materials.add(session, **{**given, **fields})  # type: ignore[arg-type]


# --- quizzes as text -------------------------------------------------------------------------
def test_a_quiz_is_read_as_it_is_typed() -> None:
    first, second = quiz_text.parse(QUIZ.replace("\n", "\r\n"))
    assert first == Asked("“119”是什么电话？", ("火警", "匪警"), 0)
    assert (second.answers, second.right) == (("压把", "保险销", "喷管"), 1)
    assert quiz_text.write([first, second]) == QUIZ


def test_what_is_wrong_with_a_quiz_is_said() -> None:
    wrong = [
        "",
        "问题\n*甲",
        "问题\n甲\n乙",
        "问题\n*甲\n*乙",
        "问题\n*甲\n甲",
        "问题\n*甲\n乙\n丙\n丁\n戊",
        "问" * 201 + "\n*甲\n乙",
        "问题\n*甲\n" + "乙" * 101,
        "问题\n*\n乙",
        "\n\n".join(["问题\n*甲\n乙"] * 11),
    ]
    for typed in wrong:
        with pytest.raises(Refused) as refusal:
            quiz_text.parse(typed)
        assert refusal.value.field == "typed"


# --- taking a quiz ---------------------------------------------------------------------------
def test_the_better_of_two_tries_counts_and_no_third_is_given(cast: Cast) -> None:
    session = make_session(cast)
    quiz, own = make_quiz(session, cast), there(session)
    assert [attempt(quiz, own, *given).score for given in ((0, 2), (1, 0))] == [1, 0]
    with pytest.raises(Refused):
        attempt(quiz, own, 0, 1)
    shares = figures.shares(quiz)
    assert (shares.there, shares.took, shares.passed) == (1, 1, 0)
    assert [right for _text, right in shares.right] == [1, 0]


def test_whoever_passed_is_done(cast: Cast) -> None:
    session = make_session(cast)
    quiz, own = make_quiz(session, cast), there(session)
    assert attempt(quiz, own, 0, 1).passed
    with pytest.raises(Refused):
        attempt(quiz, own, 0, 1)


def test_the_same_form_is_one_try(cast: Cast) -> None:
    session, form = make_session(cast), uuid4()
    quiz, own = make_quiz(session, cast), there(session)
    for _ in range(2):
        quizzes.answer(quiz, own, answers=(1, 0), form_id=form, by=of_phone())
    assert Attempt.objects.count() == 1


def test_only_those_who_were_there_take_it_and_only_their_own(cast: Cast) -> None:
    session = make_session(cast)
    quiz = make_quiz(session, cast)
    for number, state in enumerate(("signed", "absent", "waiting")):
        with pytest.raises(Refused):
            attempt(quiz, there(session, number, state=state), 0, 1, number=number)
    own = there(session, 3)
    for by in (of_phone(0), By(cast.community), By()):
        with pytest.raises(Refused):
            quizzes.answer(quiz, own, answers=(0, 1), form_id=uuid4(), by=by)
    for given in ((0,), (0, 3), (0, -1), (0, 1, 0)):
        with pytest.raises(Refused):
            attempt(quiz, own, *given, number=3)
    assert Attempt.objects.count() == 0


def test_a_quiz_that_was_taken_is_not_changed(cast: Cast) -> None:
    session = make_session(cast)
    quiz = make_quiz(session, cast)
    quiz = make_quiz(session, cast, questions=quiz_text.parse("一题\n*甲\n乙"), pass_mark=1)
    assert Question.objects.count() == 1
    attempt(quiz, there(session), 0)
    with pytest.raises(Refused):
        make_quiz(session, cast)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Attempt.objects.update(score=0)


def test_nobody_sets_a_quiz_that_none_can_pass_nor_somebody_elses(cast: Cast) -> None:
    session = make_session(cast)
    for mark in (0, 3):
        with pytest.raises(Refused) as refusal:
            make_quiz(session, cast, pass_mark=mark)
        assert refusal.value.field == "pass_mark"
    for by in (*(By(getattr(cast, name)) for name in STRANGERS), of_phone(), By()):
        with pytest.raises(Refused):
            make_quiz(session, cast, by=by)


@pytest.mark.django_db(transaction=True)
def test_four_tries_at_once_are_two(cast: Cast) -> None:
    session = make_session(cast)
    quiz, own = make_quiz(session, cast), there(session)
    got = at_once(*[partial(attempt, quiz, own, 1, 0)] * 4)
    assert sum(isinstance(each, Refused) for each in got) == 2
    assert sorted(Attempt.objects.values_list("number", flat=True)) == [1, 2]


# --- what is handed out ----------------------------------------------------------------------
def test_files_are_told_by_their_bytes(cast: Cast) -> None:
    session = make_session(cast)
    good = {
        "pdf": b"%PDF-1.7 x",
        "docx": zipped("[Content_Types].xml", "word/document.xml"),
        "pptx": zipped("[Content_Types].xml", "ppt/presentation.xml"),
    }
    for kind, content in good.items():
        row = hand_out(session, cast, file=upload(content, "随便.exe"))
        assert (row.kind, row.size, str(row.file.name).endswith(f".{kind}")) == (kind, len(content), True)
    wrong = [
        b"MZ\x90",
        b"",
        b"<html>",
        zipped("evil.txt"),
        zipped("[Content_Types].xml", "xl/workbook.xml"),
        zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    ]
    for content in wrong:
        with pytest.raises(Refused) as refusal:
            hand_out(session, cast, file=upload(content))
        assert refusal.value.field == "file"
    big = upload(b"%PDF-")
    big.size = 20 * 1024 * 1024 + 1
    with pytest.raises(Refused):
        hand_out(session, cast, file=big)


def test_a_file_or_a_link_and_not_more_than_twenty(cast: Cast) -> None:
    session, link = make_session(cast), "https://example.org/v"
    form = uuid4()
    first = hand_out(session, cast, link=link, form_id=form)
    assert hand_out(session, cast, link=link, form_id=form) == first
    for fields in ({}, {"link": link, "file": upload(b"%PDF-")}):
        with pytest.raises(Refused):
            hand_out(session, cast, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Material.objects.filter(pk=first.pk).update(link="")
    for _ in range(19):
        hand_out(session, cast, link=link)
    with pytest.raises(Refused):
        hand_out(session, cast, link=link)


def test_strangers_hand_nothing_out_and_take_nothing_away(cast: Cast) -> None:
    session = make_session(cast)
    row = hand_out(session, cast, link="https://example.org/v")
    for by in (*(By(getattr(cast, name)) for name in STRANGERS), of_phone(), By()):
        with pytest.raises(Refused):
            hand_out(session, cast, link="https://example.org/v", by=by)
        with pytest.raises(Refused):
            materials.remove(row, by=by)
    assert Material.objects.count() == 1


def test_what_is_taken_away_leaves_no_file(cast: Cast, django_capture_on_commit_callbacks: object) -> None:
    row = hand_out(make_session(cast), cast, file=upload(b"%PDF-1.7"))
    name = str(row.file.name)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        materials.remove(row, by=By(cast.community))
    assert (Material.objects.exists(), default_storage.exists(name)) == (False, False)


# --- figures ---------------------------------------------------------------------------------
def test_completion_is_what_plain_counting_says(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan(cast)
    first, second = make_session(cast, plan=plan), make_session(cast, plan=plan, hours=H("1.5"))
    make_session(cast, plan=plan, held=False)
    off = make_session(cast, plan=plan, held=False)
    making.call_off(off.gathering, why="暴雨", by=By(cast.community))
    there(first, 0, hours=H(2)), there(first, 1), there(first, 2, state="absent")
    there(second, 0, hours=H("1.5")), there(off, 3)
    staff = attending.check_in(second.gathering, token=second.gathering.token, whom=Whom(cast.worker))
    assert staff.user == cast.worker
    with django_assert_num_queries(3):
        found = figures.completion(plan)
    assert (found.held, found.planned, found.percent) == (2, 4, 50)
    assert (found.hours_held, found.hours_planned) == (H("3.5"), H(8))
    rows = [row for row in SignUp.objects.filter(state="attended") if row.gathering_id != off.gathering_id]
    assert found.attendances == len(rows) == 4
    assert found.people == len({row.user_id or row.phone_hash for row in rows}) == 3
    assert found.person_hours == sum((row.hours for row in rows if row.hours), H(0)) == H("3.5")
    assert found.unconfirmed == 2
    by_person = {each.sign_up.full_name: (each.times, each.hours) for each in figures.people(plan, most=9)}
    assert by_person == {
        NAMES[0]: (2, H("3.5")),
        NAMES[1]: (1, H(0)),
        cast.worker.real_name: (1, H(0)),
    }


def test_more_than_planned_is_a_hundred_per_cent(cast: Cast) -> None:
    plan = make_plan(cast, sessions_planned=1)
    for _ in range(2):
        make_session(cast, plan=plan)
    assert figures.completion(plan).percent == 100


def test_people_come_page_by_page_once_each(cast: Cast) -> None:
    plan = make_plan(cast)
    first, second = make_session(cast, plan=plan), make_session(cast, plan=plan)
    for number in range(3):
        there(first, number)
    there(second, 0)
    seen, after = [], 0
    while found := figures.people(plan, after=after, most=1):
        seen.append(found[0].sign_up.full_name)
        after = found[0].sign_up.pk
    assert seen == [NAMES[0], NAMES[2], NAMES[1]]


# --- one person ------------------------------------------------------------------------------
def test_a_record_counts_what_is_confirmed(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan(cast)
    first, second = make_session(cast, plan=plan), make_session(cast, plan=plan)
    off = make_session(cast, plan=plan, held=False)
    own = there(first, 0, hours=H("2.5"))
    there(second, 0), there(off, 0), there(second, 1, hours=H(9))
    making.call_off(off.gathering, why="暴雨", by=By(cast.community))
    quiz = make_quiz(first, cast)
    attempt(quiz, own, 1, 1), attempt(quiz, own, 0, 1)
    with django_assert_num_queries(2):
        found = record.of(SignUp.objects.of_phone(keyed_hash(PHONES[0])), year())
    assert (found.hours, found.unconfirmed, len(found.entries)) == (H("2.5"), 1, 2)
    best = {entry.session.pk: entry.best and entry.best.score for entry in found.entries}
    assert best == {first.pk: 2, second.pk: None}
    assert record.of(SignUp.objects.of_phone(keyed_hash(PHONES[0])), year() - 1).entries == []


def test_a_certificate_tells_confirmed_hours_only(cast: Cast) -> None:
    plan = make_plan(cast)
    there(make_session(cast, plan=plan), 0, hours=H("2.5"))
    there(make_session(cast, plan=plan), 0)
    found = record.of(SignUp.objects.of_phone(keyed_hash(PHONES[0])), year())
    document = Document(BytesIO(certificate(NAMES[0], found)))
    said = "\n".join(each.text for each in document.paragraphs)
    assert (NAMES[0] in said, "2.5" in said, str(year()) in said) == (True, True, True)
    assert len(document.tables[0].rows) == 2


def test_without_confirmed_hours_there_is_no_certificate(cast: Cast) -> None:
    there(make_session(cast), 0)
    with pytest.raises(Refused):
        certificate(NAMES[0], record.of(SignUp.objects.of_phone(keyed_hash(PHONES[0])), year()))
