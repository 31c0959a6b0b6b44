"""Taking a step, with the forms and the service that pages use."""

from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from grids.models import User
from requests_app import access
from requests_app.api import described, reading
from requests_app.api.reading import FORMS
from requests_app.api.shapes import Entry
from requests_app.api.tickets import TAG, visible
from requests_app.forms.steps import Options, StepForm
from requests_app.models import Ticket, TicketEvent
from requests_app.refusals import MovedMeanwhile
from requests_app.services import staff, take
from requests_app.workflow import STEPS, Step
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest import conditional
from wangguan.interfaces.rest.idempotency import once, own_id
from wangguan.interfaces.rest.openapi import IF_MATCH, operation
from wangguan.interfaces.rest.problems import PreconditionFailed, Unclear
from wangguan.interfaces.rest.scopes import needs


@operation(
    "take_step",
    gettext_lazy("Take a step"),
    described.STEPS_TABLE,
    tag=TAG,
    answers={200: Entry},
    refuses=(412,),
    sends=described.STEP_FIELDS,
    parameters=[described.NUMBER, described.STEP, IF_MATCH],
    examples=described.STEP_EXAMPLES,
)
@api_view(["POST"])
@parser_classes(FORMS)
@needs(writing=Scope.TICKETS_WRITE)
@once
def step(request: Request, number: str, name: str) -> Response:
    """Take one step and answer with its entry; the same `action_id` again answers with the first."""
    user, data = cast(User, request.user), reading.fields(request.data, lists=("named_staff",))
    action_id = reading.uuid(data, "action_id") or own_id(request)
    if again := taken_before(user, number, action_id):
        return Response(Entry(again).data)
    ticket = visible(request, number)
    if name not in STEPS:
        raise NotFound(_("There is no such step."))
    meant = conditional.check(request, ticket.version)
    form = StepForm(STEPS[name], ticket, Options(ticket), data, request.FILES)
    fields = _fields(form, STEPS[name], ticket, user) | {"action_id": action_id}
    if meant is not None:
        fields["version"] = meant
    return Response(Entry(take_as_meant(request, ticket, name, fields)).data)


def take_as_meant(request: Request, ticket: Ticket, name: str, fields: dict[str, Any]) -> TicketEvent:
    """The entry of the step; the version that If-Match names is compared where the move is written.

    Raises:
        PreconditionFailed: somebody moved the ticket since it was read above.
        Refused: the step cannot be taken.
    """
    try:
        return take(ticket, name, by=staff(cast(User, request.user)), **fields)
    except MovedMeanwhile as moved:
        if conditional.is_conditional(request):
            raise PreconditionFailed(moved.sentence) from moved
        raise


def taken_before(user: User, number: str, action_id: UUID | None) -> TicketEvent | None:
    """The entry of an action that this caller took before, even if it took the ticket out of their sight."""
    if action_id is None:
        return None
    own = TicketEvent.objects.filter(ticket__number=number, action_id=action_id, actor=user)
    return own.select_related("text", "actor").first()


def _fields(form: StepForm, step: Step, ticket: Ticket, user: User) -> dict[str, Any]:
    """What the service takes; nothing when it will refuse the step whatever the fields are.

    Raises:
        Unclear: the caller may take the step, but a field has to be mended.
    """
    if form.is_valid():
        return form.for_take(user)
    if access.may(user, step, ticket):
        raise Unclear.of(form)
    return {}
