"""Meetings, topics and actions as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, radians, sin
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings import beside
from partybuilding.meetings.models import Action, Invitation, Meeting, Picture, Seat, Topic
from partybuilding.meetings.terms import BodyKind, Reply, Side, Source, Stance
from partybuilding.meetings.workflow import AHEAD, ActionState, TopicState
from requests_app.views.cards import Due
from requests_app.views.story import Picture as Shown

RING, MIDDLE_X, MIDDLE_Y = 78, 180, 165
NAMED_MOST, LETTERS = 8, 6.0
CAME, COMING, LEAVE, ABSENT, WAITING, EMPTY = "came", "coming", "leave", "absent", "waiting", "empty"
LOOKED_BACK = 3
"""So many meetings back it is looked who was absent time after time."""


# --- around the table ------------------------------------------------------------------------
@dataclass(frozen=True)
class Chair:
    """One side at the round table, and where it is drawn. Coordinates in the drawing's own units."""

    label: str
    state: str
    x: float = 0
    y: float = 0
    text_x: float = 0
    text_y: float = 0
    is_named: bool = True

    @property
    def words(self) -> str:
        return str(_WORDS[self.state]())

    @property
    def short(self) -> str:
        """As much of it as has room outside the ring: a Latin letter takes half of what a character takes."""
        room = LETTERS
        for place, letter in enumerate(self.label):
            room -= 0.55 if letter.isascii() else 1
            if room < 0:
                return f"{self.label[: place - 1]}…"
        return self.label

    @property
    def note_y(self) -> float:
        return self.text_y + 19


_WORDS = {
    CAME: lambda: _("came"),
    COMING: lambda: _("is coming"),
    LEAVE: lambda: _("on leave"),
    ABSENT: lambda: _("absent"),
    WAITING: lambda: _("no reply yet"),
    EMPTY: lambda: _("nobody"),
}


@dataclass(frozen=True)
class Round:
    """The table seen from above. `lines`: who is missing and why, in sentences."""

    chairs: list[Chair]
    is_over: bool
    lines: list[str] = field(default_factory=list)

    @property
    def counted(self) -> str:
        """“4 came, 1 on leave, 1 absent”."""
        order = (CAME, LEAVE, ABSENT, EMPTY) if self.is_over else (COMING, LEAVE, WAITING, EMPTY)
        counts = {state: sum(chair.state == state for chair in self.chairs) for state in order}
        parts = [
            _("%(count)d %(state)s") % {"count": count, "state": _WORDS[state]()}
            for state, count in counts.items()
            if count or state in order[:1]
        ]
        return str(_(", ")).join(parts)

    @property
    def spoken(self) -> str:
        """The drawing in words."""
        return "; ".join(f"{chair.label}: {chair.words}" for chair in self.chairs)


def around(meeting: Meeting, invitations: Sequence[Invitation]) -> Round:
    """Who sits around the table of this meeting; a Red Steward's shows its six sides, filled or not."""
    is_over = meeting.state not in AHEAD
    groups = _sides(meeting, invitations)
    drawn = [
        _placed(label, _state(rows, is_over=is_over), number, len(groups))
        for number, (label, rows) in enumerate(groups)
    ]
    return Round(drawn, is_over, [*_positions(invitations), *_often_absent(meeting, invitations)])


Group = tuple[str, list[Invitation]]


def _sides(meeting: Meeting, invitations: Sequence[Invitation]) -> list[Group]:
    if meeting.body.kind != BodyKind.STEWARD:
        return [(str(row.seat), [row]) for row in invitations]
    sides = BodyKind(meeting.body.kind).parties
    return [(str(side.label), [row for row in invitations if row.seat.side == side]) for side in sides]


def _state(rows: list[Invitation], *, is_over: bool) -> str:
    """A side is there when one of its people is."""
    if not rows:
        return EMPTY
    if any(row.came for row in rows):
        return CAME
    if not is_over and any(row.reply == Reply.COMING for row in rows):
        return COMING
    if any(row.reply == Reply.LEAVE for row in rows):
        return LEAVE
    return ABSENT if is_over else WAITING


def _placed(label: str, state: str, number: int, of: int) -> Chair:
    """The first at the top, the others clockwise; words stand outside the ring."""
    angle = radians(360 * number / of - 90)
    x, y = MIDDLE_X + RING * cos(angle), MIDDLE_Y + RING * sin(angle)
    side, below = round(cos(angle), 6), round(sin(angle), 6)
    away = 52.5 if below else 65
    text_x = x + (away if side > 0 else -away if side < 0 else 0)
    if not side:
        text_y = y - 43 if below < 0 else y + 39
    else:
        text_y = y + (22 if below > 0 else -20 if below < 0 else -4)
    return Chair(label, state, round(x, 1), round(y, 1), round(text_x, 1), round(text_y, 1), of <= NAMED_MOST)


def _positions(invitations: Iterable[Invitation]) -> list[str]:
    """Who sent their position in writing."""
    return [
        _("%(who)s is on leave and sent a position in writing.") % {"who": row.seat}
        for row in invitations
        if row.reply == Reply.LEAVE and row.statement and not row.came
    ]


def _often_absent(meeting: Meeting, invitations: Iterable[Invitation]) -> list[str]:
    """Seats that neither came nor said why, this time and the times before."""
    if meeting.state in AHEAD:
        return []
    absent = {row.seat_id: row.seat for row in invitations if not row.came and row.reply != Reply.LEAVE}
    found = Meeting.objects.took_place().filter(body=meeting.body_id, number__lt=meeting.number)
    earlier = list(found.order_by("-number").values_list("pk", flat=True)[:LOOKED_BACK]) if absent else []
    rows = Invitation.objects.filter(meeting__in=earlier, seat__in=absent)
    missed = {(row.meeting_id, row.seat_id) for row in rows if not row.came and row.reply != Reply.LEAVE}
    return [
        _absent(seat, times) for seat in absent.values() if (times := _in_a_row(seat, earlier, missed)) > 1
    ]


