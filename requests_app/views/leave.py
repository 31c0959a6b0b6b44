"""My leave: mark it, see before what goes over, end it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from grids.doors import for_staff, frame, member
from grids.models import Leave, User, today
from requests_app.forms.me import LeaveForm
from requests_app.services.leave import assign_all, mark, what_goes
from requests_app.services.leave import end as end_leave
from requests_app.views.cards import rows
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def leave(request: HttpRequest) -> HttpResponse:
    """The form; filled in rightly, what goes over; confirmed, the leave."""
    user = member(request)
    if request.method != "POST":
        return _form(request, LeaveForm(user=user, initial={"posts": _only_post(user)}))
    form = LeaveForm(request.POST, user=user)
    if not form.is_valid() or "mend" in request.POST:
        return _form(request, form, status=200 if "mend" in request.POST else 422)
    if "confirm" not in request.POST:
        return _preview(request, form)
    return _confirm(request, form)


def _only_post(user: User) -> list[int]:
    own = [post.pk for post in user.current_posts if post.user_id == user.pk]
    return own if len(own) == 1 else []


def _form(request: HttpRequest, form: LeaveForm, *, status: int = 200) -> HttpResponse:
    coming = Leave.objects.filter(ends_on__gte=today()).select_related("deputy", "post__user")
    units = ("post__grid__community", "post__community", "post__street", "post__department")
    coming = coming.select_related("deputy", "post__user", *units).order_by("starts_on", "id")
    user = member(request)
    context = {
        **frame(request, "me"),
        "form": form,
        "mine": list(coming.filter(post__user=user)[:SHOWN]),
        "for_others": list(coming.filter(deputy=user)[:SHOWN]),
    }
    return page(request, "requests_app/leave.html", context, status=status)


def _preview(request: HttpRequest, form: LeaveForm) -> HttpResponse:
    told = form.cleaned_data
    goes = what_goes(member(request), told["posts"], ends_on=told["ends_on"])
    context = {
        **frame(request, "me"),
        "form": form,
        "told": told,
        "goes": goes,
        "mine": rows(goes.mine),
        "decisions": rows(goes.decisions),
    }
    return page(request, "requests_app/leave_preview.html", context)


def _confirm(request: HttpRequest, form: LeaveForm) -> HttpResponse:
    told, user = form.cleaned_data, member(request)
    posts = list(told["posts"])
    try:
        mark(posts, by=user, deputy=told["deputy"], starts_on=told["starts_on"], ends_on=told["ends_on"])
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _form(request, form, status=409)
    messages.success(request, _("Your leave is marked; %(deputy)s was told.") % {"deputy": told["deputy"]})
    if told["assign_now"]:
        handed = assign_all(user, posts, told["deputy"])
        count = ngettext(
            "%(count)d matter is in the deputy's charge now.",
            "%(count)d matters are in the deputy's charge now.",
            handed.done,
        )
        messages.success(request, count % {"count": handed.done})
        for number, why in handed.refused:
            messages.warning(request, f"{number}: {why}")
    return see_other("/worker/me/leave/")


@require_POST
@for_staff
def end(request: HttpRequest, key: int) -> HttpResponse:
    """I am back, or I stay after all; somebody else's leave is not to be found here."""
    rows_ = Leave.objects.select_related("post__grid__community", "post__community", "post__street", "deputy")
    own = rows_.filter(post__user=member(request), ends_on__gte=today())
    end_leave(get_object_or_404(own, pk=key), by=member(request))
    messages.success(request, _("The leave is over; the deputy was told."))
    return see_other("/worker/me/leave/")
