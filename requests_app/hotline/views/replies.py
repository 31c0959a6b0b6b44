"""Replies on their way back to the hotline: taken out as a file, and recorded as told there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from grids.doors import member
from requests_app.desk.doors import for_office, frame
from requests_app.hotline import access, queries
from requests_app.hotline.forms import RepliesForm
from requests_app.hotline.models import Layout, ReplyExport
from requests_app.hotline.services import replies as service
from residents.admin.files import xlsx
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "hotline"


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(needs=access.READ)
def replies(request: HttpRequest) -> HttpResponse:
    """Which replies to take out, and what was taken out before; with the form sent, the file."""
    works = access.may_work(member(request))
    posted = request.POST if request.method == "POST" and works else None
    form = RepliesForm(posted, initial={"run": request.GET.get("run")})
    if posted is not None and form.is_valid():
        try:
            record, content = service.export(form.choice(), by=member(request))
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return xlsx(content, f"12345-{record.pk}.xlsx")
    found = list(queries.after(queries.exports(), request.GET.get("after", ""))[: queries.PAGE + 1])
    context = {
        **frame(request, HERE),
        "form": form,
        "works": works,
        "layouts": Layout.objects.exists(),
        "exports": found[: queries.PAGE],
        "first": "all" if "after" in request.GET else "",
        "next": f"after={found[queries.PAGE - 1].pk}" if len(found) > queries.PAGE else "",
    }
    return page(request, "hotline/replies.html", context, status=422 if form.errors else 200)


@require_POST
@for_office(needs=access.WORK)
def told(request: HttpRequest, pk: int) -> HttpResponse:
    """The file was entered at the hotline: its answers have reached their callers through it."""
    record = get_object_or_404(ReplyExport, pk=pk)
    done, left = service.told(record, by=member(request))
    said = ngettext(
        "%(n)d matter is answered through the hotline.",
        "%(n)d matters are answered through the hotline.",
        done,
    )
    messages.success(request, said % {"n": done})
    if left:
        messages.warning(request, _("%(n)d have moved on meanwhile and stay as they are.") % {"n": left})
    return see_other(reverse("hotline_replies"))