def _in_a_row(seat: Seat, earlier: list[int], missed: set[tuple[int, int]]) -> int:
    """This time and the times before without a break."""
    times = 1
    for meeting in earlier:
        if (meeting, seat.pk) not in missed:
            break
        times += 1
    return times


def _absent(seat: Seat, times: int) -> str:
    said = ngettext(
        "%(who)s was absent %(times)d time in a row; please call on them before the next meeting.",
        "%(who)s was absent %(times)d times in a row; please call on them before the next meeting.",
        times,
    )
    return said % {"who": seat, "times": times}


# --- topics and actions ----------------------------------------------------------------------
@dataclass(frozen=True)
class ActionRow:
    """An action with its card, its ring and what rooms above show beside it."""

    action: Action
    due: Due
    level: str
    status: str
    panels: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class TopicRow:
    topic: Topic
    actions: list[ActionRow]

    @property
    def origin(self) -> str:
        """Who put it on the table, and how many households second it."""
        topic = self.topic
        said = str(topic.get_source_display())
        if topic.source == Source.SEAT and topic.seat:
            said = _("Proposed by %(who)s") % {"who": topic.seat}
        if not topic.support:
            return said
        seconded = ngettext(
            "%(count)d household seconds it", "%(count)d households second it", topic.support
        ) % {"count": topic.support}
        return f"{said}{_(', ')}{seconded}"

    @property
    def stood(self) -> list[str]:
        """How the table stood to it: how many agreed, then everybody who did not."""
        voices = list(self.topic.voices.all())
        agreed = sum(voice.stance == Stance.FOR for voice in voices)
        if not voices:
            return []
        if agreed == len(voices):
            said = ngettext("%(count)d voice, all agree", "%(count)d voices, all agree", agreed)
            return [said % {"count": agreed}]
        found = (
            [ngettext("%(count)d agrees", "%(count)d agree", agreed) % {"count": agreed}] if agreed else []
        )
        return found + [
            _("%(who)s: %(said)s")
            % {"who": v.seat, "said": _(", ").join(filter(None, (v.get_stance_display(), v.words)))}
            for v in voices
            if v.stance != Stance.FOR
        ]

    @property
    def waits(self) -> bool:
        return self.topic.state != TopicState.DECIDED


def topic_rows(topics: Sequence[Topic], by: By) -> list[TopicRow]:
    """Topics read `for_page`, with their actions."""
    actions = [action for topic in topics for action in topic.actions.all()]
    shown = {row.action.pk: row for row in action_rows(actions, by)}
    return [TopicRow(topic, [shown[action.pk] for action in topic.actions.all()]) for topic in topics]


def action_rows(actions: Sequence[Action], by: By) -> list[ActionRow]:
    """Actions read `for_page`."""
    panels = beside.of_all(actions, by)
    return [ActionRow(each, due(each), *_ring(each), panels.get(each.pk, [])) for each in actions]


def due(action: Action) -> Due:
    """Until when it is to be done, or when it was."""
    if action.done_on and action.state != ActionState.OPEN:
        words = _("Done on %(day)s") if action.state == ActionState.CONFIRMED else _("%(day)s, to be checked")
        state = "done" if action.state == ActionState.CONFIRMED else "ok"
        return Due(state, words % {"day": day_words(action.done_on)})
    if action.is_late:
        return Due("red", _("Was due %(day)s") % {"day": day_words(action.due_on)})
    return Due("yellow" if action.is_near() else "ok", day_words(action.due_on))


_STATUS = {
    ActionState.OPEN: "accepted",
    ActionState.DONE: "resolved",
    ActionState.CONFIRMED: "closed",
}


def _ring(action: Action) -> tuple[str, str]:
    """Level and status of its ring: the request's own where it is one."""
    if action.ticket and action.is_open:
        return action.ticket.level, action.ticket.status
    if action.topic.body.community_id is None:
        level = "street"
    else:
        of_community = action.seat is None or action.seat.side in (Side.COMMUNITY, Side.UNIT)
        level = "community" if of_community else "grid"
    return level, _STATUS[ActionState(action.state)]


def day_words(on: Any) -> str:
    """The year only when it is another."""
    return date_format(on, _("M j") if on.year == today().year else _("M j, Y"))


def heading(rows: Sequence[TopicRow]) -> str:
    """“2 settled, 1 open; 3 actions, 1 done”."""
    actions = [each.action for row in rows for each in row.actions]
    settled = sum(row.topic.state == TopicState.DECIDED for row in rows)
    return _("%(settled)d settled, %(open)d open; %(actions)d actions, %(done)d done") % {
        "settled": settled,
        "open": len(rows) - settled,
        "actions": len(actions),
        "done": sum(not each.is_open for each in actions),
    }


def pictures(action: Action, address: Any) -> list[Shown]:
    """Pictures of what was done; `address(pk, size)` is where one is fetched."""
    return [_picture(row, address) for row in action.pictures.all()]


def _picture(row: Picture, address: Any) -> Shown:
    label = _("Photo of what was done")
    return Shown(
        url=address(row.pk, "image"), thumbnail_url=address(row.pk, "thumbnail"), label=label, key=row.pk
    )
