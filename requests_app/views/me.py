"""Me: who I am here, how I want to be told, and the way out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import for_staff, frame, member
from grids.models import Leave, today
from requests_app.forms.me import ChannelsForm
from wangguan.answers import page, see_other
from wangguan.notify.choices import CHOICES, USUAL
from wangguan.privacy import mask_phone


@require_GET
@for_staff
def me(request: HttpRequest) -> HttpResponse:
    user = member(request)
    away = Leave.objects.on(today()).filter(post__user=user).select_related("deputy").first()
    context = {
        **frame(request, "me"),
        "person": user,
        "phone": mask_phone(user.phone),
        "own": [post for post in user.current_posts if post.user_id == user.pk],
        "stands_in": [post for post in user.current_posts if post.user_id != user.pk],
        "away": away,
    }
    return page(request, "requests_app/me.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def notifications(request: HttpRequest) -> HttpResponse:
    """What by which channel; the inbox and what must not be missed cannot be switched off, and say why."""
    user = member(request)
    if request.method == "POST":
        form = ChannelsForm(request.POST)
        form.is_valid()
        user.told_by = form.chosen
        user.save(update_fields=["told_by"])
        messages.success(request, _("Your choice is kept."))
        return see_other("/worker/me/notifications/")
    chosen = USUAL if user.told_by is None else user.told_by
    form = ChannelsForm(initial={choice: choice in chosen for choice in CHOICES})
    context = {
        **frame(request, "me"),
        "form": form,
        "phone": mask_phone(user.phone),
        "has_email": bool(user.email),
    }
    return page(request, "requests_app/notifications.html", context)
