"""Who is told what: the kinds of message, and drafts of them for one ticket.

Texts carry the number, the category and a link, never names, phones, places or the words of
a resident or an answer (handbook §5, §7). A text message is an approved template whose
parameters are `number` and `link`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from grids.models import Leave, User
from requests_app import clockwork
from requests_app.models import Answer, Follow, Ticket
from requests_app.workflow import URGENT
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.choices import Group, chosen
from wangguan.notify.models import Message
from wangguan.notify.outbox import Draft

if TYPE_CHECKING:
    from wangguan.notify.kinds import Text

# name: (title, text, routine). Routine ones wait for the reminder window and may be digested.
_TO_STAFF: dict[str, tuple[Text, Text, bool]] = {
    "new": (_("A new matter"), _("%(number)s %(category)s has arrived and waits to be accepted."), False),
    "new_on_duty": (
        _("A new urgent matter, you are on duty"),
        _("%(number)s %(category)s has arrived out of hours and waits to be accepted."),
        False,
    ),
    "on_duty": (
        _("An urgent matter, you are on duty"),
        _("%(number)s %(category)s became urgent, came back or moved on out of hours."),
        False,
    ),
    "assigned": (_("You are in charge"), _("%(number)s %(category)s is yours now."), False),
    "came_up": (
        _("A matter climbed to you"),
        _("%(number)s %(category)s was passed up to your unit."),
        False,
    ),
    "came_over": (
        _("A matter was passed to you"),
        _("%(number)s %(category)s was passed to your unit."),
        False,
    ),
    "accept_missed": (
        _("Not accepted in time"),
        _("%(number)s %(category)s still waits to be accepted."),
        True,
    ),
    "accept_missed_above": (
        _("Not accepted below"),
        _("%(number)s %(category)s was not accepted in time by the unit below you."),
        True,
    ),
    "half_time": (
        _("Half of the time is over"),
        _("%(number)s %(category)s: half of the time is over."),
        True,
    ),
    "yellow_card": (_("Yellow card"), _("%(number)s %(category)s is due soon."), True),
    "red_card": (_("Red card"), _("%(number)s %(category)s is overdue. The level above was told."), True),
    "supervision": (
        _("Please supervise"),
        _("%(number)s %(category)s is overdue in a unit below you."),
        True,
    ),
    "review": (
        _("Back from hold"),
        _("%(number)s %(category)s: the day to look at it again has come."),
        True,
    ),
    "undelivered": (
        _("Please call the resident"),
        _("%(number)s: the answer has not reached the resident. Call, and record it."),
        False,
    ),
    "unsure": (
        _("Please check with the resident"),
        _("%(number)s: it is not known whether a message arrived. Call, and record it."),
        False,
    ),
    "group_unsure": (
        _("Please make sure it was heard"),
        _("%(number)s: it is not known whether a message to staff arrived. Please tell them."),
        False,
    ),
    "asked_above": (
        _("A decision is asked of you"),
        _("%(number)s: more time or a hold is asked for."),
        False,
    ),
    "decided": (_("Your request was decided"), _("%(number)s: the unit above has decided."), False),
    "reopened": (_("Not solved yet"), _("%(number)s %(category)s was reopened and is yours now."), False),
    "resident_added": (_("The resident added something"), _("%(number)s: the resident added to it."), False),
    "replied": (
        _("The resident has replied"),
        _("%(number)s: the resident answered your question; the clock runs again."),
        False,
    ),
    "unanswered": (
        _("No reply from the resident"),
        _("%(number)s %(category)s: your question was not answered in time; the clock runs again."),
        True,
    ),
    "withdrawn": (_("Withdrawn"), _("%(number)s was withdrawn by its resident."), False),
    "contested": (
        _("Please decide"),
        _("%(number)s: the resident said no again. The street leader decides."),
        False,
    ),
    "decision_missed": (_("A decision is overdue"), _("%(number)s waits for the street leader."), True),
    "not_satisfied": (
        _("A merged matter is not solved"),
        _("%(number)s: the resident said no and it stands on its own again."),
        False,
    ),
}
# name: (title, text, template of the text message)
_TO_RESIDENT: dict[str, tuple[Text, Text, str]] = {
    "received": (_("We have your matter"), _("Your matter %(number)s is with us: %(link)s"), "RECEIVED"),
    "answer": (_("Your answer is here"), _("Your matter %(number)s has an answer: %(link)s"), "ANSWER"),
    "declined": (
        _("About your matter"),
        _("There is a reply to your matter %(number)s: %(link)s"),
        "DECLINED",
    ),
    "on_hold": (_("Your matter takes longer"), _("Your matter %(number)s takes longer: %(link)s"), "ON_HOLD"),
    "question": (
        _("We have a question for you"),
        _("We have a question about your matter %(number)s, please reply here: %(link)s"),
        "QUESTION",
    ),
    "reopened_resident": (
        _("Taken up again"),
        _("Your matter %(number)s is taken up again: %(link)s"),
        "REOPENED",
    ),
    "verdict_ask": (
        _("Is it solved?"),
        _("Is your matter %(number)s solved? Please tell us: %(link)s"),
        "VERDICT",
    ),
    "verdict_again": (
        _("Is it solved?"),
        _("Is your matter %(number)s solved? Without a word it closes on %(closes_on)s: %(link)s"),
        "VERDICT_AGAIN",
    ),
}
# name: (title, text, template of the text message), to those who follow somebody else's matter.
_TO_FOLLOWERS: dict[str, tuple[Text, Text, str]] = {
    "followed_answered": (
        _("A matter you follow was answered"),
        _("The matter %(number)s that you follow has an answer: %(link)s"),
        "FOLLOWED_ANSWERED",
    ),
    "followed_withdrawn": (
        _("A matter you follow was withdrawn"),
        _("The matter %(number)s that you follow was withdrawn. If it is still there, tell us: %(link)s"),
        "FOLLOWED_WITHDRAWN",
    ),
}
# name: (title, text). `post` is the title of the post that is left, days are ISO dates; nobody is named.
_OF_LEAVE: dict[str, tuple[Text, Text]] = {
    "leave_deputy": (
        _("You stand in for somebody"),
        _("%(post)s: from %(starts_on)s to %(ends_on)s what comes in goes to you."),
    ),
    "leave_leader": (
        _("Somebody of your unit is away"),
        _("%(post)s: from %(starts_on)s to %(ends_on)s a deputy acts."),
    ),
    "leave_over": (
        _("The leave is over"),
        _("%(post)s: the holder is back, the deputy acts no longer."),
    ),
}
GROUPS: dict[Group, frozenset[str]] = {
    Group.NEW: frozenset({"new", "came_up", "came_over"}),
    Group.MINE: frozenset(
        {
            "assigned",
            "reopened",
            "resident_added",
            "replied",
            "unanswered",
            "withdrawn",
            "decided",
            "not_satisfied",
        }
    ),
    Group.DEADLINES: frozenset({"red_card", "supervision"}),
    Group.DECISIONS: frozenset({"asked_above", "contested", "decision_missed"}),
    Group.URGENT: frozenset({"new_on_duty", "on_duty", "undelivered"}),
}
"""What people choose channels for (`wangguan.notify.choices`); other kinds wait in the portal's inbox."""
TO_GROUP = frozenset({"new", "red_card"})
"""What a grid's WeCom group hears."""


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for kind in (*_staff_kinds(), *_resident_kinds(), *_others_kinds()):
        kinds.register(kind)


