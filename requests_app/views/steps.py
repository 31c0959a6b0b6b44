"""Taking a step from a page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from grids.doors import for_staff, member
from grids.models import User
from requests_app.forms.steps import Options, StepForm
from requests_app.models import Ticket
from requests_app.services import staff, take, why_not
from requests_app.standard_texts import ready_texts
from requests_app.views.done import sentence_after
from requests_app.views.worker import ticket_page, visible_ticket
from requests_app.workflow import STEPS
from wangguan.answers import done, wants_json, why_json
from wangguan.refusals import Refused


@require_POST
@for_staff
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one step: 303 back to the ticket, or its fresh page with the reason and the typed text."""
    user = member(request)
    ticket = visible_ticket(user, number)
    if name not in STEPS:
        raise Http404
    form = StepForm(STEPS[name], ticket, Options(ticket), request.POST, request.FILES)
    if "fill" in request.POST:
        return _filled(request, ticket, form)
    if not form.is_valid():
        if sentence := why_not(ticket, name, by=staff(user)):
            return _refused(request, number, form, Refused(sentence))
        if wants_json(request):
            return why_json(form, status=422)
        form.keep()
        return ticket_page(request, ticket, mending=form, status=422)
    try:
        event = take(ticket, name, by=staff(user), **form.for_take(user))
    except Refused as refusal:
        return _refused(request, number, form, refusal)
    after = _after(ticket, user)
    if not (STEPS[name].undoable and after == ticket.get_absolute_url()):  # there it offers its way back
        messages.success(request, sentence_after(name, ticket))
    return done(request, after, version=event.version)


def _filled(request: HttpRequest, ticket: Ticket, form: StepForm) -> HttpResponse:
    """Without a script: the page again with the chosen standard text in its box; nothing is taken."""
    name, chosen = form.step.name, request.POST.get("text", "")
    offered = ready_texts(ticket, [name], user=member(request)).get(name, [])
    for text in offered:
        if str(text.pk) == chosen:
            form.fill(text.text)
    form.full_clean()
    form.keep()
    return ticket_page(request, ticket, mending=form)


def _refused(request: HttpRequest, number: str, form: StepForm, refusal: Refused) -> HttpResponse:
    """The ticket as it stands now; the form keeps its words and learns the new version."""
    if wants_json(request):
        return why_json(form, refusal.reason, status=409)
    fresh = visible_ticket(member(request), number)
    form.keep()
    form.renew(fresh)
    sentence = "" if refusal.field in form.fields else refusal.sentence
    if not sentence:
        form.add_error(refusal.field, refusal.sentence)
    return ticket_page(request, fresh, mending=form, refusal=sentence, status=409)


def _after(ticket: Ticket, user: User) -> str:
    """Back to the ticket, or to the list when the step took it out of this person's sight."""
    seen = Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()
    return ticket.get_absolute_url() if seen else "/worker/tickets/"
