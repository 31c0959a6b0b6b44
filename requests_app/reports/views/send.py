"""Sending issued reports by email."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from requests_app.desk.doors import for_office
from requests_app.reports.forms import SendForm
from requests_app.reports.models import Delivery
from requests_app.reports.services import sending
from requests_app.reports.views.shown import editor, found, whole
from wangguan.answers import page, see_other
from wangguan.refusals import Refused


@require_POST
@for_office()
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """To those ticked who do not have it yet; pressed twice, it is sent once."""
    user, row = editor(request), found(request, pk)
    form = SendForm(request.POST, report=row)
    if not form.is_valid():
        return page(request, "reports/one.html", whole(request, row, send_form=form), status=422)
    try:
        new = sending.send(row, form.cleaned_data["recipients"], by=user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        said = ngettext("It is on its way to %(n)d recipient.", "It is on its way to %(n)d recipients.", new)
        messages.success(request, said % {"n": new})
    return see_other(row.get_absolute_url())


@require_POST
@for_office()
def again(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Once more to one recipient whom it may not have reached."""
    user, row = editor(request), found(request, pk)
    one = get_object_or_404(Delivery, report=row, pk=delivery)
    try:
        sending.again(one, by=user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("It is sent once more."))
    return see_other(row.get_absolute_url())
