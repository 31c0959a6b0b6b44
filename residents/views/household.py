"""The card of a household, its history, and what is done with the household as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import for_homes, frame, member
from grids.models import User, today
from residents import access, seams
from residents.forms.homes import (
    CloseForm,
    CorrectHouseholdForm,
    DayForm,
    DoorForm,
    HouseholdForm,
    UseForm,
)
from residents.models import CarePlan, Consent, Errand, Finding, Household, Resident, Visit
from residents.services import homes, people
from residents.terms import DwellingUse, HouseholdKind
from residents.views import found
from residents.views.history import lines
from residents.views.sheets import Fact, Sheet, retyped, settle, show
from wangguan.answers import page

VISITS, ERRANDS, NEEDS, ENTRIES, EARLIER = 10, 5, 10, 8, 20
HISTORY_PAGE = 30


# --- the card -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Person:
    """Somebody on the card."""

    resident: Resident
    age: int | None
    consents: list[Consent] = field(default_factory=list)
    plans: list[CarePlan] = field(default_factory=list)


@require_GET
@for_homes
def household(request: HttpRequest, pk: int) -> HttpResponse:
    user, row = member(request), found.household(request, pk)
    grid = row.dwelling.grid
    reach = access.reach(user)
    knows = reach.covers(grid)
    here, earlier = _people(user, row)
    context = {
        **frame(request, "residents"),
        "home": row,
        "grid": grid,
        "people": here,
        "earlier": earlier,
        "knows": knows,
        "sees_care": knows or reach.care,
        "day": today(),
        "events": list(row.care_events.order_by("-on", "-id")[:5]),
        "needs": _needs(user, row),
        "visits": _visits(user, row),
        "asked": seams.requests().of_household(row, user)[:VISITS],
        "errands": _errands(user, row),
        **_history(user, row, knows=knows),
    }
    return page(request, "residents/household.html", context)


def _people(user: User, row: Household) -> tuple[list[Person], list[Person]]:
    """Those here, the head first, and those who left, the last first; only whom the reader knows."""
    consents = Prefetch("consents", Consent.objects.filter(withdrawn_on=None), to_attr="agreed")
    plans = Prefetch("care_plans", CarePlan.objects.visible_to(user).open(), to_attr="open_plans")
    rows = Resident.objects.visible_to(user).filter(household=row).prefetch_related(consents, plans)
    everybody = [_person(person) for person in rows.order_by("pk")]
    here = [person for person in everybody if person.resident.is_here]
    left = [person for person in everybody if not person.resident.is_here]
    here.sort(key=lambda person: person.resident.relation != "head")
    return here, left[::-1][:EARLIER]


def _person(resident: Resident) -> Person:
    return Person(resident, resident.age(), resident.agreed, resident.open_plans)  # type: ignore[attr-defined]


def _needs(user: User, row: Household) -> list[Finding]:
    """What visits found and nobody settled yet."""
    seen = Finding.objects.visible_to(user).open().filter(visit__household=row)
    return list(seen.select_related("visit").order_by("-id")[:NEEDS])


def _visits(user: User, row: Household) -> list[Visit]:
    seen = Visit.objects.visible_to(user).filter(household=row).select_related("by")
    return list(seen.order_by("-visited_at", "-id")[:VISITS])


def _errands(user: User, row: Household) -> list[Errand]:
    return list(Errand.objects.visible_to(user).filter(household=row).order_by("-id")[:ERRANDS])


def _history(user: User, row: Household, *, knows: bool) -> dict[str, Any]:
    """The newest entries; those who know only some of the household read none of them."""
    if not knows:
        return {"entries": [], "has_more": False}
    rows = list(row.entries.select_related("by", "resident").order_by("-id")[: ENTRIES + 1])
    return {"entries": lines(rows[:ENTRIES], user), "has_more": len(rows) > ENTRIES}


@require_GET
@for_homes
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change of a household, newest first."""
    row = found.household(request, pk, to_write=True)
    entries = row.entries.select_related("by", "resident").order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 18:
        entries = entries.filter(pk__lt=int(before))
    rows = list(entries[: HISTORY_PAGE + 1])
    more = rows[HISTORY_PAGE - 1].pk if len(rows) > HISTORY_PAGE else ""
    context = {
        **frame(request, "residents"),
        "home": row,
        "entries": lines(rows[:HISTORY_PAGE], member(request)),
        "before": more,
    }
    return page(request, "residents/history.html", context)


