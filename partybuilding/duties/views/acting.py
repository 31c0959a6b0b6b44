"""A step from a sent form, shared by the office's page and the phone's."""

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from grids.doors import member
from grids.models import User
from partybuilding.duties.forms import FORMS, ReportForm, StepForm
from partybuilding.duties.models import Turn
from partybuilding.duties.services.steps import take
from wangguan.refusals import Refused

_DONE = {
    "report": _("Reported. Those who keep the list will check it."),
    "check": _("Checked; the owner was told."),
    "return": _("Returned; the owner was told."),
    "cancel": _("Cancelled; the owner was told."),
}
_FETCHED = ("entries__actor", "entries__ticket", "entries__photos")
"""What the page of a turn shows of it."""


def visible_turn(user: User, key: int) -> Turn:
    """The turn, if this person may see it; else it is not to be found."""
    seen = Turn.objects.visible_to(user).for_list().prefetch_related(*_FETCHED)
    return get_object_or_404(seen, pk=key)


def act_on(request: HttpRequest, turn: Turn, name: str) -> tuple[StepForm, int] | None:
    """Take a step from a sent form; None when it was taken, else the form with what is wrong and a status."""
    if name not in FORMS:
        raise Http404
    user = member(request)
    form = FORMS[name](request.POST, request.FILES, turn=turn, user=user, auto_id=ids(name, turn))
    status = _taken(form, turn, name, user)
    if status:
        if isinstance(form, ReportForm):
            form.keep()
        return form, status
    messages.success(request, str(_DONE[name]))
    return None


def _taken(form: StepForm, turn: Turn, name: str, user: User) -> int:
    """0 when the step was taken, else the status of the page that says why not."""
    if not form.is_valid():
        return 422
    try:
        take(turn, name, by=user, **form.for_step())
    except Refused as refused:
        in_form = refused.field in form.fields
        form.add_error(refused.field if in_form else None, refused.sentence)
        form.renew(Turn.objects.get(pk=turn.pk))
        return 422 if in_form else 409
    return 0


def ids(name: str, turn: Turn) -> str:
    """One page holds forms of many turns, and no two fields share an id; judging is one form of two steps."""
    return f"{'check' if name == 'return' else name}-{turn.pk}-%s"
