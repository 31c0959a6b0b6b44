"""Who is told what of meetings: a link, never a name, a topic or anybody's words."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding.meetings.models import Action, Body, Meeting, Seat, Topic
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.outbox import Draft

CALLED, MOVED, CALLED_OFF = "meeting_called", "meeting_moved", "meeting_called_off"
TOPIC, YOURS, DONE, BACK = "meeting_topic", "meeting_action", "meeting_action_done", "meeting_action_back"
SOON, LATE, ENDING = "meeting_action_soon", "meeting_action_late", "meeting_seat_ending"
_KINDS = {
    CALLED: (
        _("You are invited to a meeting"),
        _("You are invited to a meeting on %(day)s. Please say whether you come: %(link)s"),
    ),
    MOVED: (
        _("A meeting was moved"),
        _("The meeting you are invited to was changed; it is now on %(day)s: %(link)s"),
    ),
    CALLED_OFF: (_("A meeting was called off"), _("The meeting on %(day)s was called off: %(link)s")),
    TOPIC: (_("A topic was handed in"), _("A topic was handed in for the next meeting: %(link)s")),
    YOURS: (
        _("The table counts on you"),
        _("A meeting gave you something to carry out by %(day)s: %(link)s"),
    ),
    DONE: (_("An action to check"), _("Something a meeting agreed was carried out; please check: %(link)s")),
    BACK: (
        _("Not done yet"),
        _("What you reported carried out was given back; please read why: %(link)s"),
    ),
    SOON: (_("An action is due soon"), _("What a meeting gave you is due on %(day)s: %(link)s")),
    LATE: (
        _("An action is late"),
        _("Something a meeting agreed was due on %(day)s and is not done: %(link)s"),
    ),
    ENDING: (
        _("A seat at a table ends"),
        _("A seat ends on %(day)s and nobody follows. Please settle who sits there next: %(link)s"),
    ),
}
_WITHOUT_DAY = (TOPIC, DONE, BACK)


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text) in _KINDS.items():
        params = ("link",) if name in _WITHOUT_DAY else ("day", "link")
        kinds.register(
            kinds.Kind(name, title, text, "%(path)s", sms_template=name.upper(), sms_params=params)
        )


def of_meeting(kind: str, meeting: Meeting, seats: Iterable[Seat]) -> list[Draft]:
    """To everybody who is invited, once for each state of the meeting."""
    day = f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}"
    return [_to_seat(kind, f"{meeting.pk}:v{meeting.version}", seat, {"day": day}, tail="") for seat in seats]


def of_topic(topic: Topic, keepers: Iterable[User]) -> list[Draft]:
    """To those who keep the table."""
    path = _office_body(topic.body)
    return [_to_user(TOPIC, str(topic.pk), person, {"path": path}) for person in keepers]


def of_action(kind: str, action: Action, occasion: str, owners: Iterable[Seat | User]) -> list[Draft]:
    """To whoever is to carry it out, once per occasion."""
    return [_to_owner(kind, action, occasion, owner) for owner in owners]


def to_keepers(kind: str, action: Action, occasion: str, keepers: Iterable[User]) -> list[Draft]:
    """To those who keep the table, once per occasion."""
    context = {"day": action.due_on.isoformat(), "path": f"/admin/party/meetings/actions/{action.pk}/"}
    return [_to_user(kind, f"{action.pk}:{occasion}:k", person, context) for person in keepers]


def of_ending(body: Body, day: str, keepers: Iterable[User]) -> list[Draft]:
    """Once per table and last day."""
    context = {"day": day, "path": _office_body(body)}
    return [_to_user(ENDING, f"{body.pk}:{day}", person, context) for person in keepers]


def _office_body(body: Body) -> str:
    return f"/admin/party/meetings/bodies/{body.pk}/"


def _to_owner(kind: str, action: Action, occasion: str, owner: Seat | User) -> Draft:
    context, mark = {"day": action.due_on.isoformat()}, f"{action.pk}:{occasion}"
    if isinstance(owner, Seat):
        return _to_seat(kind, mark, owner, context, tail=f"action/{action.pk}/")
    return _to_user(kind, mark, owner, {**context, "path": f"/worker/tables/action/{action.pk}/"})


def _to_seat(kind: str, occasion: str, seat: Seat, context: dict[str, Any], *, tail: str) -> Draft:
    """In the portal to the staff; by text message, in waking hours, to whoever has no account."""
    tail = tail or f"{seat.body_id}/"
    if seat.user_id:
        return _to_user(kind, occasion, seat.user, {**context, "path": f"/worker/tables/{tail}"})
    return Draft(
        key=f"{kind}:{occasion}:sms:{seat.pk}",
        kind=kind,
        channel="sms",
        to=seat.phone,
        context={**context, "path": f"/together/table/{tail}"},
        not_before=hours.window(clock.now()),
    )


def _to_user(kind: str, occasion: str, person: Any, context: dict[str, Any]) -> Draft:
    key = f"{kind}:{occasion}:in_app:{person.pk}"
    return Draft(
        key=key, kind=kind, channel="in_app", user=person, topic=f"MEET-{occasion}"[:40], context=context
    )
