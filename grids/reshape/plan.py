"""What a reshaping would move, and the seal that tells whether that still holds."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grids import boundaries
from grids.boundaries import Area
from grids.models import Grid, GridKind, Post, ReshapingKind, today
from grids.reshape import cutting, followers
from grids.reshape.asked import Asked
from grids.reshape.followers import Found, Move
from grids.reshape.halves import halve
from grids.reshape.posts import Shift, shift
from grids.reshape.territory import Ground
from wangguan.refusals import Refused


@dataclass
class Plan:
    """Everything that would happen, read in one go; nothing is written.

    Attributes:
        rest: the boundary that `source` keeps (split) or `target` gets (merge); None leaves it as it is.
        posts: which posts end and begin.
        found: what each follower would move.
    """

    asked: Asked
    move: Move
    rest: Area | None
    posts: Shift
    found: dict[str, Found] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Part → how many move."""
        return {part: number for found in self.found.values() for part, number in found.counts.items()}

    @property
    def seal(self) -> str:
        """SHA-256 of what was asked, the grids as they stand and every id that moves.

        The same seal is the same plan.
        """
        said = json.dumps(
            [self.asked.as_json(), self.grids, self.ids, self.posts.as_json(), self.day], sort_keys=True
        )
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def grids(self) -> list[list[Any]]:
        """Number, name and boundary of the grids that it starts from."""
        known = (grid for grid in (self.asked.source, self.asked.target) if grid)
        return [[grid.code, grid.name, grid.boundary] for grid in known]

    @property
    def day(self) -> str:
        """Posts change on a day, so a plan of yesterday is another plan."""
        return today().isoformat()

    @property
    def ids(self) -> dict[str, dict[str, list[int]]]:
        return {key: found.ids for key, found in self.found.items()}


def plan(asked: Asked) -> Plan:
    """What would happen.

    Raises:
        Refused: it cannot be done as asked; the sentence says what to do instead.
    """
    if asked.source.ended_on:
        raise Refused(_("This grid was given up already; choose another."))
    makers = {
        ReshapingKind.SPLIT: _split,
        ReshapingKind.MERGE: _merge,
        ReshapingKind.RENUMBER: _renumber,
    }
    made = makers[asked.kind](asked)
    made.found = {"ground": Ground().find(made.move)}
    made.found |= {follower.key: follower.find(made.move) for follower in followers.ordered()}
    for found in made.found.values():
        if found.refusals:
            raise Refused(found.refusals[0])
        made.warnings += found.warnings
    return made


# --- split -------------------------------------------------------------------------------
def _split(asked: Asked) -> Plan:
    source = asked.source
    target = Grid(code=asked.code, name=asked.name, kind=source.kind, community=source.community)
    halves = halve(asked)
    target.boundary = cutting.as_geojson(halves.goes) if halves.goes is not None else None
    _check_new(target)
    posts = shift(asked)
    move = Move(asked.kind, source, target, source.code, asked.code, halves.going, halves.goes, posts.serving)
    return Plan(asked, move, halves.stays, posts, warnings=halves.notes)


def _check_new(target: Grid) -> None:
    """Number, kind and name of a new grid; where it lies is cut from the old one and needs no check."""
    try:
        bare = Grid(code=target.code, name=target.name, kind=target.kind, community=target.community)
        bare.full_clean(exclude=["community"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="code") from error
    if GridKind.of(target.code) != target.kind:
        raise Refused(_("Residential grids are numbered 001–899, dedicated ones 901–999."), field="code")


# --- merge -------------------------------------------------------------------------------
def _merge(asked: Asked) -> Plan:
    source, target = asked.source, asked.target
    if target is None or target.pk == source.pk:
        raise Refused(_("Choose the grid that takes the other over."), field="target")
    if target.ended_on or target.community_id != source.community_id:
        raise Refused(_("Only grids of one community are merged."), field="target")
    if target.kind != source.kind:
        raise Refused(
            _("A residential grid is merged with a residential one, a dedicated with a dedicated."),
            field="target",
        )
    areas = [boundaries.parse(row.boundary) if row.boundary else None for row in (source, target)]
    posts = shift(asked)
    move = Move(asked.kind, source, target, source.code, target.code, None, None, posts.serving)
    made = Plan(asked, move, cutting.joined(areas), posts)
    if areas[0] is not None and areas[1] is not None and not cutting.touching(areas[0], areas[1]):
        made.warnings.append(_("The two grids have no border in common: the merged one lies in two parts."))
    return made


# --- a new number ------------------------------------------------------------------------
def _renumber(asked: Asked) -> Plan:
    source = asked.source
    if asked.code == source.code and asked.name in ("", source.name):
        raise Refused(_("That is the number it has; write another."), field="code")
    if asked.code != source.code:
        _check_number(asked)
    serving = Post.objects.current().filter(grid=source).values_list("user", flat=True)
    move = Move(asked.kind, source, source, source.code, asked.code, serving=frozenset(serving))
    return Plan(asked, move, None, Shift())


def _check_number(asked: Asked) -> None:
    source = asked.source
    new = Grid(code=asked.code, name=asked.name or source.name, kind=source.kind, community=source.community)
    own = source.aliases.filter(code=asked.code).exists()
    if not own:  # back to a number it had once is fine: that still leads here
        _check_new(new)
    elif GridKind.of(asked.code) != source.kind:
        raise Refused(_("Residential grids are numbered 001–899, dedicated ones 901–999."), field="code")


def with_target(made: Plan, target: Grid) -> Plan:
    """The same plan once the new grid has a key."""
    return replace(made, move=replace(made.move, target=target))


def sealed(made: Plan) -> dict[str, Any]:
    """What the record keeps of a plan."""
    return {"asked": made.asked.as_json(), "ids": made.ids, "posts": made.posts.as_json()}


def labels() -> dict[str, str | Promise]:
    """What every part that may move is called, in the order of the rooms."""
    return Ground.labels | {
        part: label for follower in followers.ordered() for part, label in follower.labels.items()
    }
