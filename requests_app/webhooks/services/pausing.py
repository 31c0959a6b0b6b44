"""Telling a subscriber nothing for a while, and beginning anew."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import User
from requests_app.roster import Roster
from requests_app.webhooks import listening
from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.terms import State
from wangguan import clock, journal
from wangguan.notify import kinds, outbox
from wangguan.notify.models import Message
from wangguan.notify.models import State as Sent
from wangguan.notify.outbox import Draft

PAUSED = kinds.Kind(
    name="webhook_paused",
    title=gettext_lazy("A subscriber was paused"),
    text=gettext_lazy("%(name)s hears nothing any more: it took nothing for a day, or wants no more."),
    path="/admin/webhooks/%(subscriber)s/",
)


@transaction.atomic
def pause(row: Subscriber, *, why: str, by: User | None = None) -> None:
    """From now on it hears nothing, and what waited is cancelled; paused again changes nothing.

    Street leaders are told when nobody did it by hand.
    """
    now = clock.now()
    fields = {"state": State.PAUSED, "paused_at": now, "paused_why": why, "paused_by": by}
    if not Subscriber.objects.filter(pk=row.pk, state=State.ACTIVE).update(**fields):
        return
    row.refresh_from_db()
    waiting = Delivery.objects.filter(subscriber=row).waiting().values("message__key")
    Message.objects.filter(key__in=waiting).update(state=Sent.CANCELLED)
    listening.changed()
    if by:
        journal.note(by, [row], journal.CHANGE, _("Paused."))
    else:
        outbox.add(_told(row))


@transaction.atomic
def resume(row: Subscriber, *, by: User) -> None:
    """It hears of what happens from now on; what it missed is sent again only when somebody asks for it."""
    fields = {"state": State.ACTIVE, "paused_at": None, "paused_why": "", "paused_by": None}
    fresh = {"failing_since": None, "failures": 0, "last_error": ""}
    if Subscriber.objects.filter(pk=row.pk, state=State.PAUSED).update(**fields, **fresh):
        journal.note(by, [row], journal.CHANGE, _("Resumed."))
        listening.changed()


def _told(row: Subscriber) -> list[Draft]:
    """One in the portal to every street leader."""
    occasion = f"{PAUSED.name}:{row.pk}:{row.paused_at:%Y%m%d%H%M%S}"
    context = {"name": row.name, "subscriber": row.pk}
    return [
        Draft(key=f"{occasion}:{leader.pk}", kind=PAUSED.name, channel="in_app", user=leader, context=context)
        for leader in Roster.whole().street_leaders()
    ]
