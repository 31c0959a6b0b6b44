"""Making and changing subscribers; their secrets."""

import base64
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.webhooks import listening
from requests_app.webhooks.models import Subscriber
from wangguan import clock, journal
from wangguan.notify.channels.webhook import SECRET_MARK
from wangguan.refusals import Refused

OVERLAP = timedelta(hours=24)
"""So long a secret stays good beside the one that follows it."""
MANY = ("communities", "grids", "categories")


@transaction.atomic
def make(values: Mapping[str, Any], *, by: User) -> Subscriber:
    """A new subscriber with a secret of its own; its address was checked by the form."""
    own = {name: value for name, value in values.items() if name not in MANY}
    row = Subscriber.objects.create(secret=new_secret(), created_by=by, **own)
    _choose(row, values)
    journal.note(by, [row], journal.ADDITION, _("Made."))
    return row


@transaction.atomic
def change(row: Subscriber, values: Mapping[str, Any], *, by: User) -> None:
    """What it is called, where it listens, and what it wants to hear."""
    for name, value in values.items():
        if name not in MANY:
            setattr(row, name, value)
    row.save(update_fields=[name for name in values if name not in MANY])
    _choose(row, values)
    journal.note(by, [row], journal.CHANGE, _("Changed."))


@transaction.atomic
def rotate(row: Subscriber, *, by: User) -> str:
    """A new secret; the old one stays good beside it for `OVERLAP`.

    Raises:
        Refused: the last change of secrets still runs: a third one would lock a receiver out.
    """
    fresh = Subscriber.objects.select_for_update(no_key=True).get(pk=row.pk)
    if fresh.has_old_secret:
        raise Refused(_("Two secrets are good at this moment. End the old one first."))
    fresh.old_secret, fresh.old_secret_until = fresh.secret, clock.now() + OVERLAP
    fresh.secret = new_secret()
    fresh.save(update_fields=["secret", "old_secret", "old_secret_until"])
    journal.note(by, [fresh], journal.CHANGE, _("A new secret was made."))
    return fresh.secret


@transaction.atomic
def end_old_secret(row: Subscriber, *, by: User) -> None:
    """Only the new secret is good from now on; ended again changes nothing."""
    running = Subscriber.objects.filter(pk=row.pk, old_secret_until__isnull=False)
    if running.update(old_secret="", old_secret_until=None):
        journal.note(by, [row], journal.CHANGE, _("The old secret was ended."))


def new_secret() -> str:
    """32 random bytes as Standard Webhooks writes them."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def _choose(row: Subscriber, values: Mapping[str, Any]) -> None:
    for name in MANY:
        if name in values:
            getattr(row, name).set(values[name])
    listening.changed()
