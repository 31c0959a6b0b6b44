"""Whistles on the phone of a called department."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import for_staff, frame, member
from grids.models import User
from requests_app.models import Photo
from requests_app.services.actor import staff
from requests_app.views.story import Picture
from requests_app.views.ticket import PHONES_AN_HOUR
from requests_app.whistles import access, shown
from requests_app.whistles.forms import CheckInForm, ConcludeForm, DeedForm, NoteForm
from requests_app.whistles.models import Call, DeedPhoto, Matter, Whistle
from requests_app.whistles.queries import departments_of
from requests_app.whistles.services import consent
from requests_app.whistles.services.steps import take
from requests_app.whistles.workflow import STEPS
from wangguan import clock
from wangguan.answers import badge, page, photo_file, see_other, too_many
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

logger = logging.getLogger(__name__)
PAGE = 20
FORMS: dict[str, type[NoteForm]] = {"check_in": CheckInForm, "deed": DeedForm, "conclude": ConcludeForm}


@require_GET
@for_staff
def whistles(request: HttpRequest) -> HttpResponse:
    """What this person's department was called to: what is open first, then what is over."""
    user = _of_department(request)
    now = clock.now()
    calls = Call.objects.of(user).select_related("whistle", "department")
    waiting = list(calls.open().filter(whistle__state="blown").order_by("check_in_due", "id")[:PAGE])
    over = calls.exclude(pk__in=[call.pk for call in waiting]).order_by("-pk")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        over = over.filter(pk__lt=int(after))
    found = list(over[: PAGE + 1])
    context = {
        **frame(request, "whistles"),
        "waiting": [(call, shown.due_of_call(call, now=now)) for call in waiting],
        "over": [(call, shown.due_of_call(call, now=now)) for call in found[:PAGE]],
        "next": f"after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }
    return page(request, "whistles/worker_list.html", context)


@require_GET
@for_staff
def count(request: HttpRequest) -> JsonResponse:
    """How many calls wait for a check-in, as the badge writes it."""
    return badge(Call.objects.count_to_check_in(_of_department(request), cap=100))


@require_GET
@for_staff
def whistle(request: HttpRequest, number: str) -> HttpResponse:
    return _one(request, _found(request, number))


@require_POST
@for_staff
def step(request: HttpRequest, number: str, pk: int, step: str) -> HttpResponse:
    """Check in, say what was done, conclude."""
    row, user = _found(request, number), member(request)
    call = get_object_or_404(Call.objects.of(user), pk=pk, whistle=row)
    if step not in FORMS:
        raise Http404
    form = FORMS[step](request.POST, request.FILES)
    if not form.is_valid():
        return _one(request, row, mending=(pk, step, form), status=422)
    told = form.cleaned_data
    fields = {name: told[name] for name in ("latitude", "longitude") if name in told}
    try:
        take(
            call,
            step,
            by=staff(user),
            note=told["note"],
            action_id=told["action_id"],
            pictures=told.get("photos", ()),
            **fields,
        )
    except Refused as refusal:
        status = 409 if isinstance(refusal, MovedMeanwhile) else 422
        fresh = _found(request, number)
        return _one(request, fresh, mending=(pk, step, form), refusal=refusal.sentence, status=status)
    messages.success(request, _said(step))
    return see_other(row.department_url)


def _said(step: str) -> str:
    return {
        "check_in": _("You are checked in."),
        "deed": _("Written down."),
        "conclude": _("Concluded. Thank you."),
    }[step]


@require_POST
@for_staff
def dial(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The number of a resident who agreed; every tap is an entry and a line of the log."""
    row, user = _found(request, number), member(request)
    matter = get_object_or_404(row.matters.select_related("ticket"), pk=pk)
    call = get_object_or_404(Call.objects.of(user).open(), whistle=row)
    if not PHONES_AN_HOUR.take(str(user.pk)):
        return too_many(request)
    try:
        consent.dial(call, matter, by=user)
    except Refused as refusal:
        return _one(request, row, refusal=refusal.sentence, status=409)
    logger.info("phone shown", extra={"ticket": matter.ticket.number, "user": user.pk})
    return _one(request, row, dialled=matter.pk)


@require_GET
@for_staff
def photo(request: HttpRequest, number: str, pk: int, size: str) -> FileResponse:
    """Of what was done: the office sees all of a whistle, a department its own."""
    user = member(request)
    own = Call.objects.of(user).filter(whistle__number=number).values("pk")
    office = Whistle.objects.visible_to(user).filter(number=number).values("pk")
    seen = DeedPhoto.objects.filter(deed__call__whistle__number=number)
    found = seen.filter(deed__call__in=own) | seen.filter(deed__call__whistle__in=office)
    return photo_file(get_object_or_404(found, pk=pk), size)


@require_GET
@for_staff
def ticket_photo(request: HttpRequest, number: str, pk: int, size: str) -> FileResponse:
    """Of a matter, only while its resident agrees and the departments work."""
    row = _found(request, number)
    found = get_object_or_404(Photo.objects.select_related("ticket"), pk=pk, event=None)
    matter = get_object_or_404(row.matters.select_related("ticket"), ticket=found.ticket_id)
    if not access.reporter_open_to_departments(row, matter):
        raise Http404
    return photo_file(found, size, cache="private, no-store")


# --- the page ----------------------------------------------------------------------------
Mending = tuple[int, str, NoteForm]


def _one(
    request: HttpRequest,
    row: Whistle,
    *,
    mending: Mending | None = None,
    refusal: str = "",
    dialled: int = 0,
    status: int = 200,
) -> HttpResponse:
    user, now = member(request), clock.now()
    calls = list(row.calls.exclude(state="waiting").shown().prefetch_related("deeds__photos", "deeds__by"))
    mine = set(departments_of(user))
    for call in calls:
        call.whistle = row
    if mending and isinstance(mending[2], DeedForm):
        mending[2].keep()
    context = {
        **frame(request, "whistles"),
        "whistle": row,
        "own": [_own(call, user, mending) for call in calls if call.department_id in mine],
        "others": [
            (call, shown.due_of_call(call, now=now)) for call in calls if call.department_id not in mine
        ],
        "matters": _matters(row, dialled),
        "refusal": refusal,
    }
    return page(request, "whistles/worker_one.html", context, status=status)


def _own(call: Call, user: User, mending: Mending | None) -> dict[str, Any]:
    """A call of the reader's department, with the forms of the steps that are open."""
    steps = {each.name for each in access.allowed_for(user, call)}
    return {
        "call": call,
        "due": shown.due_of_call(call, now=clock.now()),
        "word": shown.word_of_call(call),
        "far": shown.from_the_place(call),
        "deeds": [
            (deed, shown.pictures(deed.photos.all(), call.whistle.number)) for deed in call.deeds.all()
        ],
        **{name: _step_form(name, call, mending) for name in FORMS if name in steps},
        "warn": STEPS["conclude"].warn,
    }


def _step_form(name: str, call: Call, mending: Mending | None) -> NoteForm:
    if mending and mending[:2] == (call.pk, name):
        return mending[2]
    make: Callable[..., NoteForm] = FORMS[name]
    return make(auto_id=f"{name}-{call.pk}-%s")


def _matters(row: Whistle, dialled: int) -> list[dict[str, Any]]:
    """What was told, without its resident unless they agreed."""
    found = row.matters.select_related("ticket__grid", "ticket__community").defer(
        "ticket__grid__boundary", "ticket__community__boundary"
    )
    return [_matter(row, matter, dialled) for matter in found if not matter.ticket.about_staff]


def _matter(row: Whistle, matter: Matter, dialled: int) -> dict[str, Any]:
    open_ = access.reporter_open_to_departments(row, matter)
    return {
        "key": matter.pk,
        "told": shown.told(matter.ticket),
        "name": matter.ticket.contact_name if open_ else "",
        "may_dial": open_ and matter.ticket.has_phone,
        "phone": matter.ticket.contact_phone if open_ and dialled == matter.pk else "",
        "photos": _ticket_pictures(row, matter) if open_ else [],
    }


def _ticket_pictures(row: Whistle, matter: Matter) -> list[Picture]:
    from django.urls import reverse

    return [
        Picture(
            url=reverse("whistle_ticket_photo", args=[row.number, photo.pk, "image"]),
            thumbnail_url=reverse("whistle_ticket_photo", args=[row.number, photo.pk, "thumbnail"]),
            label=_("Photo of the matter"),
            key=photo.pk,
        )
        for photo in matter.ticket.photos.filter(event=None).order_by("id")
    ]


def _found(request: HttpRequest, number: str) -> Whistle:
    return get_object_or_404(Whistle.objects.called_to(_of_department(request)), number=number)


def _of_department(request: HttpRequest) -> User:
    user = member(request)
    if not access.is_of_department(user):
        raise PermissionDenied(_("This room is for departments that the street calls."))
    return user
