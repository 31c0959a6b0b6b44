"""Filters that somebody named: keep the one on screen, rename, delete, open the list with one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import member
from requests_app.desk import services
from requests_app.desk.doors import for_office, frame
from requests_app.desk.filters import list_called, understood
from requests_app.desk.forms import FilterForm
from requests_app.desk.models import SavedFilter
from wangguan.answers import page, see_other
from wangguan.refusals import Refused


@require_POST
@for_office()
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the list is narrowed by, under a name, and go on there."""
    name, form = request.POST.get("page", ""), FilterForm(request.POST)
    query = understood(request, name, request.POST.get("query", ""))
    address = f"{_list_address(name)}?{query}"
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["name"]))
    elif not query:
        messages.error(request, _("Please narrow the list first; searched words are not kept."))
    else:
        try:
            services.save_filter(member(request), page=name, name=form.cleaned_data["name"], query=query)
            messages.success(request, _("The filter is kept above the list."))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    return see_other(address)


@require_GET
@for_office()
def own(request: HttpRequest) -> HttpResponse:
    """All of this person's filters, to rename, delete, or open a list with."""
    kept = SavedFilter.objects.filter(user=member(request)).order_by("page", "name")
    rows = [(each, f"{_list_address(each.page)}?{each.query}", _list_label(each.page)) for each in kept]
    return page(request, "desk/filters.html", {**frame(request, "desk_filters"), "rows": rows})


@require_POST
@for_office()
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Rename, delete, open the list with it or no longer; somebody else's is not to be found."""
    kept = get_object_or_404(SavedFilter, pk=key, user=member(request))
    try:
        match request.POST.get("do"):
            case "delete":
                kept.delete()
            case "open" | "rest" as wanted:
                services.open_with(kept, wanted=wanted == "open")
            case _:
                form = FilterForm(request.POST)
                if not form.is_valid():
                    raise Refused(" ".join(str(error) for error in form.errors["name"]))
                services.rename_filter(kept, form.cleaned_data["name"])
        messages.success(request, _("Done."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other(reverse("desk_filters"))


def _list_address(name: str) -> str:
    opts = list_called(name).opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")


def _list_label(name: str) -> str:
    return str(list_called(name).opts.verbose_name_plural)
