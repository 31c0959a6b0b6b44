"""The table of one meeting seen from above: who sits where, who is there, who is missing and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, radians, sin

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partybuilding.meetings.models import Invitation, Meeting, Seat
from partybuilding.meetings.terms import BodyKind, Reply
from partybuilding.meetings.workflow import AHEAD

RING, MIDDLE_X, MIDDLE_Y = 78, 180, 165
NAMED_MOST, LETTERS = 8, 6.0
CAME, COMING, LEAVE, ABSENT, WAITING, EMPTY = "came", "coming", "leave", "absent", "waiting", "empty"
LOOKED_BACK = 3
"""So many meetings back it is looked who was absent time after time."""


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