def _staff_kinds() -> Iterator[kinds.Kind]:
    from requests_app.services import delivery

    for name, (title, text, routine) in _TO_STAFF.items():
        yield kinds.Kind(
            name=name,
            title=title,
            text=text,
            path="/worker/tickets/%(number)s/",
            sms_template=f"STAFF_{name.upper()}",
            sms_params=("number", "link"),
            routine=routine,
            on_unknown=delivery.group_message_unsure,
        )


def _resident_kinds() -> Iterator[kinds.Kind]:
    from requests_app.services import delivery

    for name, (title, text, template) in _TO_RESIDENT.items():
        answers = name in ("answer", "declined")
        dated = "closes_on" in str(text)
        yield kinds.Kind(
            name=name,
            title=title,
            text=text,
            path="/t/%(token)s/",
            sms_template=template,
            sms_params=("number", "closes_on", "link") if dated else ("number", "link"),
            swift=True,
            is_answer=answers,
            on_delivered=delivery.answer_delivered if answers else None,
            on_failed=delivery.answer_failed if answers else None,
            on_unknown=delivery.answer_unsure if answers else None,
        )


def _others_kinds() -> Iterator[kinds.Kind]:
    """To those who follow a matter, and about leave."""
    for name, (title, text, template) in _TO_FOLLOWERS.items():
        path, sent = "/f/%(token)s/", ("number", "link")
        yield kinds.Kind(name, title, text, path, sms_template=template, sms_params=sent)
    for name, (title, text) in _OF_LEAVE.items():
        yield kinds.Kind(name, title, text, "/worker/me/leave/")


