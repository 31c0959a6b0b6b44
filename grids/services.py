"""Loading a whole street from one file: all of it or nothing."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grids import boundaries
from grids.models import Building, Community, Department, Estate, Grid, GridKind, Road, Street
from grids.street_file import LAYERS, BadFile, Feature, Problem, read

Row = Street | Department | Community | Grid | Estate | Road | Building
Values = dict[str, Any]

_WECHAT = ("wechat_group_name", "wechat_group_owner", "wechat_group_size")


class Refused(Exception):
    """Why one feature cannot be loaded."""


@dataclass(frozen=True)
class Change:
    """One row created (no fields named) or changed (in these fields)."""

    layer: str
    line: int
    label: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        layer = _LAYERS[self.layer].model._meta.verbose_name
        what = {"line": self.line, "layer": layer, "label": self.label, "fields": ", ".join(self.fields)}
        if self.fields:
            return _("line %(line)d: changed %(layer)s %(label)s (%(fields)s)") % what
        return _("line %(line)d: created %(layer)s %(label)s") % what


@dataclass
class Report:
    """What a load did, counted by layer; `absent` are rows that the file does not name, left as they are."""

    changes: list[Change] = field(default_factory=list)
    unchanged: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)

    def count(self, layer: str) -> dict[str, int]:
        changed = [bool(change.fields) for change in self.changes if change.layer == layer]
        return {
            "created": changed.count(False),
            "changed": changed.count(True),
            "unchanged": self.unchanged[layer],
            "absent": self.absent[layer],
        }


@transaction.atomic
def load_street(content: bytes) -> Report:
    """Bring the territory to what a street file says; doing it again changes nothing.

    What the file does not say stays as it is: rows it does not name, properties it leaves out.

    Raises:
        BadFile: with every line at fault in the first layer that has one; nothing was changed.
    """
    return _Loading(read(content)).run()


class _Loading:
    """One run over the layers, from the street down to its buildings."""

    def __init__(self, features: list[Feature]) -> None:
        self.features = features
        self.report = Report()
        self.rows: dict[str, dict[Hashable, Any]] = {}
        self.lines: dict[Row, int] = {}

    def run(self) -> Report:
        streets = [feature for feature in self.features if feature.layer == "street"]
        if len(streets) != 1:
            line = streets[1].line if streets else 1
            raise BadFile(Problem(line, _("The file describes exactly one street.")))
        for layer in LAYERS:
            self._load(layer, _LAYERS[layer], street_code=str(streets[0].properties.get("code")))
            if layer == "grid":
                self._check_boundaries()
        return self.report

    def find(self, layer: str, key: Hashable, label: object = None) -> Any:
        """The row of an earlier layer that a property refers to."""
        try:
            return self.rows[layer][key]
        except (KeyError, TypeError):
            what = {"layer": _LAYERS[layer].model._meta.verbose_name, "label": label or key}
            raise Refused(_("There is no %(layer)s “%(label)s”.") % what) from None

    def _load(self, name: str, layer: "_Layer", *, street_code: str) -> None:
        rows = self.rows[name] = {layer.key(row): row for row in layer.existing(street_code)}
        drafts = self._drafts(name, layer)
        known = [draft for draft in drafts if draft.key in rows]
        new = [draft for draft in drafts if draft.key not in rows]
        self.report.absent[name] = len(rows) - len(known)
        changes = {draft.key: fields for draft in known if (fields := draft.take_over(rows[draft.key]))}
        self.report.unchanged[name] = len(known) - len(changes)
        _save(layer, new=[draft.row for draft in new], changed={rows[key]: changes[key] for key in changes})
        rows.update({draft.key: draft.row for draft in new})
        for draft in drafts:
            self.lines[rows[draft.key]] = draft.line
            if draft in new or draft.key in changes:
                change = Change(name, draft.line, draft.label, changes.get(draft.key, ()))
                self.report.changes.append(change)

    def _drafts(self, name: str, layer: "_Layer") -> list["_Draft"]:
        """What the file says of one layer, each thing once.

        Raises:
            BadFile: with every line of the layer that cannot be loaded.
        """
        drafts: dict[Hashable, _Draft] = {}
        problems: list[Problem] = []
        for feature in self.features:
            if feature.layer != name:
                continue
            try:
                draft = self._draft(layer, feature)
                if draft.key in drafts:
                    raise Refused(_("“%(label)s” appears twice.") % {"label": draft.label})
                drafts[draft.key] = draft
            except Refused as refused:
                problems.append(Problem(feature.line, str(refused)))
        if problems:
            raise BadFile(*problems)
        return list(drafts.values())

    def _draft(self, layer: "_Layer", feature: Feature) -> "_Draft":
        _check_properties(layer, feature.properties)
        values = {name: feature.properties[name] for name in layer.properties if name in feature.properties}
        links = layer.links(self, feature.properties)
        try:
            row = layer.model(**values, **links)
            row.clean_fields(exclude=links)
            values.update(layer.place(row, feature.geometry))
        except ValidationError as error:
            field_name, reasons = next(iter(error.message_dict.items()))
            raise Refused(f"{field_name}: {reasons[0]}") from None
        except boundaries.BadBoundary as error:
            raise Refused(str(error)) from None
        return _Draft(feature.line, layer.key(row), row, (*values, *links))

    def _check_boundaries(self) -> None:
        """Every boundary lies in its community, apart from its neighbours; rows not in the file count too."""
        communities = self._bounded("community")
        grids = self._bounded("grid")
        areas = {row: boundaries.parse(row.boundary) for row in (*communities, *grids)}
        problems = [*self._overlaps(communities, areas)]
        for community in communities:
            own = [grid for grid in grids if grid.community_id == community.pk]
            problems += self._leavers(own, community, areas)
        for siblings in _by_community(grids):
            problems += self._overlaps(siblings, areas)
        if problems:
            raise BadFile(*problems)

    def _bounded(self, layer: str) -> list[Any]:
        """Rows with a boundary; those of the file last, so that a problem names a line of the file."""
        rows = [row for row in self.rows[layer].values() if row.boundary]
        return sorted(rows, key=lambda row: row in self.lines)

    def _overlaps(self, rows: list[Any], areas: dict[Any, boundaries.Area]) -> Iterator[Problem]:
        for index, row in enumerate(rows):
            before = [(other.name, areas[other]) for other in rows[:index]]
            try:
                boundaries.check_apart(areas[row], neighbours=before)
            except boundaries.BadBoundary as error:
                yield self._problem(row, error)

    def _leavers(
        self, grids: list[Grid], community: Community, areas: dict[Any, boundaries.Area]
    ) -> Iterator[Problem]:
        for grid in grids:
            try:
                boundaries.check_inside(areas[grid], container=(community.name, areas[community]))
            except boundaries.BadBoundary as error:
                yield self._problem(grid if grid in self.lines else community, error)

    def _problem(self, row: Row, error: boundaries.BadBoundary) -> Problem:
        return Problem(self.lines.get(row, 1), f"{row}: {error}")


@dataclass(frozen=True)
class _Draft:
    """A row as the file describes it, not saved, and the fields that the file speaks of."""

    line: int
    key: Hashable
    row: Any
    given: tuple[str, ...]

    @property
    def label(self) -> str:
        return " ".join(filter(None, (getattr(self.row, "code", ""), str(self.row))))

    def take_over(self, row: Any) -> tuple[str, ...]:
        """Write what the file says onto the row that exists; the fields in which it differed."""
        fields = tuple(name for name in self.given if getattr(row, name) != getattr(self.row, name))
        for name in fields:
            setattr(row, name, getattr(self.row, name))
        return fields


def _check_properties(layer: "_Layer", given: Values) -> None:
    if unknown := sorted(given.keys() - {*layer.properties, *layer.references}):
        raise Refused(_("Unknown property “%(name)s”.") % {"name": unknown[0]})
    if missing := sorted({*layer.required} - given.keys()):
        raise Refused(_("The property “%(name)s” is missing.") % {"name": missing[0]})
    if strange := sorted(name for name, value in given.items() if not _is_plain(value)):
        raise Refused(_("“%(name)s” is neither text nor a whole number.") % {"name": strange[0]})


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))


def _save(layer: "_Layer", *, new: list[Any], changed: dict[Any, tuple[str, ...]]) -> None:
    manager = layer.model._default_manager
    manager.bulk_create(new)
    if changed:
        manager.bulk_update(changed, fields=sorted(set().union(*changed.values())))


def _by_community(grids: list[Grid]) -> Iterator[list[Grid]]:
    for community in {grid.community_id for grid in grids}:
        yield [grid for grid in grids if grid.community_id == community]


def _no_place(row: Any, geometry: dict[str, Any] | None) -> Values:
    if geometry is not None:
        raise Refused(_("The %(layer)s layer has no geometry.") % {"layer": row._meta.verbose_name})
    return {}


def _area(row: Any, geometry: dict[str, Any] | None) -> Values:
    if geometry is None:
        return {}
    boundaries.parse(geometry)
    row.boundary = geometry
    return {"boundary": geometry}


def _point(row: Building, geometry: dict[str, Any] | None) -> Values:
    if geometry is None:
        return {}
    row.latitude, row.longitude = boundaries.parse_point(geometry)
    if row.grid.boundary:
        area = boundaries.parse(row.grid.boundary)
        boundaries.check_point(row.latitude, row.longitude, container=(row.grid.name, area))
    return {"latitude": row.latitude, "longitude": row.longitude}


def _no_links(loading: _Loading, given: Values) -> Values:
    return {}


def _in_street(loading: _Loading, given: Values) -> Values:
    street = next(iter(loading.rows["street"].values()))
    if not str(given["code"]).startswith(street.code):
        raise Refused(_("A community's code begins with the code of its street."))
    return {"street": street}


def _in_community(loading: _Loading, given: Values) -> Values:
    code = str(given["code"])
    if GridKind.of(code) != given["kind"]:
        raise Refused(_("Residential grids are numbered 001–899, dedicated ones 901–999."))
    return {"community": loading.find("community", code[:12])}


def _named_community(loading: _Loading, given: Values) -> Values:
    return {"community": loading.find("community", str(given["community"]))}


def _along(loading: _Loading, given: Values) -> Values:
    links = _named_community(loading, given)
    if given.get("grid"):
        links["grid"] = loading.find("grid", str(given["grid"]))
        if links["grid"].community != links["community"]:
            raise Refused(_("The grid lies in another community."))
    return links


def _standing(loading: _Loading, given: Values) -> Values:
    grid = loading.find("grid", str(given["grid"]))
    if not given.get("estate"):
        return {"grid": grid}
    estate = loading.find("estate", (grid.community_id, given["estate"]), label=given["estate"])
    return {"grid": grid, "estate": estate}


def _buildings() -> QuerySet[Building]:
    return Building.objects.select_related("grid", "estate")


def _code(row: Any) -> Hashable:
    return row.code


def _name_in_community(row: Any) -> Hashable:
    return row.community_id, row.name


@dataclass(frozen=True)
class _Layer:
    """How the features of one layer become rows of one model."""

    model: type[Any]
    # The rows that a street's code leads to, and what makes one the same as a feature.
    existing: Callable[[str], QuerySet[Any]]
    key: Callable[[Any], Hashable]
    # Properties that are fields of the row, and those that refer to other features.
    properties: tuple[str, ...]
    references: tuple[str, ...] = ()
    required: tuple[str, ...] = ("code", "name")
    links: Callable[[_Loading, Values], Values] = _no_links
    place: Callable[[Any, dict[str, Any] | None], Values] = _no_place


_LAYERS = {
    "street": _Layer(
        Street,
        lambda code: Street.objects.filter(code=code),
        key=_code,
        properties=("code", "name"),
    ),
    "department": _Layer(
        Department,
        lambda code: Department.objects.all(),
        key=_code,
        properties=("code", "name"),
    ),
    "community": _Layer(
        Community,
        lambda code: Community.objects.filter(street__code=code).select_related("street"),
        key=_code,
        properties=("code", "name", "contact"),
        links=_in_street,
        place=_area,
    ),
    "grid": _Layer(
        Grid,
        lambda code: Grid.objects.filter(community__street__code=code).select_related("community"),
        key=_code,
        properties=("code", "name", "kind", "planned_households", *_WECHAT),
        required=("code", "name", "kind"),
        links=_in_community,
        place=_area,
    ),
    "estate": _Layer(
        Estate,
        lambda code: Estate.objects.filter(community__street__code=code).select_related("community"),
        key=_name_in_community,
        properties=("name",),
        references=("community",),
        required=("name", "community"),
        links=_named_community,
    ),
    "road": _Layer(
        Road,
        lambda code: Road.objects.filter(community__street__code=code).select_related("community", "grid"),
        key=_name_in_community,
        properties=("name",),
        references=("community", "grid"),
        required=("name", "community"),
        links=_along,
    ),
    "building": _Layer(
        Building,
        lambda code: _buildings().filter(grid__community__street__code=code),
        key=lambda row: row.address,
        properties=("name", "address", "entrances"),
        references=("grid", "estate"),
        required=("name", "address", "grid"),
        links=_standing,
        place=_point,
    ),
}
