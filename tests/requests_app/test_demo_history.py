"""The demo's sixty days: every state is there, every rule kept, nothing old leaves the outbox."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import override_settings

from grids.demo import THIRD_GRID
from grids.models import User
from requests_app.categories import load_categories
from requests_app.demo import history, plans
from requests_app.demo.cases import Casting
from requests_app.models import Answer, LedgerDay, Publication, Reminder, ReminderKind, Ticket, TicketEvent
from requests_app.services import audit
from requests_app.workflow import STEPS, Level, Outcome, Source, Status
from wangguan import clock
from wangguan.notify.models import Message, State

pytestmark = pytest.mark.django_db
TOLD = 100
"""A third of the demo's: enough for every fate that the showcase and the quotas know."""


@pytest.fixture(scope="module", autouse=True)
def played(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[int]:
    """The history, played once for this module; all of it is taken back."""
    patch = pytest.MonkeyPatch()
    patch.setattr(plans, "COUNT", TOLD)
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMO=True):  # type: ignore[attr-defined]
        call_command("load_street", settings.BASE_DIR / "grids/data/wangguanzhuang.json", verbosity=0)
        load_categories()
        yield history.load()
        transaction.set_rollback(True)
    patch.undo()


def values(field: str) -> set[str]:
    return set(Ticket.objects.values_list(field, flat=True))


def test_history_tells_as_many_as_planned(played: int) -> None:
    assert played == TOLD == Ticket.objects.count()


def test_history_has_open_and_closed_matters_for_everybody() -> None:
    told = Publication.objects.released()
    assert told.filter(answer="").exists()
    assert Publication.objects.shown().exists()


def test_history_keeps_the_five_rules() -> None:
    assert audit.violations() == {}


def test_history_was_clean_every_night() -> None:
    assert [row.violations for row in LedgerDay.objects.all()] == [{}] * history.LEDGER_DAYS


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("status", set(Status.values)),
        ("level", set(Level.values)),
        ("outcome", {"", *Outcome.values} - {Outcome.VOID}),
        ("round", {0, 1, 2}),
    ],
)
def test_history_shows_everything_there_is(field: str, expected: set[str]) -> None:
    assert values(field) == expected


def test_history_comes_from_every_side() -> None:
    assert values("source") >= {Source.WEB, Source.QR, Source.WECHAT_GROUP, Source.PHONE, Source.HOTLINE}


def test_history_takes_every_step() -> None:
    taken = set(TicketEvent.objects.values_list("step", flat=True))

    assert set(STEPS) - taken <= {"unmerge", "refer_to_steward"}  # no table is known here


def test_history_was_reminded() -> None:
    expected = {
        ReminderKind.HALF_TIME,
        ReminderKind.YELLOW_CARD,
        ReminderKind.RED_CARD,
        ReminderKind.VERDICT_AGAIN,
        ReminderKind.AUTO_CLOSE,
        ReminderKind.REVIEW,
        ReminderKind.UNDELIVERED,
    }

    assert set(Reminder.objects.values_list("kind", flat=True)) >= expected


def test_history_leaves_nothing_old_to_send() -> None:
    waiting = Message.objects.exclude(state__in=[State.SENT, State.DEAD])

    assert not waiting.filter(not_before__lte=clock.now()).exists()


def test_history_sent_its_messages_in_their_time() -> None:
    assert not Message.objects.filter(sent_at__lt=F("created_at")).exists()
    assert Message.objects.filter(channel="sms", delivered_at__isnull=False).count() > TOLD


def test_history_lies_in_the_last_sixty_days_in_order() -> None:
    arrivals = list(Ticket.objects.order_by("number").values_list("arrived_at", flat=True))

    assert arrivals == sorted(arrivals)
    assert (clock.now() - arrivals[0]).days <= plans.DAYS + 1
    assert not TicketEvent.objects.filter(at__gt=clock.now()).exists()


def test_third_grid_shows_every_state() -> None:
    shown = Ticket.objects.filter(grid__code=THIRD_GRID).values_list("status", flat=True)

    assert set(shown) >= set(Status.values) - {Status.DECLINED}


@pytest.mark.parametrize("username", ["leader", "worker", "parttime", "specialist", "community"])
def test_demo_accounts_have_something_to_do(username: str) -> None:
    assert Ticket.objects.open().filter(assignee__username=username).exists()


def test_complaints_about_staff_are_hidden_from_whom_they_name() -> None:
    named = User.objects.get(username="worker2")

    assert Ticket.objects.filter(about_staff=True, named_staff=[named.pk]).exists()
    assert not Ticket.objects.visible_to(named).filter(about_staff=True).exists()


def test_people_of_the_history_are_marked_as_invented() -> None:
    names = [ticket.contact_name for ticket in Ticket.objects.only("contact_name") if ticket.contact_name]

    assert [name for name in names if not name.endswith("（演示）")] == []


def test_letters_say_the_day_and_leave_no_blank() -> None:
    letters = list(Answer.objects.values_list("text", flat=True))

    assert [letter for letter in letters if "{" in letter] == []
    assert sum("月" in letter for letter in letters) > len(letters) / 2


def test_some_matters_may_be_published() -> None:
    assert 0.25 < Ticket.objects.filter(may_publish=True).count() / TOLD < 0.55


def test_same_moment_gives_the_same_cases() -> None:
    now = clock.now()

    assert Casting(until=now).all() == Casting(until=now).all()


def test_history_is_loaded_once() -> None:
    assert history.load() == 0
    assert Ticket.objects.count() == TOLD


def test_history_refuses_outside_the_demo() -> None:
    with override_settings(DEMO=False), pytest.raises(CommandError):
        call_command("load_demo")
