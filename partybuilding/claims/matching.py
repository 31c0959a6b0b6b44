"""What fits an item: by kind, by words in common, by community, by time. Nobody is ranked by deeds."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from partybuilding.checkins.models import UnitCheckIn
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.terms import SUGGESTED, Kind, Sort

CANDIDATES = 200
_HAN = re.compile(r"[一-龥]+")
_EMPTY_WORDS = frozenset(
    {"社区", "街道", "居民", "提供", "需要", "可以", "可供", "一个", "每周", "每月", "活动", "服务", "开放"}
    | {"单位", "小区", "九区", "一间", "一次", "时间", "联系", "我们", "周末", "党员"}
)
"""Pairs of characters that say nothing of what is needed."""
SAID: dict[str, tuple[str, ...]] = {
    Kind.SPACE: ("场地", "会议室", "礼堂", "球场", "操场", "教室", "活动室", "停车位", "大厅"),
    Kind.PEOPLE: ("志愿", "人手", "人员", "帮忙", "值守", "疏导"),
    Kind.SKILL: ("维修", "检修", "法律", "调解", "辅导", "指导", "讲座", "培训"),
    Kind.GOODS: ("物资", "设备", "图书", "电脑", "桌椅", "器材"),
    Kind.FUNDS: ("资金", "捐", "赞助", "资助"),
    Kind.SERVICE: ("义诊", "上门", "咨询", "体检", "理发", "测血压", "配送"),
}
"""Words by which a unit's own sentence of what it can give names a kind."""


@dataclass(frozen=True)
class Fit:
    """Something that fits, and why, in sentences. Either an item or a unit where it is checked in."""

    reasons: tuple[str, ...]
    item: Item | None = None
    check_in: UnitCheckIn | None = None

    @property
    def name(self) -> str:
        return str(self.item or (self.check_in and self.check_in.unit))

    @property
    def key(self) -> int:
        found = self.item or self.check_in
        return found.pk if found else 0


def fits(item: Item) -> list[Fit]:
    """Resources and units for a need or project; needs and projects for a resource. Most reasons first."""
    found = [*_among(item, _items(item)), *(_units(item) if item.sort != Sort.RESOURCE else ())]
    return sorted(found, key=lambda fit: (-len(fit.reasons), fit.item is None, fit.key))[:SUGGESTED]


def _items(item: Item) -> Iterable[Item]:
    """Items of the other side that have a share left, and may meet in the same community."""
    met = Claim.objects.touching(item).open()
    apart = {item.pk, *(key for claim in met for key in claim.touches())}
    rows = Item.objects.running().exclude(pk__in=apart).shown()
    resources = Q(sort=Sort.RESOURCE)
    rows = rows.filter(~resources if item.sort == Sort.RESOURCE else resources)
    return [row for row in rows.order_by("-pk")[:CANDIDATES] if row.free and _meet(item, row)]


def _meet(one: Item, other: Item) -> bool:
    resource, need = (one, other) if one.sort == Sort.RESOURCE else (other, one)
    return resource.community_id in (None, need.community_id)


def _among(item: Item, rows: Iterable[Item]) -> Iterator[Fit]:
    for row in rows:
        why = list(_why(item, row))
        if why:
            yield Fit((*why, *_besides(item, row)), item=row)


def _why(item: Item, other: Item) -> Iterator[str]:
    """Reasons of which one is enough."""
    if item.kind == other.kind:
        yield _("the same kind: %(kind)s") % {"kind": other.get_kind_display()}
    if word := in_common(f"{item.title}，{item.words}", f"{other.title}，{other.words}"):
        yield _("both speak of “%(word)s”") % {"word": word}


def _besides(item: Item, other: Item) -> Iterator[str]:
    """Reasons that add to the others."""
    if item.community_id and item.community_id == other.community_id:
        yield _("in the same community")
    if _same_time(item, other):
        yield _("at the same time")


def _same_time(one: Item, other: Item) -> bool:
    """Whether both name days, and these overlap."""
    if not ((one.starts_on or one.ends_on) and (other.starts_on or other.ends_on)):
        return False
    starts = [day for day in (one.starts_on, other.starts_on) if day]
    ends = [day for day in (one.ends_on, other.ends_on) if day]
    return not starts or not ends or max(starts) <= min(ends)


def _units(item: Item) -> Iterator[Fit]:
    taking_part = Claim.objects.open().filter(item=item, unit__isnull=False).values("unit")
    rows = UnitCheckIn.objects.here().exclude(offers="").exclude(unit__in=taking_part)
    if item.community_id:
        rows = rows.filter(community=item.community_id)
    own = rows.select_related("unit", "community").defer(
        "community__boundary", "unit__contact_name", "unit__contact_phone"
    )
    for row in own.order_by("pk")[:CANDIDATES]:
        if why := _of_offers(item, row.offers):
            yield Fit((*why, _("checked in to %(community)s") % {"community": row.community}), check_in=row)


def _of_offers(item: Item, offers: str) -> list[str]:
    named = next((word for word in SAID[item.kind] if word in offers), "")
    word = in_common(f"{item.title}，{item.words}", offers)
    said = dict.fromkeys(filter(None, (named, word)))
    return [_("says it can give “%(word)s”") % {"word": word} for word in said]


def in_common(one: str, other: str) -> str:
    """The longest run of two to six characters that both texts have and that says something."""
    shared = _runs(one) & _runs(other)
    return max(sorted(shared), key=len, default="")


def _runs(text: str) -> set[str]:
    found = set()
    for part in _HAN.findall(text):
        for length in range(2, 7):
            found |= {part[at : at + length] for at in range(len(part) - length + 1)}
    return {run for run in found if not any(empty in run for empty in _EMPTY_WORDS)}
