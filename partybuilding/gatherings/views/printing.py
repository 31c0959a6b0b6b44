"""For those who keep a gathering: the code to print, and changes of what was announced."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import for_staff
from partybuilding.door.views.doors import for_known
from partybuilding.gatherings import access, codes
from partybuilding.gatherings.forms import GatheringForm
from partybuilding.gatherings.services import making
from partybuilding.gatherings.views.keeping import HERE, SKINS, frame_of
from partybuilding.gatherings.views.people import Reader, by_phone, kept, of_office, of_staff
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused


@require_GET
@for_office()
def office_poster(request: HttpRequest, pk: int) -> HttpResponse:
    return _poster(request, of_office(request), pk)


@require_GET
@for_staff
def worker_poster(request: HttpRequest, pk: int) -> HttpResponse:
    return _poster(request, of_staff(request), pk)


@require_GET
@for_known
def own_poster(request: HttpRequest, pk: int) -> HttpResponse:
    return _poster(request, by_phone(request), pk)


def _poster(request: HttpRequest, reader: Reader, pk: int) -> HttpResponse:
    """Whoever has the code can let people in: keepers only."""
    row = kept(reader, pk)
    if not access.keeps(reader.by, row):
        raise PermissionDenied(_("Only those who keep this gathering do that."))
    context = {
        **frame_of(request, reader),
        "row": row,
        "picture": codes.picture(row),
        "back": reader.url("people", pk),
        "renew": reader.url("act", pk, "renew"),
    }
    return page(request, f"gatherings/poster_{SKINS[reader.way]}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What was announced is changed; everybody hears of another time or place."""
    reader = of_office(request)
    row = kept(reader, pk)
    if not access.keeps(reader.by, row):
        raise PermissionDenied(_("Only those who keep this gathering do that."))
    form = GatheringForm(request.POST or None, initial=GatheringForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            making.change(row, by=reader.by, **form.told())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Kept."))
            return see_other(reader.url("people", pk))
    context = {**frame(request, HERE), "form": form, "row": row, "back": reader.url("people", pk)}
    return page(request, "gatherings/change.html", context, status=422 if form.errors else 200)
