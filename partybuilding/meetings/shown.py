"""Meetings, topics and actions as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings import beside
from partybuilding.meetings.models import Action, Picture, Topic
from partybuilding.meetings.terms import Side, Source, Stance
from partybuilding.meetings.workflow import ActionState, TopicState
from requests_app.views.cards import Due
from requests_app.views.story import Picture as Shown


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
