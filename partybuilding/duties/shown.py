"""Duties and their turns as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from grids.models import today
from partybuilding.duties.models import Duty, Entry, Evidence, Turn
from partybuilding.duties.terms import REMIND_BEFORE
from partybuilding.duties.workflow import State
from requests_app.views.cards import Due
from requests_app.views.story import Picture


@dataclass(frozen=True)
class TurnRow:
    """`due` is a card as parts/due.html shows it."""

    turn: Turn
    due: Due

    @property
    def url(self) -> str:
        """Where the next thing is done with it: checked in the office, or reported by its owner."""
        if self.turn.state == State.DONE:
            return f"{self.turn.duty.get_absolute_url()}#turn-{self.turn.pk}"
        return reverse("worker_duty_turn", args=[self.turn.pk])

    @property
    def act(self) -> str:
        return _("Check") if self.turn.state == State.DONE else _("Report it done")


@dataclass(frozen=True)
class DutyRow:
    """A duty with the counts of `DutyQuerySet.for_list`; `due` is None when nothing is to be done."""

    duty: Duty
    due: Due | None
    done: int
    wanted: int


def rows(turns: Iterable[Turn]) -> list[TurnRow]:
    return [TurnRow(turn, due(turn)) for turn in turns]


def duty_rows(duties: Iterable[Duty]) -> list[DutyRow]:
    return [_duty_row(duty) for duty in duties]


def _duty_row(duty: Duty) -> DutyRow:
    counted = vars(duty)
    card = open_card(counted["next_on"]) if counted["next_on"] else None
    return DutyRow(duty, card, counted["done"], counted["wanted"])


def due(turn: Turn) -> Due:
    """Until when it is to be done, or how it ended."""
    if turn.state == State.PLANNED:
        return open_card(turn.due_on)
    state = "stopped" if turn.state == State.CANCELLED else "done"
    return Due(state, f"{day_words(turn.due_on)} · {turn.get_state_display()}")


def open_card(due_on: date) -> Due:
    left = due_on - today()
    if left < timedelta():
        return Due("red", _("Was due %(day)s") % {"day": day_words(due_on)})
    return Due("yellow" if left <= REMIND_BEFORE else "ok", _("Due %(day)s") % {"day": day_words(due_on)})


def day_words(on: date) -> str:
    """The year only when it is another."""
    return date_format(on, _("M j") if on.year == today().year else _("M j, Y"))


def entries(turn: Turn) -> list[tuple[Entry, list[Picture]]]:
    """What happened, the newest first, each with its photos; in three queries or from what was fetched."""
    found = sorted(turn.entries.all(), key=lambda entry: -entry.pk)
    return [(entry, [_picture(turn, photo) for photo in entry.photos.all()]) for entry in found]


def _picture(turn: Turn, photo: Evidence) -> Picture:
    def address(size: str) -> str:
        return reverse("worker_duty_photo", args=[turn.pk, photo.pk, size])

    label = _("Photo that shows it")
    return Picture(url=address("image"), thumbnail_url=address("thumbnail"), label=label, key=photo.pk)
