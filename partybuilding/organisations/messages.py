"""What is told of organisations: that terms end. Texts carry the organisation's name, never a person's."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding.organisations.models import Organisation
from wangguan.notify import kinds
from wangguan.notify.outbox import Draft

ENDING = "party_term_ending"


def register() -> None:
    """Make the kind known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(
            ENDING,
            _("A term of office ends"),
            _("%(name)s: seats of the committee end on %(day)s. Please prepare the election: %(link)s"),
            path="/admin/party/organisations/%(key)s/",
        )
    )


def of_ending(organisation: Organisation, day: str, people: Iterable[User]) -> list[Draft]:
    """One to each of those who keep the organisation; once per organisation and last day."""
    context = {"name": organisation.name, "day": day, "key": organisation.pk}
    return [
        Draft(
            key=f"{ENDING}:{organisation.pk}:{day}:in_app:{person.pk}",
            kind=ENDING,
            channel="in_app",
            user=person,
            topic=f"ORG-{organisation.pk}",
            context=context,
        )
        for person in people
    ]
