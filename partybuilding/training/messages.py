"""Who is told what of plans: that one waits or was decided, and a link."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding.training.models import Plan
from wangguan.notify import kinds
from wangguan.notify.outbox import Draft

SUBMITTED, DECIDED = "training_submitted", "training_decided"
_KINDS = {
    SUBMITTED: (
        _("A training plan to approve"),
        _("A training plan of %(year)s was submitted; please read and decide: %(link)s"),
    ),
    DECIDED: (
        _("Your training plan was decided on"),
        _("The training plan of %(year)s was approved or returned: %(link)s"),
    ),
}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text) in _KINDS.items():
        kinds.register(kinds.Kind(name, title, text, "/admin/party/training/%(key)s/"))


def of(kind: str, plan: Plan, people: Iterable[User]) -> list[Draft]:
    """In the portal; a plan submitted again is told again."""
    return [
        Draft(
            key=f"{kind}:{plan.pk}:{plan.version}:in_app:{person.pk}",
            kind=kind,
            channel="in_app",
            user=person,
            topic=f"TRAINING-{plan.pk}",
            context={"year": plan.year, "key": plan.pk},
        )
        for person in people
    ]
