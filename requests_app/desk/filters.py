"""Named filters of the admin's lists: chips above the list, and what of a query a list understands."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict

from grids.doors import member
from requests_app.desk.models import SavedFilter
from wangguan.lists import OfficeList


def above(request: HttpRequest, page: str) -> dict[str, Any]:
    """What stands above a list: the reader's named filters. `onward`: the list opens with one of them."""
    kept = list(SavedFilter.objects.filter(user=member(request), page=page))
    now = _sorted(request.GET)
    first = next((each.query for each in kept if each.is_default), "")
    if first and request.method == "GET" and not request.META.get("QUERY_STRING"):
        return {"onward": first}
    chips = [(each, _sorted(QueryDict(each.query)) == now) for each in kept]
    return {
        "above": "desk/parts/filters.html",
        "chips": chips,
        "query": request.GET.urlencode(),
        "page": page,
    }


def _sorted(query: QueryDict) -> list[tuple[str, list[str]]]:
    return sorted((name, values) for name, values in query.lists() if name not in ("p", "q", "e", "o"))


def list_called(page: str) -> OfficeList:
    """The admin's list of that name.

    Raises:
        Http404: there is none that keeps filters.
    """
    for model, found in admin.site._registry.items():
        if isinstance(found, OfficeList) and model._meta.label_lower == page:
            return found
    raise Http404


def understood(request: HttpRequest, page: str, query: str) -> str:
    """What of a query the list's own filters understand; words that were searched for are left out.

    Raises:
        Http404: there is no such list. PermissionDenied: it is not this person's to see.
    """
    shown_by = list_called(page)
    if not shown_by.has_view_permission(request):
        raise PermissionDenied
    given, kept = QueryDict(query[:500]), QueryDict(mutable=True)
    known = _parameters(request, shown_by, given)
    for name, values in given.lists():
        if name in known:
            kept.setlist(name, values)
    return kept.urlencode()


def _parameters(request: HttpRequest, shown_by: OfficeList, given: QueryDict) -> set[str]:
    """The parameters of the list's filters with this query; none when it cannot read the query."""
    before = request.GET
    asked: Any = given.copy()
    for name in ("q", "p", "o", "e"):
        asked.pop(name, None)
    request.GET = asked
    try:
        specs = shown_by.get_changelist_instance(request).filter_specs
    except (IncorrectLookupParameters, DisallowedModelAdminLookup):
        return set()
    finally:
        request.GET = before
    return {str(name) for spec in specs for name in spec.expected_parameters()}
