"""What staff are told of a hotline's file: one summary each, however many matters it brought."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from grids.models import User
from requests_app import messages
from wangguan.notify import kinds
from wangguan.notify.choices import Group
from wangguan.notify.outbox import Draft

KIND = "hotline_new"


def register() -> None:
    """Make the kind known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(
            name=KIND,
            title=_("New matters of the hotline"),
            text=_("The hotline has passed %(count)s matters on to you. They wait to be accepted."),
            path="/worker/tickets/",
            sms_template="STAFF_HOTLINE_NEW",
            sms_params=("count", "link"),
        )
    )
    messages.GROUPS[Group.NEW] |= {KIND}


def arrived(run: int, counts: Mapping[User, int], *, urgent: bool) -> list[Draft]:
    """To each of these people: so many matters of this import are theirs to accept."""
    drafts = []
    for person, count in counts.items():
        channels = [("in_app", None), *messages.beside_the_inbox(KIND, person, urgent=urgent)]
        for channel, not_before in channels:
            drafts.append(
                Draft(
                    key=f"{KIND}:{run}:{channel}:{person.pk}",
                    kind=KIND,
                    channel=channel,
                    user=person,
                    context={"count": count},
                    not_before=not_before,
                    urgent=urgent,
                )
            )
    return drafts
