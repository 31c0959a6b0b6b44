"""From a WeChat group to tickets: paste, look the matters over, copy the replies back."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import for_staff, frame, member
from grids.locate import Place
from grids.models import User
from requests_app import wechat
from requests_app.forms.paste import DraftForm, PasteForm, drafts_in, joined
from requests_app.models import Ticket
from requests_app.services import Matter, submit
from requests_app.services.paste import (
    Suggestion,
    joint_reply,
    look_at,
    own_place,
    place_told,
    reply,
)
from requests_app.views.cards import title
from requests_app.workflow import Source
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.fields import Kept
from wangguan.refusals import Refused

REPLIES_FOR = timedelta(days=1)
"""So long the worker who noted matters down finds their replies again."""


@dataclass
class Draft:
    """One matter as it stands on the page."""

    form: DraftForm
    unit: str = ""
    alike: Ticket | None = None
    alike_title: str = ""
    pictures: int = 0


@dataclass
class Shown:
    """What stands below the drafts, folded."""

    aside: list[wechat.Aside] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def paste(request: HttpRequest) -> HttpResponse:
    """The empty box; what was read out of it; or the tickets, once the worker said so."""
    if request.method != "POST":
        return _box(request, PasteForm())
    if "matters" in request.POST:
        return _confirm(request, drafts_in(request.POST, request.FILES))
    form = PasteForm(request.POST, request.FILES)
    if not form.is_valid():
        form.keep()
        return _box(request, form, status=422)
    return _read(request, form)


def _box(request: HttpRequest, form: PasteForm, *, status: int = 200) -> HttpResponse:
    return page(request, "requests_app/paste.html", {**frame(request, "new"), "form": form}, status=status)


def _read(request: HttpRequest, form: PasteForm) -> HttpResponse:
    """The drafts. A screenshot alone makes one without words: nothing here reads pictures."""
    user, found = member(request), wechat.read(form.cleaned_data["pasted"])
    form.keep()
    if not found.matters and form.kept:
        found.matters.append(wechat.Matter("", [], []))
    if not found.matters:
        form.add_error("pasted", _("There is no matter in it: only thanks, pictures or names were found."))
        return _box(request, form, status=422)
    suggested = look_at(found.matters, user)
    drafts = [
        _draft(matter, suggestion, number, form.kept if number == 1 else [])
        for number, (matter, suggestion) in enumerate(zip(found.matters, suggested, strict=True), start=1)
    ]
    return _look_over(request, drafts, Shown(found.aside, found.headings))


def _draft(matter: wechat.Matter, suggestion: Suggestion, number: int, kept: list[Kept]) -> Draft:
    form = DraftForm(
        number=number,
        initial={
            "description": matter.words,
            "address": suggestion.address,
            "category": suggestion.category,
            "contact_phone": matter.phone,
            "submission_id": uuid4(),
        },
    )
    form.suggest(kept)
    alike = suggestion.alike
    unit = str(suggestion.place.grid or suggestion.place.community or _("the street"))
    return Draft(form, unit, alike, title(alike) if alike else "", matter.pictures)


def _look_over(
    request: HttpRequest, drafts: list[Draft], shown: Shown, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {**frame(request, "new"), "drafts": drafts, "shown": shown, "refusal": refusal}
    return page(request, "requests_app/paste_drafts.html", context, status=status)


def _confirm(request: HttpRequest, forms: list[DraftForm]) -> HttpResponse:
    """All of them, or the page again with what is to be mended; what was made before is not made twice."""
    groups = joined(forms)
    valid = [form.is_valid() for group in groups for form in group]
    if not groups or not all(valid):
        refusal = "" if groups else _("Every matter is left out; tick those to be noted down.")
        return _again(request, forms, refusal=refusal)
    user, made = member(request), list[Ticket]()
    for group in groups:
        try:
            made.append(submit(_matter(group, user))[0])
        except Refused as refused:
            group[0].add_error("description", refused.sentence)
            return _again(request, forms, refusal=refused.sentence)
    count = ngettext("%(count)d matter is noted down.", "%(count)d matters are noted down.", len(made))
    messages.success(request, count % {"count": len(made)})
    return see_other(
        "/worker/paste/done/?" + urlencode({"n": [ticket.number for ticket in made]}, doseq=True)
    )


def _again(request: HttpRequest, forms: list[DraftForm], *, refusal: str) -> HttpResponse:
    for form in forms:
        form.is_valid()
        form.keep()
        if form.is_left_out:
            form.errors.clear()
    return _look_over(request, [Draft(form) for form in forms], Shown(), refusal=refusal, status=422)


def _matter(group: list[DraftForm], user: User) -> Matter:
    """One matter out of a draft and those that belong to it; what the first one says of itself counts."""
    told = [form.cleaned_data for form in group]
    words = "\n".join(one["description"] for one in told)

    def first(name: str) -> Any:
        return next((one[name] for one in told if one[name]), None)

    return Matter(
        description=words,
        place=_place(first("address") or "", words, user),
        source=Source.WECHAT_GROUP,
        category=first("category"),
        address=first("address") or "",
        contact_phone=first("contact_phone") or "",
        pictures=[picture for one in told for picture in one["photos"]],
        submission_id=told[0]["submission_id"],
        reporter=user,
    )


def _place(address: str, words: str, user: User) -> Place:
    return place_told(address) or place_told(words) or own_place(user)


@require_GET
@for_staff
def done(request: HttpRequest) -> HttpResponse:
    """The replies to copy back, for whoever noted the matters down and nobody else."""
    own = Ticket.objects.with_units().filter(
        reporter=member(request),
        source=Source.WECHAT_GROUP,
        number__in=request.GET.getlist("n")[: wechat.MOST_MATTERS],
        arrived_at__gt=clock.now() - REPLIES_FOR,
    )
    made = list(own.order_by("id"))
    context = {
        **frame(request, "new"),
        "made": [(ticket, title(ticket), reply(ticket)) for ticket in made],
        "joint": joint_reply(made) if len(made) > 1 else "",
    }
    return page(request, "requests_app/paste_done.html", context)
