"""Hand-over notes between shifts: written with what burns, read and confirmed by who comes next."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from grids import access as doors
from grids.doors import for_staff, member
from grids.doors import frame as worker_frame
from grids.models import Role, User
from requests_app.desk import roster, services
from requests_app.desk.doors import for_office, frame, leads_street
from requests_app.desk.forms import HandOverForm
from requests_app.desk.models import HandOver
from requests_app.models import Ticket
from wangguan import clock
from wangguan.answers import page, see_other

SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def notes(request: HttpRequest) -> HttpResponse:
    """Notes to and from this person, newest first; street leaders and auditors read all of them."""
    user = member(request)
    writes = bool(doors.roles_of(user) - {Role.AUDITOR})
    form = HandOverForm(request.POST if request.method == "POST" else None, actor=user)
    if request.method == "POST" and writes and form.is_valid():
        _hand_over(request, form)
        return see_other(reverse("desk_handover"))
    found = list(_readable(user).select_related("by", "to", "read")[:SHOWN])
    known = _known(user, found)
    context = {
        **frame(request, "desk_handover"),
        "form": form if writes else None,
        "burning": services.burning(user) if writes else [],
        "rows": [(note, _seen(note, known)) for note in found],
    }
    return page(request, "desk/handover.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def own(request: HttpRequest) -> HttpResponse:
    """On a phone: one's own shifts, who is on duty now, the notes to and from oneself, and a new one."""
    user = member(request)
    shifts = list(roster.own(user))
    form = HandOverForm(request.POST if request.method == "POST" else None, actor=user) if shifts else None
    if form and form.is_valid():
        _hand_over(request, form)
        return see_other(reverse("worker_duty"))
    found = list(HandOver.objects.filter(Q(to=user) | Q(by=user)).select_related("by", "to", "read")[:SHOWN])
    known = _known(user, found)
    context = {
        **worker_frame(request, "me"),
        "now": clock.now(),
        "shifts": shifts,
        "form": form,
        "burning": services.burning(user) if shifts else [],
        "rows": [(note, _seen(note, known)) for note in found],
    }
    return page(request, "desk/worker_duty.html", context, status=422 if form and form.is_bound else 200)


def _hand_over(request: HttpRequest, form: HandOverForm) -> None:
    user, given = member(request), form.cleaned_data
    community = next((post.community for post in user.current_posts if post.community_id), None)
    services.hand_over(user, to=given["to"], words=given["words"], community=community)
    messages.success(request, _("Handed over; %(person)s was told of the note.") % {"person": given["to"]})


@require_POST
@for_staff
def own_read(request: HttpRequest, key: int) -> HttpResponse:
    """As `read`, on a phone."""
    _confirm(request, key)
    return see_other(reverse("worker_duty"))


@require_POST
@for_office()
def read(request: HttpRequest, key: int) -> HttpResponse:
    """The next person has read it; a note to somebody else is not to be found."""
    _confirm(request, key)
    return see_other(reverse("desk_handover"))


def _confirm(request: HttpRequest, key: int) -> None:
    services.confirm_read(get_object_or_404(HandOver, pk=key, to=member(request)))
    messages.success(request, _("Confirmed: you have read the note."))


def _readable(user: User) -> QuerySet[HandOver]:
    if leads_street(user) or Role.AUDITOR in doors.roles_of(user):
        return HandOver.objects.all()
    return HandOver.objects.filter(Q(to=user) | Q(by=user))


def _known(user: User, found: list[HandOver]) -> dict[str, int]:
    """Key by number, of those matters that this reader may see; one statement."""
    wanted = {number for note in found for number in note.numbers}
    seen = Ticket.objects.visible_to(user).filter(number__in=wanted)
    return dict(seen.values_list("number", "pk"))


def _seen(note: HandOver, known: dict[str, int]) -> list[tuple[str, int | None]]:
    return [(number, known.get(number)) for number in note.numbers]
