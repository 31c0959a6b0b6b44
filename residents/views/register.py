"""The register: find a home, or walk to it by building, entrance and door.

What is looked for is posted and kept, encrypted, in the reader's own session; the address carries a
random key that means nothing to anybody else. So names and phone numbers stand in no log and no
browser's history, and "back" still leads to what was found.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import for_homes, frame, member
from grids.models import Building, User, today
from residents import access
from residents.forms.homes import SearchForm
from residents.models import CarePlan, Dwelling, Household, Resident
from residents.queries import HouseholdQuerySet
from residents.terms import DwellingUse
from residents.views import found
from wangguan import looked_for
from wangguan.answers import page, see_other

PAGE, DOORS = 20, 60
MOST_BUILDINGS = 300
REVIEWS_SHOWN = 10
NAMED = 3
"""So many names stand in a row; the card has them all."""
SESSION_KEY = "register_searches"


@dataclass(frozen=True)
class Home:
    """One household in a list."""

    household: Household
    names: list[str]
    more: int

    @property
    def url(self) -> str:
        return reverse("worker_household", args=[self.household.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def register(request: HttpRequest) -> HttpResponse:
    """Figures for those who know nobody; else the box, what it found, or the buildings to walk through."""
    user = member(request)
    if not access.reach(user):
        return page(request, "residents/figures_only.html", {**frame(request, "residents"), **_figures(user)})
    if request.method == "POST":
        return _look(request)
    typed = _typed(request)
    form = SearchForm(initial={"q": typed})
    if typed:
        return _results(request, form, typed)
    return page(request, "residents/register.html", {**_frame(request, form), **_to_walk(request, user)})


def _frame(request: HttpRequest, form: SearchForm) -> dict[str, Any]:
    return {**frame(request, "residents"), "form": form}


# --- looking for somebody -------------------------------------------------------------------
def _look(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.POST)
    if not form.is_valid():
        context = {**_frame(request, form), **_to_walk(request, member(request))}
        return page(request, "residents/register.html", context, status=422)
    key = looked_for.keep(request, SESSION_KEY, form.cleaned_data["q"])
    return see_other(f"{reverse('worker_residents')}?found={key}")


def _typed(request: HttpRequest) -> str:
    """What this session looked for under the key in the address; empty when it is none of its own."""
    return looked_for.kept(request, SESSION_KEY, request.GET.get("found", ""))


def _results(request: HttpRequest, form: SearchForm, typed: str) -> HttpResponse:
    homes = Household.objects.visible_to(member(request)).here().search(typed)
    listed, after = _page_of(homes, member(request), after=request.GET.get("after", ""))
    context = {**_frame(request, form), "homes": listed, "after": after, "found": request.GET["found"]}
    return page(request, "residents/found.html", context)


def _page_of(homes: HouseholdQuerySet, user: User, *, after: str) -> tuple[list[Home], str]:
    """Households in walking order behind the one `after` points at, and the pointer to the next page."""
    if after.isdecimal() and len(after) < 18:
        homes = homes.behind(int(after))
    seen = Resident.objects.visible_to(user).here().order_by("pk").only("name", "household")
    rows = homes.select_related("dwelling__building").as_one_walks()
    found_rows = list(rows.prefetch_related(Prefetch("people", seen, to_attr="seen"))[: PAGE + 1])
    last = str(found_rows[PAGE - 1].pk) if len(found_rows) > PAGE else ""
    return [_home(row) for row in found_rows[:PAGE]], last


def _home(household: Household) -> Home:
    names = [person.name for person in getattr(household, "seen", [])]
    return Home(household, names[:NAMED], max(0, len(names) - NAMED))


# --- walking there --------------------------------------------------------------------------
def _to_walk(request: HttpRequest, user: User) -> dict[str, Any]:
    """The buildings of one's grids; for those who know people by their care plans alone, these."""
    reach = access.reach(user)
    context: dict[str, Any] = {"reviews": _reviews(user), "buildings": [], "homes": [], "after": ""}
    if reach.grids or reach.communities:
        context["buildings"] = _buildings(reach)
    else:
        under_care = Household.objects.visible_to(user).here()
        context["homes"], context["after"] = _page_of(under_care, user, after=request.GET.get("after", ""))
    return context


