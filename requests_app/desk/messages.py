"""What the desk tells people: that a note of the shift before waits for them."""

from django.utils.translation import gettext_lazy as _

from requests_app.desk.models import HandOver
from wangguan.notify import kinds
from wangguan.notify.outbox import Draft

KIND = "handover"


def register() -> None:
    """Make the kind known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(
            name=KIND,
            title=_("A note of the shift before you"),
            text=_("%(person)s left you a hand-over note."),
            path="/worker/duty/",
        )
    )


def to_successor(note: HandOver) -> Draft:
    """In the portal to whoever comes next; the words stay in the note."""
    context = {"person": str(note.by)}
    return Draft(key=f"{KIND}:{note.pk}", kind=KIND, channel="in_app", user=note.to, context=context)
