"""Sessions of an approved plan are announced; their hours are confirmed for those who came."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.gatherings.services import attending, making
from partybuilding.gatherings.services.rows import changed
from partybuilding.training import access
from partybuilding.training.models import Plan, Session
from partybuilding.training.workflow import State
from wangguan import journal
from wangguan.refusals import Refused
from wangguan.words import storable


@transaction.atomic
def announce(
    plan: Plan,
    *,
    told: dict[str, Any],
    topic: str,
    mode: str,
    lecturer: str,
    audience: str,
    hours: Decimal,
    form_id: UUID,
    by: By,
) -> Session:
    """Announce a session; people sign up from then on. The same form again is the same session.

    Args:
        told: what, where and when (`gatherings.forms.GatheringForm.told`).

    Raises:
        Refused: not the plan's keeper, the plan is not approved, or another year.
    """
    if first := Session.objects.filter(gathering__form_id=form_id).first():
        return first
    if not access.keeps(by, plan):
        raise Refused(_("This is not yours to do."))
    if plan.state != State.APPROVED:
        raise Refused(_("Sessions are announced once the plan is approved."))
    if timezone.localtime(told["starts_at"]).year != plan.year:
        raise Refused(_("This day is not in the year of the plan."), field="day")
    gathering = making.make(**told, community=plan.community, form_id=form_id, by=by)
    taught = {
        "plan": plan,
        "topic": topic,
        "mode": mode,
        "lecturer": storable(lecturer),
        "audience": storable(audience),
        "hours": hours,
    }
    return Session.objects.get_or_create(gathering=gathering, defaults=taught)[0]


@transaction.atomic
def change(session: Session, *, by: By, **fields: Any) -> None:
    """Topic, way, lecturer, audience and hours; what is confirmed stays as it was confirmed.

    Raises:
        Refused: not the plan's keeper.
    """
    if unknown := set(fields) - {"topic", "mode", "lecturer", "audience", "hours"}:
        raise TypeError(f"Not to be changed: {sorted(unknown)}")
    if not access.keeps(by, session.plan):
        raise Refused(_("This is not yours to do."))
    for name, value in fields.items():
        setattr(session, name, value)
    session.save(update_fields=list(fields))
    if by.user:
        journal.note(by.user, [session], journal.CHANGE, changed(session, fields))


def confirm(session: Session, *, by: By) -> int:
    """Give everybody who came, and has no confirmed hours yet, the hours of the session; how many.

    Raises:
        Refused: not its keeper, not begun yet, or called off.
    """
    return attending.confirm_hours(session.gathering, hours=session.hours, by=by)
