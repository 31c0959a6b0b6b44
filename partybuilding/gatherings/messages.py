"""Who is told what of a gathering: its title, its day and a link, never a name or a phone."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partybuilding.gatherings.models import Gathering, SignUp
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.outbox import Draft

PLACE, OFF, MOVED, SOON = "gathering_place", "gathering_off", "gathering_moved", "gathering_soon"
_KINDS = {
    PLACE: (
        _("You have a place"),
        _("You have a place at “%(what)s” on %(day)s: %(link)s"),
    ),
    OFF: (
        _("It is called off"),
        _("“%(what)s” on %(day)s is called off: %(link)s"),
    ),
    MOVED: (
        _("Time or place has changed"),
        _("“%(what)s” is now on %(day)s; please look at time and place: %(link)s"),
    ),
    SOON: (
        _("Tomorrow you are expected"),
        _("“%(what)s” is tomorrow, %(day)s. If you cannot come, please give your place up: %(link)s"),
    ),
}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text) in _KINDS.items():
        kinds.register(
            kinds.Kind(
                name,
                title,
                text,
                "/%(way)s/%(key)s/",
                sms_template=name.upper(),
                sms_params=("day", "link"),
            )
        )


def of(kind: str, gathering: Gathering, people: Iterable[SignUp], *, occasion: str = "") -> list[Draft]:
    """To each of these people: the staff in the portal, others by text message.

    Args:
        occasion: told once for each of them; the kind alone unless given.
    """
    day = timezone.localtime(gathering.starts_at).strftime("%Y-%m-%d")
    return [_draft(kind, gathering, person, day, occasion) for person in people]


def _draft(kind: str, gathering: Gathering, person: SignUp, day: str, occasion: str) -> Draft:
    way = "worker/gatherings" if person.user_id else "together/g"
    channel = "in_app" if person.user_id else "sms"
    return Draft(
        key=":".join(filter(None, (kind, str(person.pk), occasion, channel))),
        kind=kind,
        channel=channel,
        user=person.user,
        to=person.phone,
        topic=f"GATHERING-{gathering.pk}" if person.user_id else "",
        context={"what": gathering.title, "day": day, "way": way, "key": gathering.pk},
        not_before=hours.window(clock.now()) if channel == "sms" else None,
    )
