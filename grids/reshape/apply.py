"""Carrying a plan out: in one transaction, under locks, and only if the preview still holds."""

from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Community, Grid, GridAlias, Reshaping, ReshapingKind, User, today
from grids.reshape import cutting, followers, posts
from grids.reshape.asked import Asked
from grids.reshape.plan import Plan, plan, sealed, with_target
from grids.reshape.territory import Ground
from wangguan import auditlog
from wangguan.refusals import Refused


class Stale(Refused):
    """What would move is no longer what the preview showed; nothing was done."""


def carry_out(asked: Asked, *, seal: str, key: UUID, by: User) -> Reshaping:
    """Do what the preview with this seal showed; the same `key` again gives the first record.

    Raises:
        Stale: something changed since the preview.
        Refused: it cannot be done any more.
    """
    if first := Reshaping.objects.filter(key=key).first():
        return first
    try:
        with transaction.atomic():
            return _carry_out(asked, seal=seal, key=key, by=by)
    except IntegrityError:
        if first := Reshaping.objects.filter(key=key).first():
            return first
        raise


def _carry_out(asked: Asked, *, seal: str, key: UUID, by: User) -> Reshaping:
    # One reshaping of a community at a time. The rows that move are locked before the grids, as a
    # step on a request takes them; with the grids locked nothing new can be told in them.
    community = Community.objects.select_for_update(no_key=True).get(pk=asked.source.community_id)
    if first := Reshaping.objects.filter(key=key).first():  # pressed twice: the other press was faster
        return first
    seen = plan(_reread(asked))
    for follower in followers.ordered():
        follower.lock(seen.move, seen.found[follower.key])
    fresh = _reread(asked, lock=True)
    made = plan(fresh)
    if made.seal != seal:
        raise Stale(
            _("Something changed since this was shown. Look at what would move now, and confirm again.")
        )
    made = _cut(made)
    posts.write(made.posts, made.move.target)
    record = _record(made, community, key, by)
    Ground().carry(made.move, made.found["ground"], by=by, number=str(record.pk))
    for follower in followers.ordered():
        follower.carry(made.move, made.found[follower.key], by=by, number=str(record.pk))
    _tell_of_posts(made.posts, record, by)
    return record


def _tell_of_posts(moved: posts.Shift, record: Reshaping, by: User) -> None:
    """Which posts the new grids took and gave, into the audit log."""
    detail = {
        "what": "reshaped",
        "posts_ended": sorted([*moved.ends, *moved.goes]),
        "users_given": sorted(given.user for given in moved.gives),
    }
    about = f"grids.reshaping:{record.pk}"
    auditlog.write(auditlog.Kind.PERMISSION_CHANGED, actor=by, subject=about, detail=detail)


def _reread(asked: Asked, *, lock: bool = False) -> Asked:
    """The same wish about the grids as they stand now."""
    keys = [grid.pk for grid in (asked.source, asked.target) if grid]
    rows = Grid.objects.filter(pk__in=keys).order_by("pk")
    if lock:
        list(rows.select_for_update().values_list("pk", flat=True))
    grids = {row.pk: row for row in rows.select_related("community")}
    return replace(
        asked, source=grids[asked.source.pk], target=grids[asked.target.pk] if asked.target else None
    )


# --- the grids themselves ----------------------------------------------------------------
def _cut(made: Plan) -> Plan:
    """Write the grids as they will be."""
    makers = {
        ReshapingKind.SPLIT: _split,
        ReshapingKind.MERGE: _merge,
        ReshapingKind.RENUMBER: _renumber,
    }
    return makers[made.asked.kind](made)


def _split(made: Plan) -> Plan:
    source, target = made.move.source, made.move.target
    if made.rest is not None:
        source.boundary = cutting.as_geojson(made.rest)
        source.save(update_fields=["boundary"])
    target.save(force_insert=True)
    return with_target(made, target)


def _merge(made: Plan) -> Plan:
    source, target = made.move.source, made.move.target
    source.ended_on = today()
    source.save(update_fields=["ended_on"])
    if made.rest is not None:
        target.boundary = cutting.as_geojson(made.rest)
        target.save(update_fields=["boundary"])
    GridAlias.objects.filter(grid=source).update(grid=target)
    GridAlias.objects.create(code=source.code, grid=target)
    return made


def _renumber(made: Plan) -> Plan:
    source, asked = made.move.source, made.asked
    if asked.code != source.code:
        GridAlias.objects.filter(code=asked.code, grid=source).delete()
        GridAlias.objects.create(code=source.code, grid=source)
    source.code, source.name = asked.code, asked.name or source.name
    source.save(update_fields=["code", "name"])
    return made


def _record(made: Plan, community: Community, key: UUID, by: User) -> Reshaping:
    return Reshaping.objects.create(
        key=key,
        kind=made.asked.kind,
        community=community,
        source=made.move.source,
        target=made.move.target,
        from_code=made.move.before,
        to_code=made.move.code,
        by=by,
        reason=made.asked.reason,
        counts=made.counts,
        plan=sealed(made),
    )
