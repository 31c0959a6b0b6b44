"""The table as its estate reads it: open to everybody; households of the estate give their voice there."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from partybuilding.access import By
from partybuilding.door.views.doors import for_known, known
from partybuilding.meetings.models import Action, Topic
from partybuilding.steward import shown
from partybuilding.steward.forms import MarksForm, ProposalForm, StarsForm
from partybuilding.steward.models import Appraisal, Mark, ServicePicture, Steward
from partybuilding.steward.queries import household_of
from partybuilding.steward.services import topics, voices
from partybuilding.steward.services.voices import Speaker
from partybuilding.steward.terms import OWNERS_SENTENCE, Question
from residents.models import Household
from wangguan.answers import page, photo_file, see_other
from wangguan.limits import Limit
from wangguan.refusals import Refused

PROPOSALS = Limit("steward_propose", most=5)
"""By one phone in an hour."""


@never_cache
@require_GET
def steward(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(pk))


def _found(pk: int) -> Steward:
    return get_object_or_404(Steward.objects.standing().with_place(), pk=pk)


def _page(
    request: HttpRequest, row: Steward, *, refusal: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    """The whole page; `forms` are those that came back with something to mend."""
    phone = known(request)
    home = household_of(phone, row.estate_id) if phone else None
    month = shown.open_month(row)
    context = {
        "row": row,
        "known": bool(phone),
        "home": home,
        "month": month,
        "parties": shown.parties(row),
        "settled": shown.settled(row),
        "last": shown.last_month(row),
        "done": shown.done_lately(row),
        "planned": shown.planned(row),
        "owners_sentence": OWNERS_SENTENCE,
        "refusal": refusal,
        "back": reverse("party_me") if phone else "/",
        **(_of_household(row, home, month) if home else {}),
        **forms,
    }
    return page(request, "steward/public.html", context, status=status)


def _of_household(row: Steward, home: Household, month: Appraisal | None) -> dict[str, Any]:
    """What this household may say, and what it said."""
    mark = shown.own_mark(month, home) if month else None
    to_rate = shown.to_rate(row, home)
    return {
        "mark": mark,
        "marks_form": _marks_form(mark) if month else None,
        "to_rate": [(each, StarsForm(auto_id=f"stars-{each.action.pk}-%s")) for each in to_rate],
        "proposed": shown.proposed(row, home),
        "proposal_form": ProposalForm(auto_id="propose-%s"),
    }


def _marks_form(mark: Mark | None) -> MarksForm:
    given = {name: getattr(mark, name) for name in (*Question.values, "comment")} if mark else {}
    return MarksForm(initial=given, auto_id="marks-%s")


def _speaker(request: HttpRequest, row: Steward) -> Speaker:
    """Raises: Http404: this phone is of no household of the estate."""
    try:
        return voices.speaker(row, By(phone_hash=known(request)))
    except Refused as refusal:
        raise Http404 from refusal


def _back(row: Steward, part: str = "") -> HttpResponse:
    return see_other(reverse("steward_public", args=[row.pk]) + part)


@require_POST
@for_known
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """A household marks the month."""
    row = _found(pk)
    who, form, month = (
        _speaker(request, row),
        MarksForm(request.POST, auto_id="marks-%s"),
        shown.open_month(row),
    )
    if month is None:
        return _page(request, row, refusal=_("This was closed; no more voices are taken."), status=409)
    if not form.is_valid():
        return _page(request, row, marks_form=form, status=422)
    try:
        voices.give_marks(month, who, marks=form.marks(), comment=form.cleaned_data["comment"])
    except Refused as refusal:
        return _page(request, row, refusal=refusal.sentence, marks_form=form, status=409)
    messages.success(
        request, _("Thank you. Your household's voice counts; until the month ends you may change it.")
    )
    return _back(row)


@require_POST
@for_known
def rate(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """A household says whether something is solved."""
    row = _found(pk)
    who, form = _speaker(request, row), StarsForm(request.POST, auto_id=f"stars-{action}-%s")
    found = get_object_or_404(Action.objects.select_related("topic"), pk=action, topic__body=row.body_id)
    if not form.is_valid():
        return _with_stars(request, row, found, form, status=422)
    try:
        voices.rate(found, who, **form.cleaned_data)
    except Refused as refusal:
        return _with_stars(request, row, found, form, refusal=refusal.sentence, status=409)
    messages.success(request, _("Thank you. Your household's voice counts."))
    return _back(row, "#rate")


def _with_stars(
    request: HttpRequest, row: Steward, action: Action, form: StarsForm, *, refusal: str = "", status: int
) -> HttpResponse:
    """The page with one rating to mend; the others as they were."""
    home = household_of(known(request), row.estate_id)
    others = shown.to_rate(row, home) if home else []
    rows = [
        (each, form if each.action.pk == action.pk else StarsForm(auto_id=f"stars-{each.action.pk}-%s"))
        for each in others
    ]
    return _page(request, row, to_rate=rows, refusal=refusal, status=status)


@require_POST
@for_known
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """A household hands in a topic."""
    row = _found(pk)
    who, form = _speaker(request, row), ProposalForm(request.POST, auto_id="propose-%s")
    if not form.is_valid():
        return _page(request, row, proposal_form=form, status=422)
    if not PROPOSALS.take(known(request)):
        said = _("You have handed in several topics; please try again in an hour.")
        return _page(request, row, proposal_form=form, refusal=said, status=409)
    try:
        topics.propose(row, who, **form.cleaned_data)
    except Refused as refusal:
        return _page(request, row, proposal_form=form, refusal=refusal.sentence, status=409)
    messages.success(request, _("Handed in. The community looks at it; then your neighbours may second it."))
    return _back(row, "#topics")


@require_POST
@for_known
def second(request: HttpRequest, pk: int, topic: int) -> HttpResponse:
    """A household seconds a topic."""
    row = _found(pk)
    who = _speaker(request, row)
    found = get_object_or_404(Topic, pk=topic, body=row.body_id)
    try:
        topics.second(found, who)
    except Refused as refusal:
        return _page(request, row, refusal=refusal.sentence, status=409)
    return _back(row, "#topics")


@require_GET
def picture(request: HttpRequest, pk: int, key: int, size: str) -> FileResponse:
    """Of the property company's log, which everybody reads."""
    return photo_file(get_object_or_404(ServicePicture, pk=key, entry__steward=_found(pk)), size)
