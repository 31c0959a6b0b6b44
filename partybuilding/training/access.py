"""As what somebody meets a plan, and who keeps a session."""

from partybuilding import access
from partybuilding.access import By
from partybuilding.training.models import Plan
from partybuilding.training.workflow import TABLE, WRITABLE, Seat, Step
from requests_app.desk.doors import leads_street


def seats(by: By, plan: Plan) -> frozenset[Seat]:
    """As what `by` meets this plan; nobody approves what they drafted or submitted themselves."""
    user, found = by.user, set()
    if user is None or not user.is_active:
        return frozenset()
    if access.keeps(user, plan.community_id):
        found.add(Seat.KEEPER)
    if leads_street(user) and user.pk not in (plan.made_by_id, plan.submitted_by_id):
        found.add(Seat.APPROVER)
    return frozenset(found)


def allowed(by: By, plan: Plan) -> list[Step]:
    """Steps to offer, in the order of the table."""
    held = seats(by, plan)
    return [step for step in TABLE if step.who in held and plan.state in step.starts]


def keeps(by: By, plan: Plan) -> bool:
    """Whether this person writes the plan and its sessions."""
    return Seat.KEEPER in seats(by, plan)


def may_write(by: By, plan: Plan) -> bool:
    """Whether this person may change the plan as it stands."""
    return keeps(by, plan) and plan.state in WRITABLE
