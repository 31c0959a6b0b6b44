"""Two taps at one moment are one session, one try and one file; a broken file is refused."""

from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest

from partybuilding.access import By
from partybuilding.training import files
from partybuilding.training.models import Material
from partybuilding.training.services import materials, quizzes
from tests.cast import Cast
from tests.partybuilding.training.scene import (
    announce,
    make_plan,
    make_quiz,
    make_session,
    of_phone,
    there,
    told,
)
from tests.race import at_once
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_one_moment_are_one(cast: Cast) -> None:
    plan, form_id, when = make_plan(cast), uuid4(), told()
    first, second = at_once(*[lambda: announce(plan, cast, form_id=form_id, told=when)] * 2)
    assert first == second == plan.sessions.get()

    session, form_id = make_session(cast, plan=plan), uuid4()
    quiz, came = make_quiz(session, cast), there(session)
    tries = at_once(*[lambda: quizzes.answer(quiz, came, answers=(1, 0), form_id=form_id, by=of_phone())] * 2)
    assert tries == [quiz.attempts.get()] * 2

    by, form_id = By(cast.community), uuid4()
    add = at_once(
        *[lambda: materials.add(session, title="讲义", link="https://a.cn", by=by, form_id=form_id)] * 2
    )
    assert add == [Material.objects.get()] * 2


def test_a_file_with_a_name_that_cannot_be_read_is_refused() -> None:
    whole = BytesIO()
    with ZipFile(whole, "w") as parts:
        parts.writestr("讲", "x")
    broken = whole.getvalue().replace("讲".encode(), b"\xff\xfe\xff")
    with pytest.raises(Refused):
        files.kind_of(BytesIO(broken), len(broken))
