"""The contract to read: as a file, as a page, and what each kind of problem means."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from wangguan.interfaces import contract
from wangguan.interfaces.rest.problems import KINDS


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1 as JSON; as YAML (RFC 9512) with `?format=yaml` or where the caller accepts it first."""
    accepted = request.headers.get("Accept", "")
    asked = request.GET.get("format", "yaml" if "yaml" in accepted.partition(",")[0] else "json")
    form = asked if asked in contract.FORMATS else "json"
    language = get_language() or "en"
    response = HttpResponse(contract.written(language, form), content_type=f"application/{form}")
    response["Cache-Control"] = "public, max-age=300"
    response["Vary"] = "Accept, Accept-Language, Cookie"
    return response


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The contract as a page, to read and to try."""
    return render(request, "interfaces/docs.html")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every kind of problem: `type` of a refusal leads to its place here."""
    return render(request, "interfaces/problems.html", {"kinds": KINDS})
