"""Where staff decide what of a matter everybody may read."""

from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import for_staff, frame, member
from requests_app import access, publicity
from requests_app.forms.publication import PublicationForm
from requests_app.models import Photo, Publication, Ticket
from requests_app.services import publishing
from requests_app.views import lists, story
from requests_app.views.cards import rows
from requests_app.views.worker import visible_ticket
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

PAGE = 20


@require_GET
@for_staff
def waiting(request: HttpRequest) -> HttpResponse:
    """Answered matters whose residents agreed, and that nobody has decided about yet; newest first."""
    found = Ticket.objects.releasable(member(request)).order_by("-id")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        found = found.filter(id__lt=int(after))
    tickets = list(found.for_list()[: PAGE + 1])
    more = len(tickets) > PAGE
    context = {
        **frame(request, "tickets"),
        "rows": [(row, ticket.number) for row, ticket in zip(rows(tickets[:PAGE]), tickets, strict=False)],
        "next": lists.query(request.GET, after=tickets[PAGE - 1].pk) if more else "",
    }
    return page(request, "requests_app/publish_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """See what would be shown, with what was masked marked; change it; release it."""
    ticket = visible_ticket(member(request), number)
    if not access.may_publish(member(request), ticket):
        raise Http404
    photos, has_answer = _photos(ticket), access.has_public_answer(ticket)
    if request.method != "POST":
        blank = PublicationForm(photos=photos, has_answer=has_answer, initial=_initial(ticket))
        return _form(request, ticket, blank)
    form = PublicationForm(request.POST, photos=photos, has_answer=has_answer)
    if not form.is_valid():
        return _form(request, ticket, form, status=422)
    try:
        publishing.release(
            ticket,
            by=member(request),
            text=form.text,
            photos=form.cleaned_data["photos"],
            action_id=form.cleaned_data["action_id"],
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _form(request, ticket, form, status=409)
    messages.success(
        request, _("It stands on the board now.") if has_answer else _("Everybody may read it now.")
    )
    return see_other(ticket.get_absolute_url())


@require_POST
@for_staff
def take_down(request: HttpRequest, number: str) -> HttpResponse:
    ticket = visible_ticket(member(request), number)
    try:
        publishing.take_down(ticket, by=member(request))
    except Refused as error:
        raise Http404 from error
    messages.success(request, _("It is no longer shown."))
    return see_other(ticket.get_absolute_url())


def _photos(ticket: Ticket) -> "QuerySet[Photo]":
    """Those a resident sent, and those that went with an answer."""
    own = ticket.photos.select_related("event").order_by("id")
    return own.filter(pk__in=[photo.pk for photo in own if story.is_for_resident(photo)])


def _initial(ticket: Ticket) -> dict[str, object]:
    """What was released before, else what masking proposes."""
    text = publishing.earlier(ticket) or publishing.proposed(ticket)
    return {"words": text.words, "answer": text.answer, "place": text.place, "action_id": uuid4()}


def _form(request: HttpRequest, ticket: Ticket, form: PublicationForm, *, status: int = 200) -> HttpResponse:
    given = ticket.current_answer()
    answer = given.text.strip() if given else ""
    context = {
        **frame(request, "tickets"),
        "ticket": ticket,
        "form": form,
        "why_not": access.why_not_public(member(request), ticket),
        "shown": Publication.objects.released().filter(ticket=ticket).first(),
        "words": _marked(ticket.description.strip()),
        "answer": _marked(answer) if access.has_public_answer(ticket) else [],
        "pictures": story.staff_pictures(ticket, _photos(ticket)),
    }
    return page(request, "requests_app/publish.html", context, status=status)


def _marked(text: str) -> list[tuple[str, bool]]:
    """Pieces of the original text; True where something leads to a person."""
    at, pieces = 0, []
    for span in publicity.found(text):
        pieces += [(text[at : span.start], False), (text[span.start : span.end], True)]
        at = span.end
    return [*pieces, (text[at:], False)]