def to_staff(kind: str, ticket: Ticket, people: Iterable[User], *, phase: object = "") -> list[Draft]:
    """One in-app message to each person, a text message where the kind calls for it, and the group's.

    `phase` tells occasions apart (the ticket's version by default): one key, one message.
    """
    occasion = f"{kind}:{ticket.number}:{phase or f'v{ticket.version}'}"
    context = _staff_context(ticket)
    urgent, swift = ticket.urgency == "A", ticket.urgency in URGENT
    drafts = []
    for person in people:
        common: dict[str, Any] = {
            "kind": kind,
            "user": person,
            "topic": ticket.number,
            "context": context,
            "swift": swift,
        }
        drafts.append(Draft(key=f"{occasion}:in_app:{person.pk}", channel="in_app", urgent=urgent, **common))
        for channel, not_before in beside_the_inbox(kind, person, urgent=urgent):
            drafts.append(
                Draft(
                    key=f"{occasion}:{channel}:{person.pk}",
                    channel=channel,
                    urgent=urgent,
                    not_before=not_before,
                    **common,
                )
            )
    if kind in TO_GROUP and ticket.level == "grid" and ticket.grid and ticket.grid.wecom_robot_key:
        drafts.append(
            Draft(
                key=f"{occasion}:wecom:{ticket.grid_id}",
                kind=kind,
                channel="wecom",
                to=ticket.grid.wecom_robot_key,
                topic=ticket.number,
                context=context,
                urgent=urgent,
                swift=swift,
            )
        )
    return drafts


def about_leave(kind: str, leave: Leave, people: Iterable[User]) -> list[Draft]:
    """To each in the portal: who stands in for which post, and for how long."""
    context = {
        "post": leave.post.title,
        "starts_on": leave.starts_on.isoformat(),
        "ends_on": leave.ends_on.isoformat(),
    }
    return [
        Draft(key=f"{kind}:{leave.pk}:{person.pk}", kind=kind, channel="in_app", user=person, context=context)
        for person in people
    ]


def beside_the_inbox(kind: str, person: User, *, urgent: bool) -> list[tuple[str, datetime | None]]:
    """By what else this person hears of it, and not before when: a choice keeps to the reminder window."""
    own = next((group for group, kinds_ in GROUPS.items() if kind in kinds_), None)
    must = urgent or own is Group.URGENT
    group = Group.URGENT if must else own
    if group is None:
        return []
    # Routine ones keep to it by themselves.
    start = None if must or kinds.get(kind).routine else hours.window(clock.now())
    by_sms = person.phone and (must or chosen(person.told_by, group, "sms"))
    by_email = person.email and chosen(person.told_by, group, "email")
    return [(channel, start) for channel, wanted in (("sms", by_sms), ("email", by_email)) if wanted]


def to_resident(kind: str, ticket: Ticket, *, phase: object = "", **context: object) -> list[Draft]:
    """A text message with the link to the ticket's page; nothing without a phone or from the hotline."""
    if not ticket.has_phone or ticket.is_from_hotline:
        return []
    words = {"number": ticket.number, "token": ticket.token, **context}
    key = f"{kind}:{ticket.number}:{phase or f'v{ticket.version}'}:sms:resident"
    return [
        Draft(key=key, kind=kind, channel="sms", to=ticket.contact_phone, topic=ticket.number, context=words)
    ]


def answer_to_resident(answer: Answer, ticket: Ticket) -> list[Draft]:
    """Tell the resident that an answer is there; its delivery is recorded on `answer`."""
    kind = "declined" if answer.kind == "declined" else "answer"
    return to_resident(kind, ticket, phase=f"a{answer.pk}", answer=answer.pk)


def verdict_again(ticket: Ticket, *, phase: object) -> list[Draft]:
    """Ask once more, saying when the matter closes without a word."""
    closes = clockwork.closes_on(ticket)
    return to_resident("verdict_again", ticket, phase=phase, closes_on=closes.isoformat())


def to_follower(kind: str, follow: Follow, ticket: Ticket, *, phase: str) -> Draft:
    """A text message with the link to the follower's own page, where one tap also stops it."""
    return Draft(
        key=f"{kind}:{ticket.number}:{phase}:sms:f{follow.pk}",
        kind=kind,
        channel="sms",
        to=follow.phone,
        topic=ticket.number,
        context={"number": ticket.number, "token": follow.token},
    )


def answer_of(message: Message) -> int:
    """Primary key of the answer that a message announced."""
    return int(message.context["answer"])


def _staff_context(ticket: Ticket) -> dict[str, object]:
    return {
        "number": ticket.number,
        "category": ticket.category.name if ticket.category else "",
    }
