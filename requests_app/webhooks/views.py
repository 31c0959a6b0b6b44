"""The office's pages of subscribers: how each fares, what was sent to it, and sending it again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member
from requests_app.desk.doors import for_office, frame
from requests_app.webhooks import access
from requests_app.webhooks.forms import SubscriberForm, replay_form
from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.queries import STATES
from requests_app.webhooks.services import keeping, pausing, replay, sending
from requests_app.webhooks.shown import Line, said, wishes
from requests_app.webhooks.terms import Why
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "webhooks"
PAGE = 30
TABS = {
    "": gettext_lazy("All"),
    "arrived": gettext_lazy("Arrived"),
    "waiting": gettext_lazy("Still to arrive"),
    "given_up": gettext_lazy("Given up"),
    "cancelled": gettext_lazy("Cancelled"),
}


# --- reading -----------------------------------------------------------------------------
@require_GET
@for_office(needs=access.READ)
def subscribers(request: HttpRequest) -> HttpResponse:
    """Every subscriber, and how it fares."""
    waiting = dict(Delivery.objects.waiting().order_by().values_list("subscriber").annotate(Count("pk")))
    rows = [(row, waiting.get(row.pk, 0)) for row in Subscriber.objects.select_related("user")]
    return _page(request, "list", {"subscribers": rows})


@require_GET
@for_office(needs=access.READ)
def subscriber(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what it hears, how it fares, what was sent."""
    return _one(request, _found(pk))


# --- keeping -----------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_office(needs=access.WORK)
def new(request: HttpRequest) -> HttpResponse:
    """The form; its answer shows the secret, which nobody sees again."""
    form = SubscriberForm(request.POST or None)
    if form.is_valid():
        row = keeping.make(form.values(), by=member(request))
        return _page(request, "secret", {"subscriber": row, "secret": row.secret})
    return _page(request, "form", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(needs=access.WORK)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(pk)
    form = SubscriberForm(request.POST or None, subscriber=row)
    if form.is_valid():
        keeping.change(row, form.values(), by=member(request))
        messages.success(request, _("Saved."))
        return see_other(row.get_absolute_url())
    return _page(request, "form", {"form": form, "subscriber": row}, status=422 if form.is_bound else 200)


@require_POST
@for_office(needs=access.WORK)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    row = _found(pk)
    try:
        secret = keeping.rotate(row, by=member(request))
    except Refused as refused:
        messages.error(request, refused.sentence)
        return see_other(row.get_absolute_url())
    row.refresh_from_db()
    return _page(request, "secret", {"subscriber": row, "secret": secret})


@require_POST
@for_office(needs=access.WORK)
def end_old_secret(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(pk)
    return _do(request, row, lambda: keeping.end_old_secret(row, by=member(request)), _("Ended."))


@require_POST
@for_office(needs=access.WORK)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(pk)
    return _do(request, row, lambda: pausing.pause(row, why=Why.BY_HAND, by=member(request)), _("Paused."))


@require_POST
@for_office(needs=access.WORK)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """It hears again; the page then offers what it missed."""
    row = _found(pk)
    since = row.failing_since or row.paused_at
    pausing.resume(row, by=member(request))
    messages.success(request, _("Resumed. What it missed is sent when you ask for it below."))
    return see_other(f"{row.get_absolute_url()}?{urlencode({'since': since.isoformat()}) if since else ''}")


# --- sending -----------------------------------------------------------------------------
@require_POST
@for_office(needs=access.WORK)
def test(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(pk)
    done = _("A test event is on its way; in a moment the log says whether it arrived.")
    return _do(request, row, lambda: sending.send_test(row), done)


@require_POST
@for_office(needs=access.WORK)
def again(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """One event of the log once more."""
    row = _found(pk)
    rows = row.deliveries.select_related("event__ticket__category", "subscriber__user")
    told = get_object_or_404(rows, pk=delivery)
    return _do(request, row, lambda: replay.one_again(told, by=member(request)), _("It is sent again."))


@require_POST
@for_office(needs=access.WORK)
def since(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything since a moment once more."""
    row, form = _found(pk), replay_form(request.POST)
    if not form.is_valid():
        return _one(request, row, form=form, status=422)
    given = form.cleaned_data
    try:
        count = replay.all_since(row, given["since"], by=member(request), arrived_too=given["arrived_too"])
    except Refused as refused:
        form.add_error("since" if refused.field else None, refused.sentence)
        return _one(request, row, form=form, status=422)
    done = ngettext("%(count)d event is sent again.", "%(count)d events are sent again.", count)
    messages.success(request, done % {"count": count})
    return see_other(row.get_absolute_url())


# --- parts -------------------------------------------------------------------------------
def _one(request: HttpRequest, row: Subscriber, *, form: Any = None, status: int = 200) -> HttpResponse:
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    state = state if state in STATES else ""
    log = row.deliveries.select_related("message").in_state(state)
    if after.isdecimal() and len(after) < 18:
        log = log.filter(pk__lt=int(after))
    found = list(log[: PAGE + 1])
    context = {
        "subscriber": row,
        "wishes": wishes(row),
        "places": [*row.communities.all(), *row.grids.all()],
        "error": said(row.last_error),
        "lines": [Line(each) for each in found[:PAGE]],
        "tabs": TABS.items(),
        "state": state,
        "first": f"state={state}" if after else "",
        "next": f"state={state}&after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "form": form or replay_form(since=_moment(request.GET.get("since", ""))),
    }
    return _page(request, "one", context, status=status)


def _moment(text: str) -> datetime | None:
    """A moment that another page handed on."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _do(request: HttpRequest, row: Subscriber, job: Callable[[], object], done: str) -> HttpResponse:
    """Do it, say so or why not, and show the subscriber."""
    try:
        job()
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, done)
    return see_other(row.get_absolute_url())


def _found(pk: int) -> Subscriber:
    rows = Subscriber.objects.select_related("user", "paused_by", "created_by")
    return get_object_or_404(rows.prefetch_related("communities", "grids", "categories"), pk=pk)


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    own = {**frame(request, HERE), "may_work": access.may_work(member(request))}
    return page(request, f"webhooks/{name}.html", {**own, **context}, status=status)
