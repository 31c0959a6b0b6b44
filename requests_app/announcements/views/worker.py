"""Announcements in the hands of those who serve a grid."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import for_staff, frame, member
from requests_app.announcements import services
from requests_app.announcements.models import Announcement
from wangguan.answers import page, see_other

PAGE = 20


@require_GET
@for_staff
def announcements(request: HttpRequest) -> HttpResponse:
    """What was told to this person, newest first."""
    user = member(request)
    rows = Announcement.objects.told_to(user).filter(readers__user=user).order_by("-pk")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: PAGE + 1])
    more = f"after={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    context = {**frame(request, "inbox"), "announcements": found[:PAGE], "next": more}
    return page(request, "announcements/worker_list.html", context)


@require_GET
@for_staff
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them; opening it is having read it."""
    user = member(request)
    row = get_object_or_404(Announcement.objects.told_to(user).select_related("written_by"), pk=pk)
    services.mark_read(row, by=user)
    served = [post.grid_id for post in user.current_posts if post.grid_id]
    places = row.places.filter(grid__in=served).select_related("grid", "pasted_by").defer("grid__boundary")
    context = {**frame(request, "inbox"), "announcement": row, "places": list(places.order_by("grid__code"))}
    return page(request, "announcements/worker_one.html", context)


@require_POST
@for_staff
def pasted(request: HttpRequest, pk: int) -> HttpResponse:
    """It stands in the group now."""
    user = member(request)
    row = get_object_or_404(Announcement.objects.told_to(user), pk=pk)
    if services.mark_pasted(row, by=user):
        messages.success(request, _("Noted: it stands in the group."))
    return see_other(row.get_absolute_url())
