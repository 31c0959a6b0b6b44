"""Who is told what of teams and call-outs: a link and a call's own words, never a name or a phone."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding.teams.models import Called, CallOut, Volunteer
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.outbox import Draft
from wangguan.words import for_the_record

SIGNED_UP, CONFIRMED = "teams_signed_up", "teams_confirmed"
CALLED, STOOD_DOWN, THANKED = "teams_called", "teams_stood_down", "teams_thanked"
_KINDS = {
    SIGNED_UP: (
        _("A volunteer to confirm"),
        _("Somebody wants to help as a volunteer; please confirm: %(link)s"),
        "/admin/party/volunteers/%(key)s/",
    ),
    CONFIRMED: (
        _("You are a volunteer now"),
        _("The community has put you on its list of volunteers. Your own page: %(link)s"),
        "/together/volunteer/me/",
    ),
    CALLED: (
        _("Volunteers are called out"),
        _("%(what)s: %(words)s Meet: %(place)s, %(at)s. Can you come? Please answer: %(link)s"),
        "/together/call/%(key)s/",
    ),
    STOOD_DOWN: (
        _("Enough volunteers come"),
        _("%(what)s: enough neighbours come, you can stay at home. Thank you! %(link)s"),
        "/together/call/%(key)s/",
    ),
    THANKED: (
        _("Thank you for coming out"),
        _("%(what)s: it is over. Thank you for being there! %(link)s"),
        "/together/call/%(key)s/",
    ),
}
_PARAMS = {
    CALLED: ("what", "words", "place", "at", "link"),
    STOOD_DOWN: ("what", "link"),
    THANKED: ("what", "link"),
}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text, path) in _KINDS.items():
        params = _PARAMS.get(name, ("link",))
        kinds.register(kinds.Kind(name, title, text, path, sms_template=name.upper(), sms_params=params))


def of_signed_up(volunteer: Volunteer, people: Iterable[User]) -> list[Draft]:
    """To the office, in the portal."""
    return [
        Draft(
            key=f"{SIGNED_UP}:{volunteer.pk}:in_app:{person.pk}",
            kind=SIGNED_UP,
            channel="in_app",
            user=person,
            topic=f"VOLUNTEER-{volunteer.pk}",
            context={"key": volunteer.pk},
        )
        for person in people
    ]


def of_confirmed(volunteer: Volunteer) -> list[Draft]:
    """To the volunteer, by day: nobody is woken for it."""
    return [
        Draft(
            key=f"{CONFIRMED}:{volunteer.pk}:sms",
            kind=CONFIRMED,
            channel="sms",
            to=volunteer.phone,
            topic=f"VOLUNTEER-{volunteer.pk}",
            not_before=hours.window(clock.now()),
        )
    ]


def key_of_call(call: CallOut, volunteer_id: int) -> str:
    """Names the message that called this volunteer."""
    return f"{CALLED}:{call.pk}:{volunteer_id}:sms"


def of_called(call: CallOut, volunteers: Iterable[Volunteer]) -> list[Draft]:
    """To everybody who is called, at once, by day and by night."""
    at = f"{timezone.localtime(call.starts_at):%m-%d %H:%M}"
    context = {**_of(call), "words": call.words, "place": call.place, "at": at}
    return [
        _urgent(CALLED, call, key_of_call(call, volunteer.pk), volunteer, context) for volunteer in volunteers
    ]


def of_stood_down(call: CallOut, rows: Iterable[Called]) -> list[Draft]:
    """To those who were called and have not answered, at once: they may be on their way."""
    context, again = _of(call), f"{STOOD_DOWN}:{call.pk}:{call.batch}"
    return [
        _urgent(STOOD_DOWN, call, f"{again}:{row.volunteer_id}:sms", row.volunteer, context) for row in rows
    ]


def of_thanked(call: CallOut, rows: Iterable[Called]) -> list[Draft]:
    """To those who came, by day."""
    return [
        Draft(
            key=f"{THANKED}:{call.pk}:{row.volunteer_id}:sms",
            kind=THANKED,
            channel="sms",
            to=row.volunteer.phone,
            topic=_topic(call),
            context=_of(call),
            not_before=hours.window(clock.now()),
        )
        for row in rows
    ]


def _urgent(kind: str, call: CallOut, key: str, volunteer: Volunteer, context: dict[str, Any]) -> Draft:
    return Draft(
        key=key,
        kind=kind,
        channel="sms",
        to=volunteer.phone,
        topic=_topic(call),
        context=context,
        urgent=True,
    )


def _of(call: CallOut) -> dict[str, Any]:
    return {"what": for_the_record(call.get_kind_display()), "key": call.pk}


def _topic(call: CallOut) -> str:
    return f"CALL-{call.pk}"
