"""Random steps by random people, crashes and clock jumps: the five rules hold after each.

A machine tells matters and lets anybody do anything at any time. After every rule the sweep
runs, as beat would, and then the audit and `five_rules` look at every ticket. To explore
further: `HYPOTHESIS_PROFILE=explore pytest --hypothesis-seed=7 tests/requests_app/test_property.py`.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from grids.locate import Place
from grids.models import Leave, Line, Post, Role, User, today
from requests_app import access
from requests_app.models import Category, Ticket
from requests_app.refusals import MovedMeanwhile
from requests_app.services import RESIDENT, Matter, audit, due, posts, staff, submit, take, verdict
from requests_app.workflow import STEPS
from tests.cast import ROLES, Cast
from tests.requests_app import five_rules
from tests.requests_app.matters import PHONE
from wangguan import clock
from wangguan.notify import outbox, reports
from wangguan.notify.models import Message, State
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db

COMMON: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "database": None,
    "report_multiple_bugs": False,
    "phases": [Phase.generate],  # shrinking takes minutes; the steps are printed as they were
}
settings.register_profile("suite", max_examples=15, stateful_step_count=40, derandomize=True, **COMMON)
settings.register_profile(
    "explore", max_examples=int(os.environ.get("EXAMPLES", "100")), stateful_step_count=50, **COMMON
)
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

START = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MOST = 4
"""So few matters in the street that they meet each other."""
TAKEN: Counter[str] = Counter()
"""How often each step was really taken: a machine that is refused everything proves nothing."""
MOVE_THE_DEADLINE = {"grant_extension", "resume", "reopen", "unmerge", "reclassify"}
ANSWERS = ("answer", "declined")

which = st.integers(0, MOST - 1)
people = st.sampled_from(sorted(ROLES))
rarely = st.sampled_from([False, False, False, True])
words = st.sampled_from(["还是不行", "已经联系", "请看照片", ""])
is_told = precondition(lambda machine: machine.told > 0)


class Crash(Exception):
    """The machine went down before the commit."""


class Machine(RuleBasedStateMachine):
    """A street in which everything happens."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = START
        self.told = 0
        self.users = {user.username: user for user in User.objects.filter(username__in=ROLES)}
        self.old_page: Ticket | None = None
        self.first_handlers: dict[int, int] = {}
        self.deadlines: dict[int, tuple[datetime | None, int]] = {}
        self.entries: dict[int, str] = {}
        self.messages_read = 0
        self.today = today()
        with clock.at(self.now):
            self.a_day_begins()

    def teardown(self) -> None:
        connection.needs_rollback = False
        transaction.savepoint_rollback(self.savepoint)

    def ticket(self, number: int) -> Ticket:
        keys = fetch("SELECT id FROM requests_app_ticket ORDER BY id")
        shown = Ticket.objects.select_related("grid__community", "community", "category", "assignee")
        return shown.get(pk=keys[number % len(keys)][0])

    # --- what must hold ------------------------------------------------------------------
    @contextmanager
    def life(self) -> Iterator[None]:
        """A second passes, something happens, beat comes by, and all must be well."""
        self.now += timedelta(seconds=1)
        with clock.at(self.now), outbox.unnudged():
            yield
            if self.today != today():
                self.a_day_begins()
            if fetch("SELECT FROM requests_app_ticket WHERE wake_at <= %s", self.now):
                assert not due.sweep().failed
            assert audit.violations(at=self.now + audit.GRACE) == {}
            tickets = five_rules.every_ticket()
            assert [broken for ticket in tickets for broken in five_rules.broken_by(ticket, self.now)] == []
            self.compare_with_before(tickets)

    def a_day_begins(self) -> None:
        """Posts and leaves begin and end; everybody's posts are read at once, for speed."""
        self.today = today()
        posts.reassign_orphans()
        stand_ins = {leave.post_id: leave.deputy_id for leave in Leave.objects.on(self.today)}
        everyone = list(Post.objects.current(self.today).with_units().order_by("id"))
        for user in self.users.values():
            own = [post for post in everyone if user.pk in (post.user_id, stand_ins.get(post.pk))]
            user._posts = (self.today, own)

    def compare_with_before(self, tickets: list[Ticket]) -> None:
        """What may never change did not, and whoever was told something may see it."""
        for ticket in tickets:
            if first := ticket.first_handler_id:
                assert self.first_handlers.setdefault(ticket.pk, first) == first
            elif self.first_handlers.pop(ticket.pk, None):
                assert "undo" in {entry.step for entry in ticket.events.all()}
            self.compare_deadline(ticket)
        self.compare_entries()
        self.read_new_messages()

    def compare_deadline(self, ticket: Ticket) -> None:
        """Rule 4: only five steps ever move a deadline."""
        due_at, version = self.deadlines.get(ticket.pk, (ticket.resolve_due, 0))
        taken = {entry.step for entry in ticket.events.all() if entry.version and entry.version > version}
        assert due_at == ticket.resolve_due or taken & MOVE_THE_DEADLINE
        self.deadlines[ticket.pk] = (ticket.resolve_due, ticket.version)

    def compare_entries(self) -> None:
        """Rule 3: entries are never changed or deleted."""
        entries = dict(fetch("SELECT id, md5(entry::text) FROM requests_app_ticketevent entry"))
        assert {pk: entries.get(pk) for pk in self.entries} == self.entries
        self.entries = entries

    def read_new_messages(self) -> None:
        """Nobody is told of a matter that they may not see."""
        new = fetch(
            """SELECT message.id, username, topic, key FROM notify_message message
            JOIN grids_user ON user_id = grids_user.id WHERE message.id > %s AND channel = 'in_app'""",
            self.messages_read,
        )
        for pk, name, number, key in sorted(new):
            self.messages_read = pk
            sees = Ticket.objects.visible_to(self.users[name]).filter(number=number).exists()
            assert sees, f"{name} was told {key} and does not see it"

    # --- telling -------------------------------------------------------------------------
    @initialize()
    def two_matters_of_one_grid(self) -> None:
        for urgency in "CA":
            self.tell(phone=PHONE, where="grid", urgency=urgency, about_staff=False, crashes=False)

    @precondition(lambda self: self.told < MOST)
    @rule(
        phone=st.sampled_from([PHONE, PHONE, ""]),
        where=st.sampled_from(["grid", "grid", "grid_beside", "grid_far", "community", "street"]),
        urgency=st.sampled_from("ABCD"),
        about_staff=rarely,
        crashes=rarely,
    )
    def tell(self, phone: str, where: str, urgency: str, about_staff: bool, crashes: bool) -> None:
        grid = getattr(self.cast, where) if where.startswith("grid") else None
        desk = self.cast.community_unit if where == "community" else None
        form = Matter(
            description="楼道灯不亮",
            place=Place(grid=grid, community=desk),
            category=Category.objects.get(code=urgency),
            contact_phone=phone,
            about_staff=about_staff,
            submission_id=uuid4(),
        )
        with self.life():
            if crashes:
                with patch("requests_app.services.submit.outbox.add", side_effect=Crash), suppress(Crash):
                    submit(form)
            ticket, is_new = submit(form)
            assert (is_new, submit(form)) == (True, (ticket, False))
            self.told += 1

    # --- staff ---------------------------------------------------------------------------
    @is_told
    @rule(number=which, steps=st.integers(1, 4), data=st.data(), crashes=rarely)
    def take_offered_steps(self, number: int, steps: int, data: st.DataObject, crashes: bool) -> None:
        """Steps that are open to anybody, so that rare ones come as often as common ones."""
        for _ in range(steps):
            with self.life():
                self.take_offered_step(number, data, crashes)

    def take_offered_step(self, number: int, data: st.DataObject, crashes: bool) -> None:
        if able := self.who_may(self.ticket(number)):
            step = data.draw(st.sampled_from(sorted(able)))
            user = self.users[data.draw(st.sampled_from(able[step]))]
            assert Ticket.objects.visible_to(user).filter(pk=self.ticket(number).pk).exists()
            self.take(number, step, user, self.fields(step, data), crashes)

    def who_may(self, ticket: Ticket) -> dict[str, list[str]]:
        """Step → names of those to whom it is offered."""
        able: dict[str, list[str]] = {}
        for name, user in self.users.items():
            for step in access.allowed_steps(user, ticket):
                able.setdefault(step.name, []).append(name)
        return able

    def take(self, number: int, step: str, user: User, fields: dict[str, Any], crashes: bool) -> None:
        """Perhaps crash first; then take it, and once more for a reply that was lost."""
        key, before = uuid4(), picture()
        if crashes:
            with crash_before_commit():
                take(self.ticket(number), step, by=staff(user), action_id=key, **fields)
        try:
            entry = take(self.ticket(number), step, by=staff(user), action_id=key, **fields)
        except Refused as refusal:
            check_refused(refusal, before)
        else:
            TAKEN[step] += 1
            after = picture()
            assert take(self.ticket(number), step, by=staff(user), action_id=key, **fields) == entry
            assert picture() == after

    @is_told
    @rule(
        number=which, name=people, steps=st.sets(st.sampled_from(sorted(STEPS)), max_size=3), data=st.data()
    )
    def take_steps_not_offered(self, number: int, name: str, steps: set[str], data: st.DataObject) -> None:
        with self.life():
            ticket, user, before = self.ticket(number), self.users[name], picture()
            for step in sorted(steps):
                if not access.may(user, STEPS[step], ticket):
                    with pytest.raises(Refused):
                        take(ticket, step, by=staff(user), **self.fields(step, data))
            assert picture() == before

    @is_told
    @rule(number=which, data=st.data())
    def act_on_an_old_page(self, number: int, data: st.DataObject) -> None:
        """Where the ticket has moved since the page was opened, nothing is written; then open another."""
        with self.life():
            if (old := self.old_page) and (able := self.who_may(old)):
                step = data.draw(st.sampled_from(sorted(able)))
                user = self.users[data.draw(st.sampled_from(able[step]))]
                self.take_from_old_page(old, step, user, self.fields(step, data))
            self.old_page = self.ticket(number)

    def take_from_old_page(self, old: Ticket, step: str, user: User, fields: dict[str, Any]) -> None:
        before, is_old = picture(), Ticket.objects.get(pk=old.pk).version != old.version
        try:
            take(old, step, by=staff(user), **fields)
        except Refused:
            assert picture() == before
        else:
            assert STEPS[step].free or not is_old

    def fields(self, step: str, data: st.DataObject) -> dict[str, Any]:
        """Values for the step's own fields, sensible for the most part."""
        wanted = [name for name in (*STEPS[step].needs, *STEPS[step].takes) if name != "photos"]
        drawn = {name: data.draw(FIELDS[name](self)) for name in wanted}
        return {"target" if name == "grid" else name: value for name, value in drawn.items()}

    # --- the resident --------------------------------------------------------------------
    @is_told
    @rule(
        number=which, solved=st.booleans(), stars=st.sampled_from([None, 1, 5]), comment=words, crashes=rarely
    )
    def say_whether_solved(
        self, number: int, solved: bool, stars: int | None, comment: str, crashes: bool
    ) -> None:
        said: dict[str, Any] = {"solved": solved, "satisfaction": stars, "comment": comment}
        self.resident(lambda: verdict.give_verdict(self.ticket(number), **said), crashes=crashes)

    @is_told
    @rule(
        number=which, what=st.sampled_from(["withdraw", "note", "reply", "reply", "open", "open"]), note=words
    )
    def resident_acts(self, number: int, what: str, note: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "withdraw": lambda: take(self.ticket(number), "withdraw", by=RESIDENT, note=note),
            "note": lambda: verdict.add_note(self.ticket(number), words=note),
            "reply": lambda: verdict.reply(self.ticket(number), words=note),
            "open": lambda: verdict.mark_opened(self.ticket(number)),
        }
        self.resident(acts[what])

    def resident(self, act: Callable[[], object], *, crashes: bool = False) -> None:
        with self.life():
            if crashes:
                with crash_before_commit():
                    act()
            before = picture()
            try:
                act()
            except Refused as refusal:
                check_refused(refusal, before)

    # --- what arrives, or not ------------------------------------------------------------
    @is_told
    @rule(number=st.integers(0, 3), outcome=st.sampled_from(["on_delivered", "on_failed", "on_unknown"]))
    def report_delivery(self, number: int, outcome: str) -> None:
        """Of any answer ever sent: in time, late, twice, after a failure; or never."""
        with self.life():
            sent = list(Message.objects.filter(kind__in=ANSWERS).order_by("-pk"))
            if not sent:
                return
            message = sent[number % len(sent)]
            if outcome == "on_unknown":
                reports.run_hook(outcome, [message])
                return
            queued = Message.objects.filter(pk=message.pk, state=State.QUEUED)
            queued.update(state=State.SENT, sent_at=self.now)
            reports.record(key=message.key, delivered=outcome == "on_delivered")

    # --- time and people -----------------------------------------------------------------
    @rule(
        jump=st.one_of(
            st.integers(1, 120).map(lambda minutes: timedelta(minutes=minutes)),
            st.integers(1, 72).map(lambda hours: timedelta(hours=hours)),
            st.integers(1, 40).map(lambda days: timedelta(days=days)),
        )
    )
    def wait(self, jump: timedelta) -> None:
        self.now += jump
        with self.life():
            pass

    @rule(
        change=st.sampled_from(["leave", "end", "give"]), name=people, other=people, days=st.integers(0, 20)
    )
    def people_change(self, change: str, name: str, other: str, days: int) -> None:
        """Somebody goes on leave, leaves a post, or gets another one."""
        with self.life():
            match change:
                case "leave" if name != other:
                    self.go_on_leave(name, other, days)
                case "end":
                    self.end_a_post(name)
                case "give":
                    self.give_a_post(name, GIVEN[days % len(GIVEN)])
            self.a_day_begins()

    def go_on_leave(self, name: str, deputy: str, days: int) -> None:
        post = Post.objects.current().filter(user__username=name).first()
        if post and not post.leaves.on(today()).exists():
            back = today() + timedelta(days=days)
            overlapping = post.leaves.filter(starts_on__lte=back, ends_on__gte=today())
            assert not overlapping.exists()
            Leave.objects.create(post=post, deputy=self.users[deputy], starts_on=today(), ends_on=back)

    def end_a_post(self, name: str) -> None:
        """Yesterday was its last day; the street leader's alone stays."""
        past = Post.objects.current().filter(user__username=name, starts_on__lt=today())
        if post := past.exclude(role=Role.STREET_LEADER).first():
            post.ends_on = today() - timedelta(days=1)
            post.save(update_fields=["ends_on"])

    def give_a_post(self, name: str, role: Role) -> None:
        units = {
            "grid": self.cast.grid_beside,
            "community": self.cast.community_unit,
            "street": self.cast.street,
        }
        if not Post.objects.current().filter(user=self.users[name], role=role).exists():
            place: dict[str, Any] = {role.unit: units[role.unit]}
            Post.objects.create(user=self.users[name], role=role, starts_on=today(), **place)


