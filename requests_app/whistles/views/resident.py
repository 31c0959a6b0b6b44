"""What a resident says to departments calling them: on their own page, or on the phone to a worker."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grids.doors import for_staff, member
from requests_app.models import Ticket
from requests_app.whistles.forms import ConsentForm
from requests_app.whistles.models import Matter
from requests_app.whistles.services import consent
from wangguan.answers import see_other
from wangguan.refusals import Refused


@require_POST
def say(request: HttpRequest, token: str, number: str) -> HttpResponse:
    """Yes or no by the resident's own tap; whoever holds the token is the resident."""
    found = Matter.objects.select_related("ticket", "whistle")
    matter = get_object_or_404(found, ticket__token=token, ticket__about_staff=False, whistle__number=number)
    try:
        consent.say(matter, request.POST.get("answer", ""))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Thank you; we have noted it."))
    return see_other(f"{matter.ticket.tracking_url}#whistle")


@require_POST
@for_staff
def record(request: HttpRequest, ticket: str, number: str) -> HttpResponse:
    """What the resident said on the phone."""
    user = member(request)
    seen = get_object_or_404(Ticket.objects.visible_to(user).with_units(), number=ticket)
    matter = get_object_or_404(Matter.objects.select_related("whistle"), ticket=seen, whistle__number=number)
    matter.ticket = seen
    form = ConsentForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Please choose yes or no, and write what the resident said."))
        told = form.cleaned_data
        consent.record(matter, told["answer"], by=user, words=told["words"], action_id=told["action_id"])
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Noted."))
    return see_other(f"{seen.get_absolute_url()}#whistles")
