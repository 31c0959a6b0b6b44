"""One case with what its reader may do with it, shared by the office's page and the phone's."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from grids.doors import member
from grids.models import User
from requests_app.supervision import access
from requests_app.supervision.forms import FORMS, ActForm, JudgeForm
from requests_app.supervision.models import Case
from requests_app.supervision.services import cases
from requests_app.supervision.terms import Act
from requests_app.views.cards import title
from wangguan.refusals import Refused

_DONE = {
    Act.ANSWER: _("Answered; the level above was told."),
    Act.ACCEPT: _("Accepted; the case is closed."),
    Act.RETURN: _("Back to the unit, with a new limit."),
    Act.WITHDRAW: _("Withdrawn; the unit was told."),
}


def visible_case(user: User, key: int) -> Case:
    """The case, if this person may see it; else it is not to be found."""
    seen = Case.objects.visible_to(user).select_related("ticket__category", "grid", "community", "opened_by")
    return get_object_or_404(seen.defer("grid__boundary", "community__boundary"), pk=key)


def about(user: User, case: Case, bound: tuple[Act, ActForm] | None = None) -> dict[str, Any]:
    """Context of a case's page; `bound` is a form that was refused."""
    allowed = [act for act in FORMS if access.may(user, act, case)]
    forms = {act.value: FORMS[act](case=case, act=act) for act in allowed}
    if bound:
        forms[bound[0].value] = bound[1]
    judging = forms.get("return") if bound and bound[0] == Act.RETURN else forms.get("accept")
    entries = case.entries.select_related("actor").order_by("-id")
    return {
        "case": case,
        "title": title(case.ticket),
        "entries": list(entries),
        "answering": forms.get("answer"),
        "judging": judging,
        "withdrawing": forms.get("withdraw"),
    }


def act_on(request: HttpRequest, case: Case, name: str) -> tuple[Act, ActForm, int] | None:
    """Take an act from a sent form; None when it was taken, else the form with what is wrong and a status."""
    if name not in [act.value for act in FORMS]:
        raise Http404
    act = Act(name)
    form = FORMS[act](request.POST, case=case, act=act)
    if not form.is_valid():
        return act, form, 422
    try:
        _take(case, act, form, member(request))
    except Refused as refused:
        in_form = refused.field in form.fields
        form.add_error(refused.field if in_form else None, refused.sentence)
        form.renew(Case.objects.get(pk=case.pk))
        return act, form, 422 if in_form else 409
    messages.success(request, str(_DONE[act]))
    return None


def _take(case: Case, act: Act, form: ActForm, user: User) -> None:
    given = form.cleaned_data
    keys: dict[str, Any] = {name: given[name] for name in ("words", "action_id", "version")}
    if isinstance(form, JudgeForm):
        cases.judge(case, by=user, accepted=act == Act.ACCEPT, days=given["days"], **keys)
    elif act == Act.ANSWER:
        cases.answer(case, by=user, **keys)
    else:
        cases.withdraw(case, by=user, **keys)
