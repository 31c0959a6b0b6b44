"""The life of one matter of the demo, played by its people through the real services.

A story is a generator: it yields the moment at which it wants to go on, and is resumed with
the clock standing there. Nothing here writes a ticket by itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from grids.models import Post, Role, User
from requests_app.demo import texts
from requests_app.demo.cases import Case
from requests_app.demo.plans import SEED, Ending, Reach, daytime
from requests_app.models import Ticket
from requests_app.roster import Roster
from requests_app.services import (
    RESIDENT,
    SYSTEM,
    Matter,
    add_note,
    give_verdict,
    mark_opened,
    reply,
    staff,
    submit,
    take,
)
from requests_app.services.delivery import answer_failed
from requests_app.workflow import Level, Source, Status, Urgency
from wangguan import clock
from wangguan.notify.models import Message, State
from wangguan.workdays import current_calendar

FAMILY = UUID("6f6c2f52-53e0-4f0e-9d4e-370103015000")
"""Submission ids of demo matters descend from this one: that is how they are known again."""

Moments = Iterator[datetime]


def submission_id(index: int) -> UUID:
    return uuid5(FAMILY, f"{SEED}:{index}")


class Stopped(Exception):
    """The plan says that nobody does anything any more."""


class Staff:
    """Everybody in post, each as one object, so that their posts are read once a day."""

    def __init__(self) -> None:
        self.roster = Roster.whole()
        self._posts: dict[int, list[Post]] = defaultdict(list)
        for post in Post.objects.current().with_units().order_by("id"):
            self._posts[post.user_id].append(post)
        self.by_id = User.objects.in_bulk(self._posts)

    def of(self, ticket: Ticket, level: str | None = None) -> list[User]:
        """The unit that holds the ticket, or would at `level`."""
        return [self.person(user.pk) for user in self.roster.team(ticket, level)]

    def above(self, ticket: Ticket) -> User:
        return self.person(self.roster.above(ticket)[0].pk)

    def person(self, pk: int | None) -> User:
        """Somebody as an actor; their posts are as they always were."""
        found = self.by_id[pk or 0]
        found.keep_posts(self._posts[found.pk])
        return found

    def named(self, username: str) -> User:
        return self.person(next(pk for pk, user in self.by_id.items() if user.username == username))

    def in_grid(self, ticket: Ticket, role: str) -> User | None:
        posts = ticket.grid.posts.filter(role=role) if ticket.grid else []
        return next((self.person(post.user_id) for post in posts), None)


class Story:
    """One case on its way; `ticket` is there once it was told."""

    def __init__(self, case: Case, staff: Staff, stories: Mapping[int, "Story"]) -> None:
        self.case = case
        self.plan = case.plan
        self.staff = staff
        self.stories = stories
        self.draw: Random = case.draw()
        self.words = texts.load()
        self.ticket: Ticket | None = None
        self.merged: list[Story] = []
        """Stories whose tickets were merged into this one's."""

    @property
    def it(self) -> Ticket:
        """The ticket; only for what happens after the telling."""
        assert self.ticket is not None
        return self.ticket

    def play(self) -> Moments:
        """The whole life, as moments to go on at."""
        try:
            yield self.case.at
            self._tell()
            self._stop_after("tell")
            yield from self._live()
        except Stopped:
            return

    def _live(self) -> Moments:
        if self.case.same_as is not None:
            yield from self._be_merged(self.stories[self.case.same_as])
        elif self.plan.ending is Ending.DECLINED:
            yield from self._be_declined()
        elif self.plan.ending is Ending.WITHDRAWN and self.draw.random() < 0.4:
            yield self._part_of_day(0.3)
            self._withdraw()
        else:
            yield from self._be_handled()

    # --- the beginning ----------------------------------------------------------------------
    def _tell(self) -> None:
        case = self.case
        reporter = self._reporter()
        self.ticket, _created = submit(
            Matter(
                description=case.told,
                place=case.place,
                source=case.source,
                category=None if self.plan.unsorted else case.category,
                address=case.address,
                latitude=case.latitude,
                longitude=case.longitude,
                contact_name=case.name,
                contact_phone=case.phone,
                submission_id=submission_id(case.index),
                consent=reporter is None,
                may_publish=case.may_publish,
                about_staff=case.about_staff,
                reporter=reporter,
            )
        )

    def _reporter(self) -> User | None:
        """Who wrote it down for the resident, or found it."""
        if self.case.source in (Source.WEB, Source.QR):
            return None
        if self.case.source == Source.HOTLINE:
            return self.staff.named("street")
        place = self.case.place
        asked = Ticket(grid=place.grid, community=place.community, level=Level.GRID)
        return self.staff.of(asked)[-1]

    def _be_handled(self) -> Moments:
        if self.plan.lost:
            yield self._part_of_accept(0.3)
            self._find_its_grid()
        yield self._part_of_accept(self.draw.uniform(0.05, 0.7))
        yield from self._be_accepted()
        self._stop_after("accept")
        if self.plan.ending is Ending.WITHDRAWN:
            yield self._part_of_day(0.4)
            return self._withdraw()
        yield from self._work()
        yield from self._finish(self.case.letter)

    def _be_accepted(self) -> Moments:
        holder = self._holder()
        if self.plan.assigned and (chosen := self.staff.in_grid(self.it, self.plan.assigned)):
            leader = self.staff.in_grid(self.it, Role.GRID_LEADER) or self.staff.above(self.it)
            self._take(leader, "assign", assignee=chosen)
            holder = chosen
            yield self._soon(20)
        if self._is_one_in(13):
            self._take(holder, "accept")
            self._take(holder, "undo")
            yield self._after_a_minute()
        self._take(holder, "accept")
        if self.case.about_staff:
            yield self._soon(60)
            self._take(self.staff.named("street"), "reclassify", named_staff=[self.staff.named("worker2")])
        if self.plan.unsorted:
            yield self._soon(15)
            self._take(self.staff.above(self.it), "reclassify", category=self.case.category)

    def _holder(self) -> User:
        """Who takes it up: mostly a worker, sometimes the leader."""
        people = self.staff.of(self.it)
        if self.it.level != Level.GRID:
            return people[0]
        return people[-1] if self.draw.random() < 0.7 else people[0]

    def _find_its_grid(self) -> None:
        clerk = self.staff.of(self.it)[0]
        self._take(clerk, "hand_over", target=self.case.grid, note=self._say("hand_over"))

    # --- the middle -------------------------------------------------------------------------
    def _work(self) -> Moments:
        """Handle, climb, ask for time; leaves the ticket accepted and ready to be answered."""
        pace = self.plan.pace or self.draw.triangular(0.1, 0.85, 0.35)
        stages = self.plan.climbs + 2
        if self.case.phone and self.it.limit_working and self.draw.random() < 0.4:
            yield self._soon(30)
            self._take(self._assignee(), "contact", how="phone", note=self._say("contacted"))
        yield self._toward(pace / stages)
        if self.plan.stop or self.draw.random() < 0.7:
            self._take(self._assignee(), "handle", note=self._note("handled"))
        if self._is_one_in(7):
            self._take(self._assignee(), "remark", note=self._say_aside("remarked"))
        self._stop_after("handle")
        if self.case.phone and self.it.limit_working and self._is_one_in(9):
            yield from self._ask_resident()
        for _rung in range(self.plan.climbs):
            yield self._toward(pace / stages)
            self._climb()
        if self.plan.climbs:
            self._stop_after("escalate")
        if self.plan.returned:
            yield from self._go_up_and_down()
        if self.plan.asks:
            yield from self._ask()
        if self.case.name and self.it.limit_working and self.draw.random() < 0.2:
            yield self._toward(0.1)
            self._speak_up()
        yield self._toward(pace if pace > 1 else pace / stages)

    def _ask_resident(self) -> Moments:
        """Most reply within hours; where nobody does, the sweep takes the matter up again."""
        self._take(self._assignee(), "ask", question=self._say_aside("asked"))
        if self._is_one_in(27):
            yield (self.it.review_at or clock.now()) + timedelta(hours=1)
            return
        yield self._after_a_minute() + timedelta(hours=2)
        reply(self.it, words=self._say_aside("replied"))
        self._reload()

    def _climb(self) -> None:
        to = "to_community" if self.it.level == Level.GRID else "to_street"
        if self.it.level != Level.STREET:
            self._take(self._assignee(), "escalate", note=self._note(to))

    def _go_up_and_down(self) -> Moments:
        self._climb()
        yield self._soon(180)
        if self.it.level == Level.COMMUNITY and self.it.grid_id:
            self._take(self._assignee(), "send_back", note=self._say("send_back"))
            yield self._soon(90)

    def _speak_up(self) -> None:
        """The resident adds a word."""
        if self.it.is_open:
            word = texts.fill(self._say("added"), place=self.it.address or "楼")
            add_note(self.it, words=word)

    def _ask(self) -> Moments:
        """Ask the unit above for more time or a hold, and let it decide."""
        yield self._soon(120)
        asks_hold = self.plan.asks.startswith("hold")
        if asks_hold:
            review_on = timezone.localdate(clock.now()) + timedelta(days=self.plan.review_after)
            self._take(self._assignee(), "request_hold", review_on=review_on, note=self._hold_reason())
        else:
            hours = 18 if self.it.limit_working else 12
            self._take(self._assignee(), "request_extension", hours=hours, note=self._note("more_time"))
        if self.plan.asks.endswith("undecided"):
            self._stop_after("ask")
        yield self._toward(0.1)
        step = {"hold": "hold", "hold_refused": "refuse_hold", "granted": "grant_extension"}.get(
            self.plan.asks, "refuse_extension"
        )
        self._take(self.staff.above(self.it), step, note=self._say(step))
        self._stop_after("ask")
        if self.it.status == Status.ON_HOLD:
            yield self._after_review(review_on)

    def _hold_reason(self) -> str:
        code = self.case.category.code
        return self.words.hold_reason(code, self.draw)

    def _after_review(self, review_on: date) -> datetime:
        """Late in the morning of the review day: the sweep has taken the matter up again by then."""
        return timezone.make_aware(datetime.combine(review_on, time(10, self.draw.randrange(60))))

    # --- the end ----------------------------------------------------------------------------
    def _finish(self, letter: str) -> Moments:
        """Answer, let it arrive, hear what the resident says; again as long as they say no."""
        for said_no in range(self.plan.noes + 1):
            self._take(self._assignee(), "resolve", answer=self._letter(letter))
            self._stop_after("resolve")
            yield from self._reach()
            self._stop_after("answer")
            if said_no == self.plan.noes:
                yield from self._last_word()
                return
            yield self._waking_hour(self.draw.uniform(1, 14))
            self._say_no(said_no)
            if self.it.status != Status.ACCEPTED:
                yield from self._be_decided()
                return
            if said_no + 1 == self.plan.noes:
                self._stop_after("reopen")
            yield self._toward(self.plan.pace or 0.4)
            letter = self.words.said_in_turn("again", said_no)

    def _reach(self) -> Moments:
        """The answer's way to the resident, and to those whose matters were merged into it."""
        reach = self.plan.reach
        if reach is Reach.WECHAT:
            yield self._soon(15)
            self._take(self._assignee(), "answer", how="wechat", note=self._say("told_in_group"))
        elif reach is Reach.PAGE:
            yield self._waking_hour(self.draw.uniform(2, 30))
            mark_opened(self.it)
        elif reach is Reach.UNOPENED:
            raise Stopped
        elif reach is Reach.SMS and self.it.is_from_hotline:
            yield self._soon(40)
            self._take(self._assignee(), "answer", how="hotline")
        elif reach is Reach.SMS:
            yield clock.now() + timedelta(seconds=self.draw.uniform(15, 50))
            self._arrive()
        else:
            yield clock.now() + timedelta(minutes=self.draw.uniform(30, 50))
            self._fail()
            yield from self._call(tries=1 if reach is Reach.CALLED else 3)

    def _arrive(self) -> None:
        """The gateway reports that the text message arrived, here and where others told the same."""
        take(self.it, "answer", by=SYSTEM, how="sms")
        for other in self.merged:
            other._reload()
            if other.it.has_phone and other.it.status == Status.MERGED and not other.it.answered_at:
                take(other.it, "answer", by=SYSTEM, how="sms")

    def _fail(self) -> None:
        """The text message is given up."""
        message = Message.objects.get(
            topic=self.it.number, kind__in=("answer", "declined"), state=State.QUEUED
        )
        message.state, message.attempts, message.error = State.DEAD, 6, "report_undelivered"
        message.save(update_fields=["state", "attempts", "error"])
        answer_failed(message)
        self._reload()

    def _call(self, *, tries: int) -> Moments:
        """Somebody calls in the resident's stead of the text message, and records it."""
        self._stop_after("failed")
        for _attempt in range(tries):
            yield self._working_hour(self.draw.uniform(1, 6))
            reached = tries == 1
            self._take(
                self._assignee(),
                "answer",
                how="phone" if reached else "unreachable",
                note=self._say("told_in_person" if reached else "unreachable"),
            )

    def _last_word(self) -> Moments:
        if self.plan.ending is not Ending.YES:
            return
        yield self._waking_hour(self.draw.triangular(0.4, 60, 4))
        stars = self.draw.choices((5, 4, 3, 2), (56, 28, 12, 4))[0]
        give_verdict(self.it, solved=True, satisfaction=stars, comment=self.words.praise(stars, self.draw))

    def _say_no(self, before: int) -> None:
        """`before`: how often they said so already."""
        why = self.words.said_in_turn("still_not", before - 1) if before else self._note("not_solved")
        give_verdict(self.it, solved=False, satisfaction=self.draw.choice((1, 1, 2)), comment=why)
        self._reload()

    def _be_decided(self) -> Moments:
        """The third no: the street leader looks for themselves and decides."""
        self._stop_after("contest")
        yield self._working_hour(self.draw.uniform(8, 30))
        self._take(self.staff.named("director"), "close", note=self._say("final"))

    def _be_declined(self) -> Moments:
        yield self._part_of_accept(self.draw.uniform(0.2, 0.8))
        community = self.staff.of(self.it, Level.COMMUNITY)[0]
        self._take(community, "decline", note=self.case.why, answer=self.case.letter)
        self._stop_after("resolve")
        yield from self._reach()

    def _be_merged(self, first: "Story") -> Moments:
        """Somebody sees that it was told before."""
        yield self._part_of_accept(self.draw.uniform(0.2, 0.5))
        parent = first.ticket
        if parent is None:
            return
        parent.refresh_from_db()
        if parent.is_open and parent.resolved_at is None:
            self._take(self._leader(), "merge", parent=parent)
            first.merged.append(self)

    def _leader(self) -> User:
        return self.staff.in_grid(self.it, Role.GRID_LEADER) or self.staff.above(self.it)

    def _withdraw(self) -> None:
        if self.it.status in (Status.SUBMITTED, Status.ACCEPTED):
            take(self.it, "withdraw", by=RESIDENT, note=self._say("withdrawn"))

    # --- acting and speaking ----------------------------------------------------------------
    def _take(self, person: User, step: str, *, note: str = "", **fields: Any) -> None:
        self._reload_if_reminded()
        take(self.it, step, by=staff(person), note=note, **fields)

    def _assignee(self) -> User:
        self._reload_if_reminded()
        return self.staff.person(self.it.assignee_id)

    def _reload_if_reminded(self) -> None:
        """The sweep may have touched it behind this object's back."""
        if self.it.wake_at is None or self.it.wake_at <= clock.now():
            self._reload()

    def _reload(self) -> None:
        rows = Ticket.objects.select_related("grid__community", "community", "category", "building")
        self.ticket = rows.get(pk=self.it.pk)

    def _stop_after(self, step: str) -> None:
        if self.plan.stop == step:
            raise Stopped

    def _note(self, kind: str) -> str:
        return self.words.note(kind, self.case.category.code, self.draw)

    def _say(self, kind: str) -> str:
        return self.words.said(kind, self.draw)

    def _say_aside(self, kind: str) -> str:
        """Like `_say`, drawing nothing that what follows depends on."""
        return self.words.said(kind, Random(self.case.index))

    def _is_one_in(self, number: int) -> bool:
        return self.case.index % number == 1

    @staticmethod
    def _letter(letter: str) -> str:
        today = timezone.localdate(clock.now())
        return texts.fill(letter, day=f"{today.month}月{today.day}日")

    # --- when -------------------------------------------------------------------------------
    def _toward(self, share: float) -> datetime:
        """`share` of the whole limit further, in the limit's own kind of time; only urgency A by night."""
        limit = timedelta(minutes=self.it.limit_minutes) * share
        if self.it.limit_working:
            return current_calendar().add(clock.now(), limit) + self._seconds()
        # A whole day is short when the nights are left out: people hurry.
        later = clock.now() + max(limit * (0.6 if share < 1 else 1), timedelta(minutes=2))
        return later if self.it.urgency == Urgency.A else daytime(later)

    def _part_of_accept(self, share: float) -> datetime:
        """After this share of the time to accept."""
        now, due = clock.now(), self.it.accept_due or clock.now()
        if self.it.accept_working:
            calendar = current_calendar()
            return calendar.add(now, calendar.between(now, due) * share) + self._seconds()
        return now + (due - now) * share

    def _part_of_day(self, share: float) -> datetime:
        return self._waking_hour(24 * share)

    def _soon(self, minutes: int) -> datetime:
        return clock.now() + timedelta(minutes=self.draw.uniform(minutes / 3, minutes)) + self._seconds()

    def _after_a_minute(self) -> datetime:
        return clock.now() + timedelta(minutes=1)

    def _waking_hour(self, hours: float) -> datetime:
        """After `hours`; at night the next morning."""
        return daytime(clock.now() + timedelta(hours=hours), opens=8) + self._seconds()

    def _working_hour(self, hours: float) -> datetime:
        return current_calendar().add(clock.now(), timedelta(hours=hours)) + self._seconds()

    def _seconds(self) -> timedelta:
        return timedelta(seconds=self.draw.randrange(5, 900))
