"""One number in the open: asked for with a reason, shown once, kept nowhere."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.doors import for_homes, frame, member
from residents.forms.unmask import UnmaskForm
from residents.models import Policy, Resident, Venue
from residents.services.unmask import TooMany, unmask
from residents.terms import Secret
from residents.views import found
from residents.views.people import person_url
from wangguan.answers import page
from wangguan.refusals import Refused


@dataclass(frozen=True)
class Asked:
    """Whose field it is: how it reads masked, whose it is, and the way back."""

    whose: Resident | Venue
    field: Secret
    masked: str
    name: str
    back: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def person(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A resident's phone or ID number."""
    if name not in Secret.values:
        raise Http404
    row, wanted = found.resident(request, pk), Secret(name)
    masked = row.masked_phone if wanted == Secret.PHONE else row.masked_id_number
    return ask(request, Asked(row, wanted, masked, row.name, person_url(row)))


def ask(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The reason's form; after it the number, in the answer to this very post and nowhere else."""
    form = UnmaskForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, asked, form)
    if not form.is_valid():
        return _page(request, asked, form, status=422)
    try:
        number = unmask(asked.whose, asked.field, form.cleaned_data["reason"], member(request))
    except TooMany as refused:
        response = _page(request, asked, form, refusal=refused.sentence, status=429)
        response["Retry-After"] = str(refused.wait)
        return response
    except Refused as refused:
        return _page(request, asked, form, refusal=refused.sentence, status=409)
    return _page(request, asked, form, number=number)


def _page(
    request: HttpRequest,
    asked: Asked,
    form: UnmaskForm,
    *,
    number: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    is_phone = asked.field == Secret.PHONE
    context = {
        **frame(request, "residents"),
        "asked": asked,
        "form": form,
        "number": number,
        "refusal": refusal,
        "is_phone": is_phone,
        "title": _("Call") if is_phone else _("Show the ID number"),
        "most": Policy.current().unmaskings_per_hour,
    }
    return page(request, "residents/unmask.html", context, status=status)
