"""What falls due by itself: each reminder once, to the right people, whoever sweeps how often."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from grids.models import Post, today
from requests_app.services import staff
from requests_app.whistles import tasks
from requests_app.whistles.models import Call, Whistle
from requests_app.whistles.services.steps import take
from tests.requests_app.whistles.scene import Scene, fresh
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def heard(kind: str) -> set[str]:
    return set(Message.objects.filter(kind=kind, channel="in_app").values_list("user__username", flat=True))


def sweep(**span: float) -> int:
    with clock.at(MONDAY + timedelta(**span)):
        return tasks.sweep_whistles()


@pytest.fixture
def blown(scene: Scene) -> Whistle:
    """An emergency: 30 minutes."""
    with clock.at(MONDAY):
        return scene.blown(kind="emergency")


def test_nothing_before_half_of_the_limit(blown: Whistle) -> None:
    assert sweep(minutes=14) == 0


def test_half_of_the_limit_reminds_the_departments(blown: Whistle) -> None:
    assert sweep(minutes=15) == 2
    assert heard("whistle_half") == {"department", "market"}


def test_who_comes_at_the_very_limit_is_in_time(scene: Scene, blown: Whistle) -> None:
    sweep(minutes=30)
    assert heard("whistle_reported") == set()
    with clock.at(MONDAY + timedelta(minutes=30)):
        take(scene.own(blown), "check_in", by=staff(scene.cast.department))
    assert scene.own(blown).came_in_time


def test_the_limit_reports_upward_and_tells_the_department(scene: Scene, blown: Whistle) -> None:
    with clock.at(MONDAY + timedelta(minutes=10)):
        take(scene.own(blown), "check_in", by=staff(scene.cast.department))
    sweep(minutes=31)
    assert heard("whistle_late") == {"market"}
    assert heard("whistle_reported") == {"director", "dispatcher"}
    assert [entry.call for entry in blown.entries.filter(what="reported")] == [scene.others(blown)]


def test_running_twice_tells_nobody_twice(blown: Whistle) -> None:
    for minutes in (15, 15, 16, 31, 31, 45, 600):
        sweep(minutes=minutes)
    kinds = ("whistle_half", "whistle_late", "whistle_reported")
    counted = {kind: Message.objects.filter(kind=kind, channel="in_app").count() for kind in kinds}
    assert counted == {"whistle_half": 2, "whistle_late": 2, "whistle_reported": 4}
    assert blown.entries.filter(what="reported").count() == 2


def test_a_task_that_lost_its_marks_tells_nobody_twice(blown: Whistle) -> None:
    sweep(minutes=31)
    Call.objects.update(reported_at=None, wake_at=MONDAY)
    sweep(minutes=32)
    assert Message.objects.filter(kind="whistle_reported", channel="in_app").count() == 4


def test_a_late_sweep_reports_at_once(blown: Whistle) -> None:
    sweep(hours=5)
    assert (heard("whistle_half"), heard("whistle_late")) == (set(), {"department", "market"})


def test_a_department_whose_last_post_ended_is_told_of_above(scene: Scene, blown: Whistle) -> None:
    Post.objects.filter(user=scene.other_person).update(ends_on=MONDAY.date() - timedelta(days=1))
    sweep(minutes=15)
    assert heard("whistle_half") == {"department"}
    assert heard("whistle_nobody") == {"director", "dispatcher"}
    assert today()


def test_who_does_not_conclude_is_nudged_every_few_days(scene: Scene, blown: Whistle) -> None:
    with clock.at(MONDAY):
        take(scene.own(blown), "check_in", by=staff(scene.cast.department))
        take(scene.others(blown), "check_in", by=staff(scene.other_person))
        take(scene.others(blown), "conclude", by=staff(scene.other_person), note="已处置")
    for hours in (23, 24, 25, 47, 48, 49):
        sweep(hours=hours)
    assert Message.objects.filter(kind="whistle_nudge", channel="in_app").count() == 2
    assert heard("whistle_nudge") == {"department"}


def test_what_is_over_is_looked_at_no_more(scene: Scene, blown: Whistle) -> None:
    take(blown, "withdraw", by=staff(scene.cast.dispatcher), note="不用了")
    assert (sweep(days=9), fresh(blown).state) == (0, "withdrawn")
