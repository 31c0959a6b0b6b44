"""The board: answered matters that residents agreed to show and staff released. Anybody may read it."""

from dataclasses import dataclass

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from requests_app import figures
from requests_app.forms.lists import BoardForm
from requests_app.models import Photo, Publication
from requests_app.queries import PublicationQuerySet
from requests_app.views import lists
from requests_app.views.cards import others_say, titled
from requests_app.views.story import Picture, picture
from requests_app.workflow import Outcome
from wangguan.answers import SHARED_FOR, photo_file, shared_page

PAGE = 20


@dataclass(frozen=True)
class Shown:
    """One matter as the board shows it."""

    publication: Publication
    title: str
    rest: str
    took: str
    said: str | Promise
    others: str = ""


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Released matters, newest first, and how the street answers."""
    form = BoardForm(request.GET)
    found = _narrowed(Publication.objects.shown(), form)
    rows = list(_after(found, request.GET.get("after", "")).with_ticket()[: PAGE + 1])
    more = len(rows) > PAGE
    last = rows[PAGE - 1] if more else None
    context = {
        "form": form,
        "matters": [_shown(row) for row in rows[:PAGE]],
        "next": lists.query(request.GET, after=lists.pointer(last.released_at, last.pk)) if last else "",
        "first": lists.query(request.GET, after="") if request.GET.get("after") else "",
        "figures": figures.current(),
        "fewest": figures.FEWEST,
        "here": "board",
        "back": "/",
    }
    return shared_page(request, "requests_app/board.html", context)


@require_GET
def matter(request: HttpRequest, number: str) -> HttpResponse:
    row = get_object_or_404(Publication.objects.shown().with_ticket(), ticket__number=number)
    before, after = _pictures(row)
    context = {"shown": _shown(row), "before": before, "after": after, "here": "board", "back": "/board/"}
    return shared_page(request, "requests_app/board_matter.html", context)


@require_GET
def photo(request: HttpRequest, number: str, photo_id: int, size: str) -> FileResponse:
    """A photo that was released with its matter, and no other."""
    row = get_object_or_404(Publication.objects.released(), ticket__number=number)
    if photo_id not in row.pictures:
        raise Http404
    found = get_object_or_404(Photo, pk=photo_id, ticket=row.ticket_id)
    return photo_file(found, size, cache=f"public, max-age={SHARED_FOR}")


def _narrowed(found: PublicationQuerySet, form: BoardForm) -> PublicationQuerySet:
    form.is_valid()
    chosen = form.cleaned_data
    if community := chosen.get("community"):
        found = found.filter(community__code=community)
    if category := chosen.get("category"):
        found = found.filter(category__code__startswith=category)
    return found.search(chosen.get("q", ""))


def _after(found: PublicationQuerySet, after: str) -> PublicationQuerySet:
    """The page that follows the row `after` points at; the first for a pointer that makes no sense."""
    return lists.older(found, after, moment="released_at").order_by("-released_at", "-id")


def _shown(row: Publication) -> Shown:
    title, rest = titled(row.words)
    voices = row.ticket.voices
    return Shown(row, title, rest, _took(row), _said(row), others_say(voices) if voices else "")


def _took(row: Publication) -> str:
    """How long it took from the first word to the answer."""
    settled = row.ticket.resolved_at or row.ticket.closed_at or row.released_at
    days = (settled - row.ticket.arrived_at).days
    if days < 1:
        return _("Answered within a day")
    return ngettext("Answered after %(days)d day", "Answered after %(days)d days", days) % {"days": days}


def _said(row: Publication) -> str | Promise:
    match row.ticket.outcome:
        case Outcome.CONFIRMED:
            return _("The resident: solved")
        case Outcome.SILENT:
            return _("The resident said no more")
        case Outcome.FINAL:
            return _("Decided by the street")
    return _("Waits for the resident's word")


def _pictures(row: Publication) -> tuple[list[Picture], list[Picture]]:
    """Released photos that came with the matter, and those that came with the answer."""
    photos = Photo.objects.filter(pk__in=row.pictures, ticket=row.ticket_id).select_related("event")
    before: list[Picture] = []
    after: list[Picture] = []
    for each in photos:
        side = after if each.event and each.event.step == "resolve" else before
        side.append(picture(each, "board_photo", row.ticket.number))
    return before, after
