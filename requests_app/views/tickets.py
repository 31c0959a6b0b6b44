"""The worker's list of tickets: tabs, what narrows them, pages by keyset."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from grids.doors import for_staff, frame, member, moves_several
from requests_app.forms.lists import FilterForm
from requests_app.views import lists
from requests_app.views.cards import rows
from wangguan.answers import page, wants_part


@require_GET
@for_staff
def tickets(request: HttpRequest) -> HttpResponse:
    """One tab of the list; asked by htmx, only the part that changes by itself."""
    user, tab = member(request), lists.tab_called(request.GET.get("tab", ""))
    filters = FilterForm(request.GET)
    found = {each.name: lists.narrowed(lists.of_tab(user, each), filters) for each in lists.TABS}
    numbers = lists.counts(found)
    shown = lists.page_of(found[tab.name], tab, after=request.GET.get("after", ""))
    context = {
        **frame(request, "tickets"),
        "tabs": [
            (each, lists.query(request.GET, tab=each.name, after=""), numbers[each.name])
            for each in lists.TABS
        ],
        "tab": tab,
        "may_select": moves_several(user),
        "select": request.GET.get("select") == "1" and moves_several(user),
        "selecting": lists.query(request.GET, select="1"),
        "not_selecting": lists.query(request.GET, select=""),
        "count": numbers[tab.name],
        "filters": filters,
        "rows": rows(shown.tickets),
        "next": lists.query(request.GET, after=shown.after) if shown.after else "",
        "first": lists.query(request.GET, after="") if request.GET.get("after") else "",
    }
    return page(
        request, "parts/tickets.html" if wants_part(request) else "requests_app/tickets.html", context
    )
