"""The duty roster by the week: who takes what is urgent at night and on free days; gaps are marked."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from grids import access as doors
from grids.doors import member
from grids.models import DutyShift, User, today
from requests_app.desk import roster, services
from requests_app.desk.doors import for_office, frame
from requests_app.desk.forms import SeriesForm, SwapForm
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

VIEW, EDIT = "grids.view_dutyshift", "grids.change_dutyshift"


@require_GET
@for_office(needs=VIEW)
def week(request: HttpRequest) -> HttpResponse:
    """One week; `from` is any day of it."""
    return _page(request, first=_monday(request.GET.get("from", "")))


@require_POST
@for_office(needs=EDIT)
def series(request: HttpRequest) -> HttpResponse:
    """Nights and free days of some weeks, some people in turn."""
    form = SeriesForm(request.POST, actor=member(request))
    if not form.is_valid():
        return _page(request, first=_monday(""), series=form, status=422)
    given = form.cleaned_data
    people = sorted(given["people"], key=lambda person: str(person))
    made, left = services.add_series(
        people, community=given["unit"], first=given["first"], last=given["last"], by=member(request)
    )
    said = ngettext("%(count)d shift was added.", "%(count)d shifts were added.", made) % {"count": made}
    messages.success(request, said)
    if left:
        days = "、".join(f"{day:%m-%d}" for day in left)
        messages.warning(
            request, _("These days had a shift already and stay as they are: %(days)s") % {"days": days}
        )
    return see_other(f"{reverse('desk_duty')}?from={given['first']}")


@require_POST
@for_office(needs=EDIT)
def swap(request: HttpRequest) -> HttpResponse:
    """Two people change shifts."""
    first, form = _monday(request.POST.get("from", "")), SwapForm(request.POST)
    if not form.is_valid():
        return _page(request, first=first, refusal=_("Please choose two shifts."), status=422)
    seen = dict(_pair(form.cleaned_data[name]) for name in ("one", "other"))
    keys = list(seen)
    own = doors.admin_scope(member(request)).limit(DutyShift.objects.all(), "community")
    try:
        if len(keys) != 2 or own.filter(pk__in=keys).count() != 2:
            raise Refused(_("Please choose two shifts of your own roster."))
        services.swap(*keys, seen=seen, by=member(request))
    except Refused as refusal:
        return _page(request, first=first, refusal=refusal.sentence, status=409)
    messages.success(request, _("The two shifts are swapped."))
    return see_other(f"{reverse('desk_duty')}?from={first}")


def _pair(typed: str) -> tuple[int, int]:
    shift, _colon, person = typed.partition(":")
    return int(shift), int(person)


def _monday(typed: str) -> date:
    """The Monday of the day that was asked for, else of this week."""
    try:
        asked = parse_date(typed)
    except ValueError:
        asked = None
    near = asked and abs((asked - today()).days) < 1_000
    return roster.monday_of(asked if asked and near else today())


def _page(
    request: HttpRequest,
    *,
    first: date,
    series: SeriesForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user = member(request)
    shown = roster.week(first, user)
    context: dict[str, Any] = {
        **frame(request, "desk_duty"),
        "week": shown,
        "before": first - timedelta(days=roster.DAYS),
        "after": first + timedelta(days=roster.DAYS),
        "today": today(),
        "refusal": refusal,
        "series": None,
        "swappable": [],
    }
    if doors.has_perm(user, EDIT):
        context["series"] = series or SeriesForm(
            actor=user, initial={"first": today(), "last": first + timedelta(days=13)}
        )
        context["swappable"] = [shift for shift in shown.shifts if _may_swap(user, shift)]
    return page(request, "desk/duty.html", context, status=status)


def _may_swap(user: User, shift: DutyShift) -> bool:
    scope = doors.admin_scope(user)
    inside = scope.everywhere or shift.community_id in scope.communities
    return inside and shift.ends_at > clock.now()
