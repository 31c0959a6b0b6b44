"""To another door of the street: find it, then say who goes, where to and since when."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.doors import for_homes, frame, member
from residents import access
from residents.forms.homes import DayForm, DoorSearchForm
from residents.forms.people import MoveForm
from residents.models import Dwelling, Household, Resident
from residents.services import homes, people
from residents.terms import Relation
from residents.views import found
from residents.views.people import home_url, person_url
from residents.views.sheets import Fact, Sheet, retyped, settle, show
from wangguan.answers import page

DOORS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Which door one person moves to."""
    row = found.resident(request, pk, to_write=True)
    return _find(request, about=row.name, back=person_url(row), to="worker_person_move_to", pk=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """Which door the whole household moves to."""
    row = found.household(request, pk, to_write=True)
    return _find(request, about=row.address, back=home_url(row), to="worker_household_move_to", pk=row.pk)


def _find(request: HttpRequest, *, about: str, back: str, to: str, pk: int) -> HttpResponse:
    """The box and the doors it found, of the whole street: doors without anybody's name."""
    form = DoorSearchForm(request.POST or None)
    doors: list[tuple[Dwelling, str]] = []
    more = False
    if form.is_bound and form.is_valid():
        rows = Dwelling.objects.search(form.cleaned_data["q"]).with_building()
        listed = list(rows.order_by("building_id", "entrance", "floor", "door")[: DOORS + 1])
        doors = [(door, reverse(to, args=[pk, door.pk])) for door in listed[:DOORS]]
        more = len(listed) > DOORS
    context: dict[str, Any] = {
        **frame(request, "residents"),
        "form": form,
        "doors": doors,
        "more": more,
        "about": about,
        "back": back,
    }
    return page(request, "residents/which_door.html", context, status=422 if form.errors else 200)


def _door(pk: int) -> Dwelling:
    return get_object_or_404(Dwelling.objects.with_building(), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def person_to(request: HttpRequest, pk: int, door: int) -> HttpResponse:
    """One person, to this door."""
    row, target = found.resident(request, pk, to_write=True), _door(door)
    behind = _behind(request, target, row)
    back = reverse("worker_person_move", args=[row.pk])
    sheet = Sheet(
        title=_("Moves to %(door)s") % {"door": target},
        about=f"{row.name} · {row.household.address}",
        button=_("Yes, moved there"),
        back=back,
    )
    if request.method != "POST":
        return show(request, MoveForm(resident=row, behind=behind), sheet)
    form = MoveForm(request.POST, resident=row, behind=behind)

    def act() -> str:
        return _move(request, row, target, form)

    def again() -> tuple[MoveForm, Sequence[Fact]]:
        now = found.resident(request, pk)
        fresh = MoveForm(retyped(request, version=now.version), resident=now, behind=behind)
        return fresh, [(_("Lives at"), now.household.address)]

    return settle(request, form, sheet, act, said=_("Written down."), again=again)


def _behind(request: HttpRequest, door: Dwelling, row: Resident) -> list[tuple[str, str]]:
    """Households that may be joined: those whose people the writer knows, told apart by a name."""
    rows = Household.objects.visible_to(member(request)).here().filter(dwelling=door)
    homes_there = rows.exclude(pk=row.household_id).prefetch_related("people").order_by("pk")[:DOORS]
    return [(str(home.pk), _with_whom(home)) for home in homes_there]


def _with_whom(home: Household) -> str:
    here = [person for person in home.people.all() if person.is_here]
    here.sort(key=lambda person: person.relation != Relation.HEAD)
    return _("With %(name)s") % {"name": here[0].name} if here else _("The empty household")


def _move(request: HttpRequest, row: Resident, door: Dwelling, form: MoveForm) -> str:
    told, actor, old = form.cleaned_data, member(request), row.household
    target: Household | Dwelling = door
    if told["to"] != MoveForm.NEW:
        target = get_object_or_404(Household.objects.visible_to(actor), pk=told["to"], dwelling=door)
    new = people.move(
        row,
        to=target,
        actor=actor,
        version=told["version"],
        on=told["on"],
        relation=Relation(told["relation"]),
        new_head=form.new_head,
    )
    return home_url(new if access.may_write(actor, door.grid) else old)


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def household_to(request: HttpRequest, pk: int, door: int) -> HttpResponse:
    """The whole household, to this door."""
    row, target = found.household(request, pk, to_write=True), _door(door)
    old = row.dwelling
    sheet = Sheet(
        title=_("Moves to %(door)s") % {"door": target},
        about=row.address,
        intro=_("Visits, care plans and history go along."),
        button=_("Yes, they moved there"),
        back=reverse("worker_household_move", args=[row.pk]),
    )
    if request.method != "POST":
        return show(request, DayForm(household=row), sheet)
    form = DayForm(request.POST, household=row)

    def act() -> str:
        told, actor = form.cleaned_data, member(request)
        homes.move_together(row, to=target, actor=actor, version=told["version"], on=told["on"])
        return home_url(row) if access.may_write(actor, target.grid) else _door_url(old)

    def again() -> tuple[DayForm, Sequence[Fact]]:
        now = found.household(request, pk)
        return DayForm(retyped(request, version=now.version), household=now), [(_("Lives at"), now.address)]

    return settle(request, form, sheet, act, said=_("Written down."), again=again)


def _door_url(door: Dwelling) -> str:
    return reverse("worker_dwelling", args=[door.pk])