GIVEN = (Role.FULL_TIME_WORKER, Role.COMMUNITY_STAFF, Role.DISPATCHER)


@contextmanager
def crash_before_commit() -> Iterator[None]:
    """Everything is written but the entry; then the connection is lost, and nothing may stay."""
    before = picture()
    with patch("requests_app.services.change.Change._record", side_effect=Crash):
        try:
            yield
        except (Crash, Refused):
            assert picture() == before


def check_refused(refusal: Refused, before: list[Any]) -> None:
    """Nobody else moved anything, and nothing was written."""
    assert not isinstance(refusal, MovedMeanwhile)
    assert picture() == before


def fetch(sql: str, *values: Any) -> list[Any]:
    """Rows by raw SQL: building the same queries anew would take most of the time."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def picture() -> list[Any]:
    """All that a refused or crashed step must leave as it was."""
    tables = ("ticket", "ticketevent", "answer", "openrequest", "verdict", "reminder")
    rows = [
        f"(SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM requests_app_{name} t)" for name in tables
    ]
    return fetch(f"SELECT {', '.join(rows)}, (SELECT count(*) FROM notify_message)")


def _some_day(machine: Machine) -> st.SearchStrategy[Any]:
    day = machine.now.date()
    return st.one_of(st.none(), st.integers(1, 30).map(lambda days: day + timedelta(days=days)))


def _somebody(machine: Machine) -> st.SearchStrategy[User]:
    return people.map(machine.users.__getitem__)


def _some_unit(machine: Machine) -> st.SearchStrategy[Any]:
    cast = machine.cast
    return st.sampled_from([cast.grid, cast.grid_far, cast.community_unit, cast.community_unit2])


FIELDS: dict[str, Callable[[Machine], st.SearchStrategy[Any]]] = {
    "note": lambda machine: words,
    "answer": lambda machine: st.sampled_from(["您好，已经修好。"] * 4 + [""]),
    "question": lambda machine: st.sampled_from(["请问是哪个单元？"] * 4 + [""]),
    "assignee": _somebody,
    "how": lambda machine: st.sampled_from(["phone", "visit", "unreachable", "unreachable", "sms"]),
    "grid": _some_unit,
    "category": lambda machine: st.sampled_from([None, *Category.objects.all()]),
    "urgency": lambda machine: st.sampled_from(["", "A", "B", "C", "D"]),
    "named_staff": lambda machine: st.one_of(st.none(), st.lists(_somebody(machine), max_size=2)),
    "hours": lambda machine: st.sampled_from([1, 24, 240, 0]),
    "review_on": _some_day,
    "parent": lambda machine: which.map(machine.ticket),
}


@pytest.fixture
def street(cast: Cast) -> Cast:
    """The cast, and one category for each urgency, named by it."""
    lines = [Line.SAFETY, Line.CITY, Line.LIVELIHOOD, Line.ORDER]
    Category.objects.bulk_create(
        Category(code=urgency, name=urgency, urgency=urgency, line=line)
        for urgency, line in zip("ABCD", lines, strict=True)
    )
    return cast


def test_random_lives_break_no_rule(street: Cast) -> None:
    Machine.cast = street

    run_state_machine_as_test(Machine, settings=PROFILE)

    assert len(TAKEN) > 15, TAKEN
