"""What the portal told somebody: the list, one message that leads on, and the count for the badge."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import for_staff, frame, member
from requests_app.views import lists
from wangguan.answers import badge, page, see_other
from wangguan.notify.models import Message

INBOX_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def inbox(request: HttpRequest) -> HttpResponse:
    """Newest first, all or the unread ones; a press marks all of it as read."""
    told = Message.objects.inbox(member(request))
    if request.method == "POST":
        told.mark_read()
        return see_other("/worker/inbox/")
    only_unread = request.GET.get("show") == "unread"
    shown = told.filter(read_at=None) if only_unread else told
    found = list(lists.older(shown, request.GET.get("before", ""))[: INBOX_PAGE + 1])
    last = found[INBOX_PAGE - 1] if len(found) > INBOX_PAGE else None
    context = {
        **frame(request, "inbox"),
        "told": found[:INBOX_PAGE],
        "only_unread": only_unread,
        "older": lists.query(request.GET, before=lists.pointer(last.sent_at, last.pk)) if last else "",
    }
    return page(request, "requests_app/inbox.html", context)


@require_GET
@for_staff
def message(request: HttpRequest, key: int) -> HttpResponse:
    """One of one's own messages: read from now on, and on to what it is about."""
    told = Message.objects.inbox(member(request))
    found = get_object_or_404(told, pk=key)
    told.filter(pk=found.pk).mark_read()
    return see_other(urlsplit(found.link).path or "/worker/inbox/")


@require_GET
@for_staff
def count(request: HttpRequest) -> JsonResponse:
    """How many are unread, as the badge writes it."""
    return badge(Message.objects.unread_count(member(request), cap=100))
