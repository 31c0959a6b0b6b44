"""One gathering for whoever may come: what, when and where; sign up, give the place up, the calendar."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from grids.doors import for_staff, frame
from partybuilding.door.views.doors import for_known
from partybuilding.gatherings import access, calendar, kinds
from partybuilding.gatherings.forms import PersonForm
from partybuilding.gatherings.kinds import Kind
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.services import signing
from partybuilding.gatherings.views.people import WORKER, Reader, by_phone, found, of_staff
from partybuilding.gatherings.workflow import State
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

PAGE = 30
HERE = "me"


# --- by phone --------------------------------------------------------------------------------
@never_cache
@require_GET
@for_known
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _one(request, by_phone(request), pk)


@require_POST
@for_known
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    return _sign_up(request, by_phone(request), pk)


@require_POST
@for_known
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _cancel(request, by_phone(request), pk)


@require_GET
@for_known
def ics(request: HttpRequest, pk: int) -> HttpResponse:
    return _ics(by_phone(request), pk)


# --- the staff -------------------------------------------------------------------------------
@require_GET
@for_staff
def ahead(request: HttpRequest) -> HttpResponse:
    """What this person signed up for, and what else they may come to, the nearest first."""
    reader = of_staff(request)
    user = reader.by.user
    assert user is not None
    mine = SignUp.objects.of_user(user).ahead().select_related("gathering")
    own = list(mine.order_by("gathering__starts_at", "pk")[:PAGE])
    rows = _after(request, kinds.joined(Gathering.objects.open_to(user).ahead().with_counts()))
    fresh = rows.exclude(pk__in=[each.gathering_id for each in own]).order_by("starts_at", "pk")
    seen = list(fresh[: PAGE + 1])
    context = {
        **frame(request, HERE),
        "own": own,
        "rows": _meant_for(reader, seen[:PAGE]),
        "next": f"after={seen[PAGE - 1].pk}" if len(seen) > PAGE else "",
        "first": "",
    }
    return page(request, "gatherings/worker_list.html", context)


def _after(request: HttpRequest, rows: QuerySet[Gathering]) -> QuerySet[Gathering]:
    """What comes later than the row that the reader saw last."""
    given = request.GET.get("after", "")
    if not given.isdecimal() or len(given) > 17 or not (last := Gathering.objects.filter(pk=given).first()):
        return rows
    return rows.filter(Q(starts_at__gt=last.starts_at) | Q(starts_at=last.starts_at, pk__gt=last.pk))


def _meant_for(reader: Reader, rows: Iterable[Gathering]) -> list[Gathering]:
    return [row for row in rows if kinds.admits(reader.by, row)]


@require_GET
@for_staff
def worker_one(request: HttpRequest, pk: int) -> HttpResponse:
    return _one(request, of_staff(request), pk)


@require_POST
@for_staff
def worker_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    return _sign_up(request, of_staff(request), pk)


@require_POST
@for_staff
def worker_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _cancel(request, of_staff(request), pk)


@require_GET
@for_staff
def worker_ics(request: HttpRequest, pk: int) -> HttpResponse:
    return _ics(of_staff(request), pk)


# --- both ------------------------------------------------------------------------------------
def _one(
    request: HttpRequest,
    reader: Reader,
    pk: int,
    *,
    refusal: str = "",
    form: PersonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    row = found(reader, pk)
    own = reader.own(row)
    may = access.may_sign_up(row, own)
    kind = kinds.of(row)
    context: dict[str, Any] = {
        **(frame(request, HERE) if reader.way == WORKER else {}),
        "row": row,
        "own": own,
        "free": None if row.places is None else max(0, row.places - row.sign_ups.taking().count()),
        "waiting": row.sign_ups.filter(state=State.WAITING).count(),
        "may_sign_up": may,
        "may_cancel": own is not None and access.may_cancel(own),
        "person_form": form or (PersonForm() if may and reader.whom is None else None),
        "keeps": access.keeps(reader.by, row),
        "refusal": refusal,
        "urls": _urls(reader, row),
        "kind": kind,
        "kind_url": _kind_url(kind, reader, row),
        "back": reverse("party_me"),
    }
    name = "worker_one" if reader.way == WORKER else "own"
    return page(request, f"gatherings/{name}.html", context, status=status)


def _kind_url(kind: Kind | None, reader: Reader, row: Gathering) -> str:
    """The page on which that room tells more of it."""
    if kind is None:
        return ""
    url_of = kind.worker_url_of if reader.way == WORKER else kind.own_url_of
    return url_of(row) if url_of else ""


def _urls(reader: Reader, row: Gathering) -> dict[str, str]:
    return {name: reader.url(name, row.pk) for name in ("sign_up", "cancel", "ics", "people")}


def _sign_up(request: HttpRequest, reader: Reader, pk: int) -> HttpResponse:
    row, whom, form = found(reader, pk), reader.whom, None
    if whom is None:
        form = own_person(request, reader)
        if not form.is_valid():
            return _one(request, reader, pk, form=form, status=422)
        whom = form.whom()
    try:
        kept = signing.sign_up(row, whom, by=reader.by)
    except Refused as refusal:
        return _one(request, reader, pk, form=form, refusal=refusal.sentence, status=409)
    messages.success(request, _said(kept))
    return see_other(reader.url("", pk))


def own_person(request: HttpRequest, reader: Reader) -> PersonForm:
    """One's own name and number; the number must be the one that entered."""
    form = PersonForm(request.POST)
    if form.is_valid() and form.whom().phone_hash != reader.by.phone_hash:
        form.add_error("phone", _("Please give the number you entered with."))
    return form


def _said(kept: SignUp) -> str:
    if kept.state == State.WAITING:
        return _("You are on the waiting list. When a place becomes free, a message comes.")
    return _("You have a place.")


def _cancel(request: HttpRequest, reader: Reader, pk: int) -> HttpResponse:
    row = found(reader, pk)
    own = reader.own(row)
    if own is None:
        return _one(request, reader, pk, refusal=_("You have not signed up."), status=409)
    try:
        signing.cancel(own, by=reader.by)
    except Refused as refusal:
        return _one(request, reader, pk, refusal=refusal.sentence, status=409)
    messages.success(request, _("Thank you for saying so."))
    return see_other(reader.url("", pk))


def _ics(reader: Reader, pk: int) -> HttpResponse:
    row = found(reader, pk)
    response = HttpResponse(calendar.of(row, link=reader.url("", pk)), content_type=calendar.TYPE)
    response["Content-Disposition"] = f'attachment; filename="gathering-{row.pk}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
