"""Why a step did not happen, as a sentence that the person can act on."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from wangguan.refusals import Refused

if TYPE_CHECKING:
    from requests_app.models import Ticket


class MovedMeanwhile(Refused):
    """Somebody else moved the ticket first; nothing was written."""

    def __init__(self, ticket: "Ticket") -> None:
        last = ticket.last_event()
        who = (last.actor_title if last else "") or _("Somebody else")
        what = last.label if last else ""
        self._reason = _("%(who)s was faster: “%(what)s”.") % {"who": who, "what": what}
        super().__init__(
            _(
                "%(who)s was faster: “%(what)s”. This is how the matter stands now; "
                "your text is kept, please check whether the step is still right."
            )
            % {"who": who, "what": what}
        )

    @property
    def reason(self) -> str:
        return self._reason


class UnknownStep(Refused):
    """No such step, or a ticket that the caller may not see."""
