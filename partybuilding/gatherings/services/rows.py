"""What every service of this room begins with: the gathering under a lock, and one step of a sign-up."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.gatherings import access, messages
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.workflow import STEPS, State
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap


def locked(gathering: Gathering) -> Gathering:
    """The row as it stands, held until the transaction ends: whoever counts places goes one by one."""
    return Gathering.objects.select_for_update(no_key=True).get(pk=gathering.pk)


def check_keeper(gathering: Gathering, by: By) -> None:
    if not access.keeps(by, gathering):
        raise Refused(_("Only those who keep this gathering do that."))


def changed(row: Model, names: Iterable[str]) -> str:
    """What the history says of fields that were written anew, by their labels."""
    labels = sorted(str(row._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]
    return _("Changed: %(fields)s") % {"fields": ", ".join(labels)}


def has_place(gathering: Gathering) -> bool:
    """Whether one more person fits; asked under the lock."""
    return gathering.places is None or gathering.sign_ups.taking().count() < gathering.places


def step(sign_up: SignUp, name: str, **fields: Any) -> None:
    """Write one arrow of the table.

    Raises:
        Refused: it does not start here.
    """
    arrow = STEPS[name]
    if sign_up.state not in arrow.starts:
        raise Refused(_("This is not possible any more; please look at the page again."))
    swap(sign_up, state=arrow.to, **fields)


def fill_up(gathering: Gathering) -> int:
    """Give free places to those who wait, the first first, and tell them; how many. Under the lock."""
    if gathering.is_off or gathering.has_begun:
        return 0
    waiting = (
        gathering.sign_ups.filter(state=State.WAITING).select_related("user").order_by("queued_at", "pk")
    )
    if gathering.places is not None:
        free = gathering.places - gathering.sign_ups.taking().count()
        waiting = waiting[: max(0, free)]
    lucky = list(waiting)
    for sign_up in lucky:
        step(sign_up, "promote")
    # Of a second promotion after a second sign-up they are told again.
    outbox.add(
        draft
        for each in lucky
        for draft in messages.of(messages.PLACE, gathering, [each], occasion=str(each.version))
    )
    return len(lucky)
