"""Duties on the phone of their owner: what is due, one turn, and reporting it done."""

from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from grids.doors import for_staff, frame, member
from grids.models import today
from partybuilding.duties import access, shown
from partybuilding.duties.forms import ReportForm, StepForm
from partybuilding.duties.models import Evidence, Turn
from partybuilding.duties.shown import TurnRow
from partybuilding.duties.views.acting import act_on, ids, visible_turn
from partybuilding.duties.workflow import STEPS
from wangguan.answers import page, photo_file, see_other

MOST_OPEN = 200
PAGE = 20
HERE = "me"


@require_GET
@for_staff
def duties(request: HttpRequest) -> HttpResponse:
    """Mine: late, this month, later; what is reported below, the newest first."""
    mine = Turn.objects.mine(member(request)).for_list()
    over = mine.exclude(pk__in=Turn.objects.open().values("pk")).order_by("-pk")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        over = over.filter(pk__lt=int(after))
    found = list(over[: PAGE + 1])
    context = {
        **frame(request, HERE),
        **_by_time(shown.rows(mine.open().order_by("due_on", "pk")[:MOST_OPEN])),
        "over": shown.rows(found[:PAGE]),
        "next": f"after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }
    return page(request, "duties/worker_list.html", context)


def _by_time(rows: list[TurnRow]) -> dict[str, list[TurnRow]]:
    found: dict[str, list[TurnRow]] = {"late": [], "this_month": [], "later": []}
    for row in rows:
        found[_when(row.turn.due_on, today())].append(row)
    return found


def _when(due_on: date, on: date) -> str:
    if due_on < on:
        return "late"
    return "this_month" if (due_on.year, due_on.month) == (on.year, on.month) else "later"


@require_GET
@for_staff
def turn(request: HttpRequest, key: int) -> HttpResponse:
    return _one(request, visible_turn(member(request), key))


@require_POST
@for_staff
def report(request: HttpRequest, key: int) -> HttpResponse:
    found = visible_turn(member(request), key)
    refused = act_on(request, found, "report")
    if refused is None:
        return see_other(f"/worker/duties/{key}/")
    form, status = refused
    return _one(request, visible_turn(member(request), key), form, status=status)


def _one(
    request: HttpRequest, found: Turn, form: StepForm | None = None, *, status: int = 200
) -> HttpResponse:
    user = member(request)
    if form is None and access.may(user, STEPS["report"], found):
        form = ReportForm(turn=found, user=user, auto_id=ids("report", found))
    context = {
        **frame(request, HERE),
        "turn": found,
        "duty": found.duty,
        "due": shown.due(found),
        "entries": shown.entries(found),
        "form": form,
        "checks": access.may(user, STEPS["check"], found),
    }
    return page(request, "duties/worker_turn.html", context, status=status)


@require_GET
@for_staff
def photo(request: HttpRequest, key: int, pk: int, size: str) -> FileResponse:
    """Of whatever turn this person may see."""
    seen = Turn.objects.visible_to(member(request)).filter(pk=key)
    return photo_file(get_object_or_404(Evidence, pk=pk, entry__turn__in=seen), size)
