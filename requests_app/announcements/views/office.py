"""Where an office writes announcements and sees who has read them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member
from requests_app.announcements import access, services
from requests_app.announcements.forms import AnnouncementForm
from requests_app.announcements.messages import by_robot
from requests_app.announcements.models import Announcement, Place
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.notify.models import Message
from wangguan.refusals import Refused

PAGE = 30


@require_GET
@for_office()
def announcements(request: HttpRequest) -> HttpResponse:
    """All that this office overlooks, newest first."""
    user = _reader(request)
    rows = Announcement.objects.visible_to(user).select_related("written_by").order_by("-pk")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.with_counts()[: PAGE + 1])
    context = {
        **frame(request, "announcements"),
        "announcements": found[:PAGE],
        "may_write": access.may_write(user),
        "next": f"after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }
    return page(request, "announcements/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest) -> HttpResponse:
    user = _writer(request)
    form = AnnouncementForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.write(by=user, form_id=form.cleaned_data["form_id"], **form.values())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _said(row))
            return see_other(reverse("announcement", args=[row.pk]))
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one that has not gone out."""
    user = _writer(request)
    row = _found(request, pk)
    form = AnnouncementForm(request.POST or None, user=user, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            row = services.change(row, by=user, **form.values())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _said(row))
            return see_other(reverse("announcement", args=[row.pk]))
    return _form(request, form, row)


@require_GET
@for_office()
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: its words, when it goes out, who has read it, and in whose group it stands."""
    user = _reader(request)
    row = _found(request, pk)
    readers = row.readers.select_related("user").order_by("read_at", "user__real_name")
    context = {
        **frame(request, "announcements"),
        "announcement": row,
        "places": _places(row),
        "readers": list(readers),
        "may_write": access.may_write(user) and row.withdrawn_at is None,
    }
    return page(request, "announcements/one.html", context)


def _places(row: Announcement) -> list[tuple[Place, Message | None]]:
    """Each grid it goes to, with the message to its robot if there was one."""
    rows = row.places.select_related("grid", "pasted_by").defer("grid__boundary").order_by("grid__code")
    robots = by_robot(row, (place.grid_id for place in rows)) if row.published_at else {}
    return [(place, robots.get(place.grid_id)) for place in rows]


@require_POST
@for_office()
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    try:
        services.withdraw(row, by=_writer(request))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Withdrawn."))
    return see_other(reverse("announcement", args=[pk]))


def _form(request: HttpRequest, form: AnnouncementForm, row: Announcement | None = None) -> HttpResponse:
    context = {**frame(request, "announcements"), "form": form, "announcement": row}
    return page(request, "announcements/form.html", context, status=422 if form.is_bound else 200)


def _initial(row: Announcement) -> dict[str, Any]:
    return {
        "form_id": row.form_id,
        "title": row.title,
        "text": row.text,
        "grids": list(row.grids.values_list("pk", flat=True)),
        "publish_at": row.publish_at,
        "to_robot": row.to_robot,
    }


def _said(row: Announcement) -> str:
    if row.published_at:
        return _("It has gone out.")
    return _("Kept; it goes out by itself at its time.")


def _found(request: HttpRequest, pk: int) -> Announcement:
    seen = Announcement.objects.visible_to(member(request)).select_related("written_by")
    return get_object_or_404(seen, pk=pk)


def _reader(request: HttpRequest) -> Any:
    if not access.may_look(member(request)):
        raise PermissionDenied(_("Your post does not include this page."))
    return member(request)


def _writer(request: HttpRequest) -> Any:
    if not access.may_write(member(request)):
        raise PermissionDenied(_("Your post does not include this page."))
    return member(request)
