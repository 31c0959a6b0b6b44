"""Who is told what of stewards' tables: a link, never a name, a phone or what a resident wrote."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding.meetings.models import Topic
from partybuilding.steward.models import Appraisal
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.outbox import Draft

BROUGHT, PROPOSED, OPENED = "steward_brought", "steward_proposed", "steward_opened"
PATH = "/admin/party/stewards/%(key)s/"
_KINDS = {
    BROUGHT: (
        _("A request for the Red Steward's table"),
        _("A request was brought before the table of an estate; put it on an agenda: %(link)s"),
    ),
    PROPOSED: (
        _("Residents propose a topic"),
        _("A household proposes a topic for the table of its estate; please look at it: %(link)s"),
    ),
    OPENED: (
        _("The monthly appraisal is open"),
        _("Households mark the property company until the month ends; hang out the code: %(link)s"),
    ),
}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text) in _KINDS.items():
        kinds.register(kinds.Kind(name, title, text, PATH, sms_template=name.upper(), sms_params=("link",)))


def of_topic(kind: str, topic: Topic, steward_id: int, people: Iterable[User]) -> list[Draft]:
    """To those who keep the table."""
    return [_in_app(kind, topic.pk, steward_id, person) for person in people]


def of_opened(appraisal: Appraisal, people: Iterable[User]) -> list[Draft]:
    """To those who keep the table; households are not written to (poster and group text reach them)."""
    return [_in_app(OPENED, appraisal.pk, appraisal.steward_id, person) for person in people]


def _in_app(kind: str, occasion: int, steward_id: int, person: User) -> Draft:
    return Draft(
        key=f"{kind}:{occasion}:in_app:{person.pk}",
        kind=kind,
        channel="in_app",
        user=person,
        topic=f"STEWARD-{steward_id}",
        context={"key": steward_id},
        not_before=hours.window(clock.now()),
    )