def _buildings(reach: access.Reach) -> list[tuple[str, list[Building]]]:
    """Grid by grid; 2号楼 before 10号楼."""
    homes = Count("dwellings__households", filter=Q(dwellings__households__left_on__isnull=True))
    rows = Building.objects.filter(reach.of_grid("grid")).select_related("grid").defer("grid__boundary")
    by_grid: dict[str, list[Building]] = {}
    for row in sorted(
        rows.order_by("grid__code", "pk").annotate(homes=homes)[:MOST_BUILDINGS], key=_in_order
    ):
        by_grid.setdefault(row.grid.name, []).append(row)
    return list(by_grid.items())


def _in_order(building: Building) -> tuple[str, list[tuple[int, str]]]:
    parts = re.findall(r"\d+|\D+", building.address)
    return building.grid.code, [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _reviews(user: User) -> list[CarePlan]:
    """Plans whose day has come, of those for whom this person decides."""
    rows = CarePlan.objects.visible_to(user).to_review(today())
    rows = rows.select_related("resident__household__dwelling__building__grid")[:REVIEWS_SHOWN]
    return [row for row in rows if access.may_decide_care(user, row.resident.household.dwelling.grid)]


@require_GET
@for_homes
def building(request: HttpRequest, pk: int) -> HttpResponse:
    """Entrances of a building, and the doors of one."""
    place = found.building(request, pk)
    rows = place.dwellings.order_by("entrance").values_list("entrance", flat=True).distinct()
    entrances = list(rows[:100])
    asked = request.GET.get("entrance", "")
    here = int(asked) if asked.isdecimal() and len(asked) < 4 else (entrances[0] if entrances else 1)
    doors, after = _doors(place, here, after=request.GET.get("after", ""))
    context = {
        **frame(request, "residents"),
        "place": place,
        "entrances": entrances,
        "entrance": here,
        "doors": doors,
        "after": after,
    }
    return page(request, "residents/building.html", context)


def _doors(place: Building, entrance: int, *, after: str) -> tuple[list[Dwelling], str]:
    rows = place.dwellings.filter(entrance=entrance).order_by("floor", "door", "pk")
    if after.isdecimal() and len(after) < 18:
        rows = rows.behind(int(after))
    homes = Household.objects.here().order_by("pk").only("dwelling", "next_visit_on", "left_on")
    people = Resident.objects.here().order_by("pk").only("name", "household")
    within = homes.prefetch_related(Prefetch("people", people, to_attr="seen"))
    doors: list[Any] = list(
        rows.prefetch_related(Prefetch("households", within, to_attr="homes"))[: DOORS + 1]
    )
    return doors[:DOORS], str(doors[DOORS - 1].pk) if len(doors) > DOORS else ""


@require_GET
@for_homes
def dwelling(request: HttpRequest, pk: int) -> HttpResponse:
    """One door: what the flat is used for, who lives there, who did."""
    door = found.dwelling(request, pk)
    user = member(request)
    people = Resident.objects.visible_to(user).order_by("pk").only("name", "household", "left_on")
    rows = door.households.select_related("dwelling__building").order_by("-pk")
    homes = list(rows.prefetch_related(Prefetch("people", people, to_attr="seen"))[:PAGE])
    context = {
        **frame(request, "residents"),
        "door": door,
        "use": DwellingUse(door.use).label,
        "homes": [_home(row) for row in homes if row.is_here],
        "former": [_home(row) for row in homes if not row.is_here],
    }
    return page(request, "residents/dwelling.html", context)


# --- figures, for those whose post needs no names -----------------------------------------------
def _figures(user: User) -> dict[str, Any]:
    counted = access.counting(user)
    homes = Household.objects.here().filter(counted.of_grid("dwelling__building__grid")).count()
    people = Resident.objects.here().filter(counted.of_grid("household__dwelling__building__grid")).count()
    return {"homes": homes, "people": people}
