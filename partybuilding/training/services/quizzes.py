"""A quiz is set before anybody has tried it, and taken by those who were there: twice at the most."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.gatherings.models import SignUp
from partybuilding.gatherings.workflow import State
from partybuilding.training import access
from partybuilding.training.models import Attempt, Question, Quiz, Session
from partybuilding.training.quiz_text import Asked
from partybuilding.training.terms import TRIES
from wangguan import journal
from wangguan.refusals import Refused


@transaction.atomic
def put(session: Session, *, questions: Sequence[Asked], pass_mark: int, by: By) -> Quiz:
    """Set the quiz of a session, or set it anew while nobody has tried it.

    Raises:
        Refused: not the keeper, somebody has tried it, or nobody could pass.
    """
    if not access.keeps(by, session.plan):
        raise Refused(_("This is not yours to do."))
    if not 1 <= pass_mark <= len(questions):
        raise Refused(_("As many right answers as there are questions at the most."), field="pass_mark")
    quiz, is_new = Quiz.objects.select_for_update(no_key=True).get_or_create(
        session=session, defaults={"pass_mark": pass_mark, "made_by": by.user}
    )
    if not is_new:
        _empty(quiz, pass_mark)
    Question.objects.bulk_create(
        Question(quiz=quiz, place=place, text=each.text, answers=list(each.answers), right=each.right)
        for place, each in enumerate(questions, start=1)
    )
    if by.user:
        journal.note(by.user, [session], journal.CHANGE, _("Quiz set"))
    return quiz


def _empty(quiz: Quiz, pass_mark: int) -> None:
    if quiz.attempts.exists():
        raise Refused(_("Somebody has taken this quiz already; it is not changed any more."))
    quiz.questions.all().delete()
    quiz.pass_mark = pass_mark
    quiz.save(update_fields=["pass_mark"])


@transaction.atomic
def answer(quiz: Quiz, sign_up: SignUp, *, answers: Sequence[int], form_id: UUID, by: By) -> Attempt:
    """One try; the same form again is the same try.

    Args:
        answers: the place of each chosen answer, from 0, in the order of the questions.

    Raises:
        Refused: not their own, not there, passed or tried twice already, or a question is left open.
    """
    Quiz.objects.select_for_update(no_key=True).get(pk=quiz.pk)
    # After the lock: a second tap waits for the first, and finds its try.
    if first := Attempt.objects.filter(form_id=form_id, sign_up=sign_up).first():
        return first
    row = SignUp.objects.select_for_update(no_key=True).get(pk=sign_up.pk)
    _check_may(quiz, row, by)
    tries = list(quiz.attempts.filter(sign_up=row))
    if len(tries) >= TRIES or any(each.passed for each in tries):
        raise Refused(_("You have passed or used both tries already."))
    questions = list(quiz.questions.all())
    if len(answers) != len(questions) or any(
        not 0 <= chosen < len(question.answers) for chosen, question in zip(answers, questions, strict=False)
    ):
        raise Refused(_("Please answer every question."))
    score = sum(chosen == question.right for chosen, question in zip(answers, questions, strict=True))
    return Attempt.objects.create(
        quiz=quiz,
        sign_up=row,
        number=len(tries) + 1,
        answers=list(answers),
        score=score,
        passed=score >= quiz.pass_mark,
        form_id=form_id,
    )


def _check_may(quiz: Quiz, row: SignUp, by: By) -> None:
    if row.gathering_id != quiz.session.gathering_id or not row.is_of(by.user, by.phone_hash):
        raise Refused(_("This is not yours to do."))
    if row.state != State.ATTENDED:
        raise Refused(_("The quiz is for those who were there."))