# --- new doors and households -----------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def new_door(request: HttpRequest, pk: int) -> HttpResponse:
    """A door that is not in the register, and the household behind it; an empty flat has none."""
    place = found.building(request, pk)
    sheet = Sheet(
        title=_("Add a door"),
        about=str(place),
        intro=_("Add the people on the next page."),
        button=_("Add it"),
        back=reverse("worker_building", args=[place.pk]),
    )
    if request.method != "POST":
        asked = request.GET.get("entrance", "")
        return show(request, DoorForm(initial={"entrance": asked} if asked.isdecimal() else None), sheet)
    form = DoorForm(request.POST)

    def act() -> str:
        told, actor = form.cleaned_data, member(request)
        where = {name: told[name] for name in ("entrance", "floor", "door", "use")}
        door = homes.add_dwelling(place, actor=actor, **where)
        if door.use == DwellingUse.EMPTY:
            return reverse("worker_dwelling", args=[door.pk])
        kind = HouseholdKind(told["kind"])
        made = homes.add_household(door, actor=actor, kind=kind, since=told["since"])
        return reverse("worker_person_new", args=[made.pk])

    return settle(request, form, sheet, act, said=_("The door is in the register."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A household behind a door that is in the register."""
    door = found.dwelling(request, pk)
    sheet = Sheet(
        title=_("Add a household"),
        about=str(door),
        intro=_("Add the people on the next page."),
        button=_("Add it"),
        back=reverse("worker_dwelling", args=[door.pk]),
    )
    form = HouseholdForm(request.POST or None)
    if request.method != "POST":
        return show(request, form, sheet)

    def act() -> str:
        told = form.cleaned_data
        kind = HouseholdKind(told["kind"])
        made = homes.add_household(door, actor=member(request), kind=kind, since=told["since"])
        return reverse("worker_person_new", args=[made.pk])

    return settle(request, form, sheet, act, said="")


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """What the flat is used for."""
    door = found.dwelling(request, pk)
    back = reverse("worker_dwelling", args=[door.pk])
    sheet = Sheet(title=_("Correct the door"), about=str(door), button=_("Save"), back=back)
    if request.method != "POST":
        return show(request, UseForm(dwelling=door), sheet)
    form = UseForm(request.POST, dwelling=door)

    def act() -> str:
        told = form.cleaned_data
        seen, wanted = DwellingUse(told["seen"]), DwellingUse(told["use"])
        homes.correct_dwelling(door, actor=member(request), seen=seen, use=wanted)
        return back

    def again() -> tuple[UseForm, list[Fact]]:
        now = found.dwelling(request, pk)
        fact = (_("The flat is"), str(DwellingUse(now.use).label))
        return UseForm(retyped(request, seen=now.use), dwelling=now), [fact]

    return settle(request, form, sheet, act, said=_("Saved."), again=again)


# --- the household as a whole -----------------------------------------------------------------
def _facts(row: Household) -> Sequence[Fact]:
    since = row.since.isoformat() if row.since else "—"
    return [(_("Kind of household"), str(row.get_kind_display())), (_("Here since"), since)]


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Kind and since."""
    row = found.household(request, pk, to_write=True)
    back = reverse("worker_household", args=[row.pk])
    sheet = Sheet(title=_("Correct the household"), about=row.address, button=_("Save"), back=back)
    if request.method != "POST":
        return show(request, CorrectHouseholdForm(household=row), sheet)
    form = CorrectHouseholdForm(request.POST, household=row)

    def act() -> str:
        told = form.cleaned_data
        fields = {"kind": told["kind"], "since": told["since"]}
        people.correct(row, actor=member(request), version=told["version"], **fields)
        return back

    def again() -> tuple[CorrectHouseholdForm, Sequence[Fact]]:
        now = found.household(request, pk)
        return CorrectHouseholdForm(retyped(request, version=now.version), household=now), _facts(now)

    return settle(request, form, sheet, act, said=_("Saved."), again=again)


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody moved away."""
    row = found.household(request, pk, to_write=True)
    back = reverse("worker_household", args=[row.pk])
    sheet = Sheet(
        title=_("The whole household moved away"),
        about=row.address,
        intro=_("Everybody leaves the register's lists, and their care plans end. It can be taken back."),
        button=_("Yes, they moved away"),
        back=back,
        final=True,
    )
    if request.method != "POST":
        return show(request, DayForm(household=row), sheet)
    form = DayForm(request.POST, household=row)

    def act() -> str:
        told = form.cleaned_data
        homes.leave_together(row, actor=member(request), version=told["version"], on=told["on"])
        return back

    def again() -> tuple[DayForm, Sequence[Fact]]:
        now = found.household(request, pk)
        return DayForm(retyped(request, version=now.version), household=now), _facts(now)

    return settle(request, form, sheet, act, said=_("Written down."), again=again)


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty household, entered by mistake."""
    row = found.household(request, pk, to_write=True)
    sheet = Sheet(
        title=_("Entered by mistake"),
        about=row.address,
        intro=_("Nobody is in this household. It leaves the lists; its history stays."),
        button=_("Yes, take it off the lists"),
        back=reverse("worker_household", args=[row.pk]),
        final=True,
    )
    if request.method != "POST":
        return show(request, CloseForm(household=row), sheet)
    form = CloseForm(request.POST, household=row)

    def act() -> str:
        homes.close(row, actor=member(request), version=form.cleaned_data["version"])
        return reverse("worker_dwelling", args=[row.dwelling_id])

    def again() -> tuple[CloseForm, Sequence[Fact]]:
        now = found.household(request, pk)
        return CloseForm(retyped(request, version=now.version), household=now), _facts(now)

    return settle(request, form, sheet, act, said=_("Written down."), again=again)
