"""Everything that is kept of one person, in words, for them to read (PIPL art. 45)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from residents.models import CareEvent, Errand, RegisterEntry, Resident, Visit
from residents.terms import CareEventKind

Cells = Sequence[str]


@dataclass(frozen=True)
class Part:
    """One kind of thing that is kept: its columns and rows; none when nothing of it is kept."""

    title: str
    columns: Sequence[str]
    rows: list[Cells] = field(repr=False)

    @property
    def is_wide(self) -> bool:
        """Too wide for a phone: there its cells stand below one another, each with its label."""
        return len(self.columns) > 2

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


def everything(resident: Resident) -> list[Part]:
    """What the register holds of this person, newest first; a fixed number of statements.

    Of visits, errands and events of the home those that name nobody else are theirs too.
    """
    return [
        Part(_("The person"), [_("Field"), _("As it is kept")], list(_person(resident))),
        Part(
            _("Consents"),
            [_("For what"), _("How"), _("Given on"), _("Withdrawn on")],
            list(_consents(resident)),
        ),
        Part(
            _("Care plans"),
            [_("Group"), _("Visits"), _("Basis"), _("Since"), _("Ended on"), _("Reason")],
            list(_plans(resident)),
        ),
        Part(
            _("Visits"),
            [_("When"), _("Purpose"), _("Met"), _("What was found"), _("Photos")],
            list(_visits(resident)),
        ),
        Part(_("Errands"), [_("Asked"), _("Kind"), _("State"), _("In words")], list(_errands(resident))),
        Part(_("What happened at home"), [_("When"), _("What"), _("Note")], list(_events(resident))),
        Part(
            _("Changes"),
            [_("When"), _("What"), _("Field"), _("It was"), _("It is now")],
            list(_changes(resident)),
        ),
        Part(
            _("Who looked at phone or ID number"),
            [_("When"), _("Who"), _("Field"), _("Why")],
            list(_looks(resident)),
        ),
        Part(
            _("Requests about this data"),
            [_("Asked"), _("Kind"), _("State"), _("In words"), _("Answer")],
            list(_asked(resident)),
        ),
    ]


def _person(resident: Resident) -> Iterator[Cells]:
    names = ("name", "sex", "born_on", "phone", "id_number", "relation", "came_on", "left_on", "left_how")
    for name in names:
        shown = getattr(resident, f"get_{name}_display", None)
        value = shown() if shown else getattr(resident, name)
        if value:
            yield (_("Name") if name == "name" else _label(name)), _text(value)
    yield _("Where they live"), resident.household.address


def _consents(resident: Resident) -> Iterator[Cells]:
    for given in resident.consents.all():
        purpose, how = given.get_purpose_display(), given.get_how_display()
        yield purpose, how, _text(given.given_on), _text(given.withdrawn_on)


def _plans(resident: Resident) -> Iterator[Cells]:
    for plan in resident.care_plans.all():
        yield (
            plan.group_label,
            plan.get_level_display(),
            plan.get_basis_display(),
            _text(plan.since),
            _text(plan.ended_on),
            " ".join(filter(None, (plan.reason, plan.ended_why))),
        )


def _theirs(resident: Resident) -> Q:
    """Of their home while they lived there, and of nobody else by name."""
    return Q(resident=resident) | Q(resident__isnull=True, household=resident.household_id)


def _visits(resident: Resident) -> Iterator[Cells]:
    seen = Visit.objects.filter(_theirs(resident)).prefetch_related("findings", "photos")
    for visit in seen.order_by("-visited_at", "-id"):
        found = [f"{finding.get_need_display()} {finding.words}".strip() for finding in visit.findings.all()]
        words = _(", ").join(filter(None, (visit.note, *found)))
        photos = len(visit.photos.all())
        purpose, met = visit.get_purpose_display(), visit.get_met_display()
        yield _text(visit.visited_at), purpose, met, words, str(photos or "")


def _errands(resident: Resident) -> Iterator[Cells]:
    for errand in Errand.objects.filter(_theirs(resident)):
        words = " ".join(filter(None, (errand.words, errand.cancelled_why)))
        yield _text(errand.asked_at), errand.get_kind_display(), errand.get_state_display(), words


def _events(resident: Resident) -> Iterator[Cells]:
    for event in CareEvent.objects.filter(household=resident.household_id):
        yield _text(event.on), str(CareEventKind(event.kind).label), event.note


def _changes(resident: Resident) -> Iterator[Cells]:
    for entry in RegisterEntry.objects.filter(resident=resident):
        at, kind = _text(entry.at), entry.get_kind_display()
        if not entry.changes:
            yield at, kind, "", "", ""
        for name, (before, after) in entry.changed.items():
            yield at, kind, _label(name), _shown(name, before), _shown(name, after)


def _looks(resident: Resident) -> Iterator[Cells]:
    for look in resident.unmaskings.all():
        yield _text(look.at), look.by_title, look.get_field_display(), look.reason


def _asked(resident: Resident) -> Iterator[Cells]:
    for asked in resident.rights_requests.order_by("-id"):
        kind, state = asked.get_kind_display(), asked.get_state_display()
        yield _text(asked.asked_at), kind, state, asked.words, asked.answer


def _label(name: str) -> str:
    column = _column(name)
    return str(column.verbose_name) if column else ""


def _shown(name: str, value: Any) -> str:
    """As a page shows it: a choice in its words; keys of other rows tell nobody anything."""
    column = _column(name)
    if column is None or column.is_relation:
        return ""
    return _text(dict(column.flatchoices).get(value, value))


def _column(name: str) -> "models.Field[Any, Any] | None":
    """The field of a person with this name; None for what an entry notes besides."""
    try:
        column = Resident._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return column if isinstance(column, models.Field) else None


def _text(value: Any) -> str:
    """Days as 2026-11-25, moments with their minute where the portal stands, nothing as nothing."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case str() | Promise():
            return str(value)
        case Iterable():
            return " ".join(_text(part) for part in value)
    return str(value)
