"""One person: who they are, and what is written down about them."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import for_homes, frame, member
from grids.models import today
from residents import access
from residents.forms.people import (
    AddPersonForm,
    CorrectPersonForm,
    DeathForm,
    HeadForm,
    LeaveForm,
    MistakeForm,
    PersonForm,
    TellForm,
)
from residents.models import CarePlan, Household, Resident
from residents.services import care, people
from residents.terms import CareEventKind, EntryKind, LeftHow, Relation
from residents.views import found
from residents.views.sheets import Fact, Sheet, retyped, settle, show
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

TWINS_SHOWN = 5


def person_url(resident: Resident) -> str:
    return reverse("worker_person", args=[resident.pk])


def home_url(household: Household) -> str:
    return reverse("worker_household", args=[household.pk])


@require_GET
@for_homes
def person(request: HttpRequest, pk: int) -> HttpResponse:
    user, row = member(request), found.resident(request, pk)
    reach, grid = access.reach(user), row.household.dwelling.grid
    plans = CarePlan.objects.visible_to(user).filter(resident=row).select_related("decided_by", "consent")
    context = {
        **frame(request, "residents"),
        "person": row,
        "home": row.household,
        "age": row.age(),
        "day": today(),
        "knows": reach.covers(grid),
        "decides": access.may_decide_care(user, grid),
        "plans": [plan for plan in plans if plan.ended_on is None],
        "ended": [plan for plan in plans if plan.ended_on is not None][:5],
        "consents": list(row.consents.select_related("recorded_by").order_by("-given_on", "-id")[:10]),
        "is_head": row.relation == Relation.HEAD,
    }
    return page(request, "residents/person.html", context)


# --- who somebody is ----------------------------------------------------------------------------
def _twins(
    request: HttpRequest, form: PersonForm, *, but: Resident | None, home: Household
) -> list[Resident]:
    """Those within reach who have this phone or ID number already; relatives may share a phone."""
    told = form.cleaned_data
    same = Resident.objects.visible_to(member(request)).alike(
        phone=told.get("phone", ""), id_number=told.get("id_number", "")
    )
    same = same.exclude(pk=but.pk) if but else same
    rows = same.exclude(household=home).select_related("household__dwelling__building").order_by("pk")
    return list(rows[:TWINS_SHOWN])


def _warned(
    request: HttpRequest, form: PersonForm, sheet: Sheet, *, but: Resident | None, home: Household
) -> HttpResponse | None:
    """The form once more when somebody like this is registered elsewhere, until the writer says so."""
    if "anyway" in request.POST or not form.is_valid():
        return None
    if not (twins := _twins(request, form, but=but, home=home)):
        return None
    sheet.more.update(twins=twins, into=None if but else home)
    return show(request, form, sheet, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody new in the household."""
    home = found.household(request, pk, to_write=True)
    sheet = Sheet(title=_("Add a person"), about=home.address, button=_("Add"), back=home_url(home))
    if request.method != "POST":
        has_head = home.people.here().filter(relation=Relation.HEAD).exists()
        first = {"relation": Relation.OTHER if has_head else Relation.HEAD, "came": "here"}
        return show(request, AddPersonForm(initial=first), sheet)
    form = AddPersonForm(request.POST)
    if warning := _warned(request, form, sheet, but=None, home=home):
        return warning

    def act() -> str:
        came, on = form.cleaned_data["came"], form.cleaned_data["on"]
        how = {"born": came == "born", "moved_in": came == "moved_in"}
        people.add_resident(home, actor=member(request), on=on, **how, **form.told)
        return home_url(home)

    return settle(request, form, sheet, act, said=_("Written down."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong about somebody."""
    row = found.resident(request, pk, to_write=True)
    home = row.household
    sheet = Sheet(title=_("Correct a person"), about=_about(row), button=_("Save"), back=person_url(row))
    if request.method != "POST":
        return show(request, CorrectPersonForm(resident=row), sheet)
    form = CorrectPersonForm(request.POST, resident=row)
    if warning := _warned(request, form, sheet, but=row, home=home):
        return warning

    def act() -> str:
        people.correct(row, actor=member(request), version=form.cleaned_data["version"], **form.told)
        return person_url(row)

    def again() -> tuple[CorrectPersonForm, Sequence[Fact]]:
        now = found.resident(request, pk)
        return CorrectPersonForm(retyped(request, version=now.version), resident=now), _facts(now)

    return settle(request, form, sheet, act, said=_("Saved."), again=again)


def _about(row: Resident) -> str:
    return f"{row.name} · {row.household.address}"


def _facts(row: Resident) -> list[Fact]:
    """How somebody stands in the register now, masked."""
    facts = [
        (_("Name"), row.name),
        (_("Relation to the head"), str(row.get_relation_display())),
        (_("Sex"), str(row.get_sex_display())),
        (_("Phone"), row.masked_phone),
        (_("ID number"), row.masked_id_number),
        (_("Lives at"), row.household.address),
    ]
    if row.born_on and not row.id_number:
        facts.append((_("Born on"), row.born_on.isoformat()))
    if not row.is_here:
        facts.append((_("Left how"), str(row.get_left_how_display())))
    return [(label, value or "—") for label, value in facts]


# --- what happened to somebody ------------------------------------------------------------------
class Happening:
    """Something that happens to people: its form, its words, and what writes it."""

    def __init__(
        self,
        form: Callable[..., forms.Form],
        title: str | Promise,
        button: str | Promise,
        *,
        intro: str | Promise = "",
        final: bool = False,
        leaves: LeftHow | None = None,
        kind: EntryKind | None = None,
    ) -> None:
        self.form, self.title, self.button, self.intro, self.final = form, title, button, intro, final
        self.leaves, self.kind = leaves, kind


HAPPENINGS = {
    "moved_away": Happening(
        LeaveForm,
        gettext_lazy("Moved away"),
        gettext_lazy("Yes, moved away"),
        intro=gettext_lazy("Out of the street. Care plans end. It can be taken back."),
        final=True,
        leaves=LeftHow.MOVED,
    ),
    "died": Happening(
        DeathForm,
        gettext_lazy("Died"),
        gettext_lazy("Yes, write it down"),
        intro=gettext_lazy("Care plans end. It can be taken back."),
        final=True,
        leaves=LeftHow.DIED,
    ),
    "mistake": Happening(
        MistakeForm,
        gettext_lazy("Entered by mistake"),
        gettext_lazy("Yes, take this person off the lists"),
        intro=gettext_lazy(
            "Only for somebody who never lived here. The history stays. It can be taken back."
        ),
        final=True,
        leaves=LeftHow.MISTAKE,
    ),
    "married": Happening(
        TellForm,
        gettext_lazy("Married"),
        gettext_lazy("Write it down"),
        intro=gettext_lazy("Add the spouse afterwards, if they live here."),
        kind=EntryKind.MARRIED,
    ),
    "divorced": Happening(
        TellForm,
        gettext_lazy("Divorced"),
        gettext_lazy("Write it down"),
        intro=gettext_lazy("If one of the two moves out, write that down as well."),
        kind=EntryKind.DIVORCED,
    ),
    "head": Happening(
        HeadForm,
        gettext_lazy("New head of household"),
        gettext_lazy("Make this person the head"),
        kind=EntryKind.HEAD,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def happened(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Moved away, died, married, divorced, new head, or never was here."""
    if (happening := HAPPENINGS.get(what)) is None:
        raise Http404
    row = found.resident(request, pk, to_write=True)
    sheet = Sheet(
        title=str(happening.title),
        about=_about(row),
        intro=str(happening.intro),
        button=str(happening.button),
        back=person_url(row),
        final=happening.final,
    )
    if request.method != "POST":
        return show(request, happening.form(resident=row), sheet)
    form = happening.form(request.POST, resident=row)

    def act() -> str:
        _write(request, happening, row, form)
        return home_url(row.household)

    def again() -> tuple[forms.Form, Sequence[Fact]]:
        now = found.resident(request, pk)
        return happening.form(retyped(request, version=now.version), resident=now), _facts(now)

    return settle(request, form, sheet, act, said=_("Written down."), again=again)


@transaction.atomic
def _write(request: HttpRequest, happening: Happening, row: Resident, form: Any) -> None:
    told = form.cleaned_data
    given: dict[str, Any] = {
        "actor": member(request),
        "version": told["version"],
        "on": told.get("on") or today(),
    }
    if happening.leaves:
        people.leave(row, how=happening.leaves, new_head=getattr(form, "new_head", None), **given)
        if told.get("look_in"):
            _look_in(request, row, given["on"])
    elif happening.kind == EntryKind.HEAD:
        people.appoint_head(row, relations=form.relations, **given)
    elif happening.kind:
        people.tell(row, kind=happening.kind, relation=Relation(told["relation"]), **given)


def _look_in(request: HttpRequest, row: Resident, on: Any) -> None:
    home = row.household
    if home.is_here:
        care.note_event(home, actor=member(request), kind=CareEventKind.LOSS, on=on)


@require_POST
@for_homes
def come_back(request: HttpRequest, pk: int) -> HttpResponse:
    """They are here after all."""
    row = found.resident(request, pk, to_write=True)
    version = request.POST.get("version", "")
    try:
        people.come_back(row, actor=member(request), version=int(version) if version.isdecimal() else 0)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return see_other(person_url(row))
    messages.success(request, _("Taken back: %(name)s is here.") % {"name": row.name})
    return see_other(home_url(row.household))
