"""One firm with what its reader may do with it, shared by the office's page and the phone's."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.doors import for_staff, member
from grids.models import User
from partybuilding import access as party
from partybuilding.sectors import access
from partybuilding.sectors.forms import FORMS, ReportForm, StepForm
from partybuilding.sectors.models import Firm
from partybuilding.sectors.services import firms
from partybuilding.sectors.services.writing import Press
from partybuilding.sectors.terms import Why
from wangguan.answers import too_many
from wangguan.limits import Limit
from wangguan.refusals import Refused

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Shown = Callable[..., HttpResponse]
logger = logging.getLogger(__name__)

SHOWN = 20
"""Entries, surveys and visits on one page."""
PHONES_AN_HOUR = Limit("sector_phone", most=60)
_WAIT = gettext_lazy("So many numbers in one hour are too many; please wait a little.")
_DONE = {
    "confirm": gettext_lazy("Confirmed."),
    "guide": gettext_lazy("The adviser is named and was told."),
    "readvise": gettext_lazy("The adviser is named and was told."),
    "visit": gettext_lazy("Written down; the next visit is due a quarter later."),
    "survey": gettext_lazy("The survey is written down."),
    "establish": gettext_lazy("The branch is recorded."),
    "join": gettext_lazy("The joint branch is recorded."),
    "lapse": gettext_lazy("Recorded; it has no branch now."),
    "leave": gettext_lazy("It is no longer counted; what was written stays."),
    "return": gettext_lazy("It is here again, to be surveyed."),
}


def for_sectors(page: Page[P]) -> Page[P]:
    """Open to staff who could see a firm: not to departments and part-time workers."""

    @for_staff
    @wraps(page)
    def guarded(request: HttpRequest, *args: P.args, **options: P.kwargs) -> HttpResponseBase:
        if not access.may_enter(member(request)):
            raise PermissionDenied(_("This room is about firms; your post does not include it."))
        return page(request, *args, **options)

    return guarded


def visible_firm(user: User, key: int) -> Firm:
    """The firm, if this person may see it; else it is not to be found."""
    seen = Firm.objects.visible_to(user).select_related(
        "community", "grid", "building", "branch", "adviser", "surveyed_by"
    )
    unread = ("community__boundary", "grid__boundary", "grid__wecom_robot_key")
    return get_object_or_404(seen.defer(*unread, "adviser__phone", "surveyed_by__phone"), pk=key)


def about(user: User, firm: Firm, refused: StepForm | None = None) -> dict[str, Any]:
    """Context of a firm's page; `refused` is a form with what is wrong."""
    steps = [step.name for step in access.open_steps(user, firm)]
    forms = [FORMS[step](firm=firm, step=step) for step in steps]
    if refused:
        forms = [refused, *(form for form in forms if form.step != refused.step)]
    return {
        "firm": firm,
        "forms": forms,
        "keeps": party.keeps(user, firm.community_id),
        "may_call": access.may_call(user, firm) and bool(firm.contact_phone),
        "entries": list(firm.entries.select_related("actor").order_by("-id")[:SHOWN]),
        "surveys": list(firm.surveys.select_related("by")[:SHOWN]),
        "visits": list(firm.visits.select_related("by")[:SHOWN]),
    }


def act_on(request: HttpRequest, firm: Firm, name: str) -> tuple[StepForm, int] | None:
    """Take a step from a sent form; None when it was taken, else the form with what is wrong and a status."""
    if name not in FORMS:
        raise Http404
    form = FORMS[name](request.POST, firm=firm, step=name)
    if not form.is_valid():
        return form, 422
    try:
        _take(firm, form, member(request))
    except Refused as refused:
        in_form = refused.field in form.fields
        form.add_error(refused.field if in_form else None, refused.sentence)
        form.renew(Firm.objects.get(pk=firm.pk))
        return form, 422 if in_form else 409
    messages.success(request, str(_DONE[name]))
    return None


def call(request: HttpRequest, firm: Firm, shown: Shown) -> HttpResponse:
    """The contact's number; every tap is an entry. A script dials at once, else the page shows the number."""
    user, wants_json = member(request), not request.accepts("text/html")
    if not PHONES_AN_HOUR.take(str(user.pk)):
        return JsonResponse({"says": str(_WAIT)}, status=429) if wants_json else too_many(request)
    try:
        number = firms.dial(firm, by=user)
    except Refused as refused:
        if wants_json:
            return JsonResponse({"says": refused.sentence}, status=409)
        return shown(request, firm, refusal=refused.sentence, status=409)
    logger.info("phone of a firm shown", extra={"firm": firm.pk, "user": user.pk})
    if not wants_json:
        return shown(request, firm, phone=number)
    response = JsonResponse({"phone": number})
    response["Cache-Control"] = "private, no-store"
    return response


def report(form: ReportForm, user: User) -> Firm | None:
    """The firm that the form reports; None when something is wrong, which the form then says."""
    if not form.is_valid():
        return None
    given, press = form.cleaned_data, Press(form.cleaned_data["action_id"])
    try:
        return firms.report(given["grid"], by=user, about=form.about, counted=form.counted, press=press)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        return None


def _take(firm: Firm, form: StepForm, user: User) -> None:
    given: Any = form.cleaned_data
    how: dict[str, Any] = {"by": user, "press": form.press}
    match form.step.name:
        case "confirm":
            firms.confirm(firm, words=given["words"], **how)
        case "guide" | "readvise" as name:
            firms.name_adviser(firm, adviser=given["adviser"], again=name == "readvise", **how)
        case "visit":
            firms.visit(firm, words=given["words"], on=given["on"], **how)
        case "survey":
            firms.survey(firm, counted=form.counted, on=given["on"], **how)  # type: ignore[attr-defined]
        case "establish":
            firms.establish(firm, organisation=given["organisation"], new=form.new, **how)  # type: ignore[attr-defined]
        case "join":
            firms.join(firm, organisation=given["organisation"], **how)
        case "leave":
            firms.leave(firm, why=Why(given["why"]), words=given["words"], **how)
        case "lapse":
            firms.lapse(firm, words=given["words"], **how)
        case _:
            firms.come_back(firm, words=given["words"], **how)
